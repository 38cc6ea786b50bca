"""The legal course in the dossier: letters, documents, notices, dates, decision, complaints; hashes, never bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from contracts.legal.reasons import Reason
from contracts.tables import Names
from gateway.core.calendar import ALMATY
from gateway.core.case import Case
from gateway.documents.reasons import StagedReasons, word_reasons
from gateway.documents.render import render_notice_text
from gateway.documents.written import SPOKEN, parse_notice
from gateway.store.course_rows import Course, DecisionRow, LetterHashes, LetterRow, NoticeRow


def describe_course(
    case: Case, course: Course, hashes: Mapping[int, LetterHashes], reasons: StagedReasons
) -> dict[str, Any]:
    """Plain data in the order in which things came; moments in the time of Kazakhstan."""
    return {
        "withdrawn_at": _plain(case.proceedings.withdrawn_at),
        "dates": [_row(date) for date in course.dates],
        "letters": [_letter(case, letter, hashes.get(letter.n)) for letter in course.letters],
        "documents": [_row(document) for document in course.documents],
        "notices": [_notice(case, notice) for notice in course.notices],
        "decision": _decision(course.decision, reasons) if course.decision else None,
        "complaints": [_row(complaint) for complaint in course.complaints],
        "marks": [_row(mark) for mark in course.marks],
    }


def _letter(case: Case, letter: LetterRow, hashes: LetterHashes | None) -> dict[str, Any]:
    owner = next((row.owner for row in case.service.requests if row.owner.key == letter.owner), None)
    name = owner.name if owner else Names(ru=letter.owner, kk=letter.owner)
    return _row(letter) | {
        "owner_name": name.model_dump(),
        "cells": _cells(case, letter.cells),
        "pdf_sha256": hashes.pdf if hashes else "",
        "signature_sha256": hashes.signature if hashes else "",
        "paper_sha256": hashes.paper if hashes else "",
    }


def _notice(case: Case, notice: NoticeRow) -> dict[str, Any]:
    kept = {name: value for name, value in _row(notice).items() if name != "content"}
    return kept | {
        "cells": _cells(case, notice.cells),
        "deliveries": [_row(d) for d in notice.deliveries],
        "text": _text(notice),
    }


def _text(notice: NoticeRow) -> dict[str, Any]:
    """What it said when it was issued, by language; empty where an earlier release issued it."""
    if not notice.content:
        return {}
    written = parse_notice(notice.content)
    texts = {language: render_notice_text(written, language, True) for language in SPOKEN}
    return {language: {"title": title, "paragraphs": list(lines)} for language, (title, lines) in texts.items()}


def _cells(case: Case, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    """The inquiries, each as the number of its request and the subject."""
    by_id = {inquiry.id: inquiry for inquiry in case.inquiries}
    return [
        {"inquiry": one, "number": by_id[one].number, "subject": by_id[one].subject_ref} for one in ids if one in by_id
    ]


def _decision(decision: DecisionRow, reasons: StagedReasons) -> dict[str, Any]:
    """Both stages, each with its own reasons."""
    return _row(decision) | {
        "hearings": [_row(one) for one in decision.hearings],
        "preliminary_reasons": _reasons(decision.preliminary_reasons, reasons.preliminary),
        "reasons": _reasons(decision.reasons, reasons.final),
    }


def _reasons(codes: tuple[str, ...], known: Mapping[str, Reason]) -> list[dict[str, Any]]:
    return [
        {"code": one.code, "text": one.text.model_dump(), "clause": one.clause} for one in word_reasons(codes, known)
    ]


def _row(row: Any) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(row).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ALMATY).isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
