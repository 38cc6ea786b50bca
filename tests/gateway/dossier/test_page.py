"""What the dossier's page promises: words for everything it may have to say, and nothing from outside as markup."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from lxml import html

from contracts import errors
from contracts.application import Relation
from contracts.findings import WEIGHTS
from contracts.vocabulary.terms import load_vocabulary
from contracts.words import Confidence, Outcome, Predicate
from gateway.core.answers import NOT_ASKED_YET, WAITING_FOR_REPLY
from gateway.core.findings.finding import NO_RECORD
from gateway.core.gaps import GapCause, Move
from gateway.core.proceedings import (
    DateCause,
    DateKind,
    DecisionOutcome,
    DeliveryChannel,
    DeliveryState,
    LetterState,
    NoticeKind,
)
from gateway.dossier.page import LANGUAGES, load_words, render_page
from gateway.office.papers import KINDS
from tests.gateway.dossier.sample_course import COURSE, EVIL

_NAMES = {"ru": "Название", "kk": "Атауы", "en": "Title"}
_DOSSIER: dict[str, Any] = {
    "application": {
        "number": "2026-0000001",
        "channel": "center",
        "received_at": "2026-03-02T12:00:00+05:00",
        "accepted_at": "2026-03-02T12:00:00+05:00",
        "service_name": _NAMES,
    },
    "signature": {
        "verdict": {
            "indication": "TOTAL_PASSED",
            "carried": [
                {"kind": "person", "title": _NAMES, "iin": EVIL, "values": [{"label": _NAMES, "text": EVIL}]}
            ],
        },
        "sha256": "ab" * 32,
    },
    "terms": {
        "promised": {"on": "2026-03-27", "clause": "A clause", "assumed": True, "provisional": True},
        "due": None,
        "registered_on": None,
    },
    "summary": {
        "complete": False, "accounted": 1, "requests": 1, "inquiries": 1,
        "outcomes": {"found": 1, "no_record": 0},
    },
    "findings": [
        {
            "title": _NAMES, "weight": "contradiction", "subject_ref": "applicant", "path": "person.surname",
            "declared": EVIL, "told": [EVIL, "no_record"],
            "told_by": [{"ru": "Первый", "kk": "", "en": ""}, {"ru": "Второй", "kk": "", "en": ""}],
        },
        {
            "title": {"ru": "Сведение", "kk": "", "en": ""}, "weight": "information", "subject_ref": "household",
            "path": "person.vehicles[]", "declared": "", "told": ["A"], "told_by": [_NAMES],
        },
    ],
    "course": COURSE,
    "chain": {
        "message_id": EVIL, "service_id": EVIL, "received_at": "2026-03-02T12:05:00+05:00", "sha256": "ab" * 32,
        "delivery_told_at": "2026-03-02T12:05:01+05:00",
        "sent": [
            {
                "message_id": EVIL, "seq": 1, "kind": EVIL, "sent_at": "2026-03-02T12:05:02+05:00",
                "state": EVIL, "state_at": "2026-03-02T12:05:03+05:00",
            }
        ],
    },
    "gaps": [
        {
            "move": "owner", "owner": "x", "letter_to": _NAMES,
            "cells": [{"number": 6, "subject_ref": "applicant", "cause": "no_record"}],
        }
    ],
    "requests": [
        {
            "number": 1, "title": _NAMES, "outcome": "found",
            "inquiries": [
                {
                    "subject": {"ref": "applicant", "name": EVIL, "relation": "applicant", "age": 36},
                    "outcome": "found", "reason": "",
                    "parts": [
                        {
                            "title": _NAMES, "confidence": "attested", "outcome": "found", "reason": "",
                            "consent": {
                                "by": "token", "holder": "applicant", "scope": "", "status": "granted",
                                "at": "2026-03-02T11:59:00+05:00",
                            },
                            "exchange": 1, "vouched_by": ["bus", "registry"],
                            "answer": {
                                "person": {
                                    "surname": EVIL,
                                    "sex": {"code": "2", "value": "female", "ru": "Женский", "kk": "Әйел"},
                                    "documents": [{"number": "1"}, {"number": "2"}],
                                }
                            },
                            "question": {"iin": "880314490010", "surname": EVIL},
                            "arrivals": [
                                {"kind": "RESPONSE", "received_at": "2026-03-02T12:05:00+05:00", "sha256": "bc" * 32}
                            ],
                            "attempts": [
                                {
                                    "n": 1, "started_at": "2026-03-02T12:00:00+05:00", "failure": "registry-failed",
                                    "ended_at": "2026-03-02T12:00:01+05:00", "reply_sha256": "cd" * 32,
                                }
                            ],
                        }
                    ],
                }
            ],
        }
    ],
    "sha256": "ef" * 32,
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_answers_by_their_titles_in_each_language(language: str) -> None:
    page = html.fromstring(render_page(_DOSSIER, load_vocabulary(), language))
    text = str(page.xpath("string()"))
    title = load_vocabulary()["person.documents[].number"].title
    assert {"ru": title.ru, "kk": title.kk, "en": title.en}[language] in text
    assert ("Әйел" if language == "kk" else "Женский") in text
    assert page.get("lang") == language


def test_what_came_from_outside_is_text_and_never_markup() -> None:
    page = html.fromstring(render_page(_DOSSIER, load_vocabulary()))
    assert page.findall(".//script") == []
    assert str(page.xpath("string()")).count("alert(1)") == 56


def test_findings_are_read_before_anything_that_was_asked_contradictions_first() -> None:
    page = html.fromstring(render_page(_DOSSIER, load_vocabulary()))
    text = str(page.xpath("string(//main)"))
    shown = ("Пакет ещё", "Расхождения", "противоречие", "сведение", "Принято (T0)", "Запросы")
    order = [text.index(word) for word in shown]
    assert order == sorted(order)


def test_a_finding_shows_what_was_declared_and_what_each_register_told() -> None:
    table = html.fromstring(render_page(_DOSSIER, load_vocabulary())).findall(".//table")[0]
    rows = [[" ".join(" ".join(map(str, cell.itertext())).split()) for cell in row] for row in table.findall(".//tr")]
    assert rows[1] == ["противоречие Название Фамилия", EVIL, EVIL, f"{EVIL} Первый записи нет Второй"]
    assert rows[2] == ["сведение Сведение", "домохозяйство", "—", "A Название"]


def test_the_page_has_a_word_for_what_a_finding_tells_in_words_of_our_own() -> None:
    words = load_words()
    paths = (
        "person.life_status",
        "person.sex",
        "person.studies[].form",
        "person.repatriation.status",
        "account.status",
    )
    ours = {value for path in paths for value in load_vocabulary()[path].values} | {NO_RECORD, "true", "false"} - {
        "open"
    }
    assert {f"told_{word}" for word in ours} | set(WEIGHTS) <= set(words)


def test_the_page_tells_whose_consent_opened_a_source_or_the_law_that_spares_it() -> None:
    def show(**consent: object) -> str:
        dossier = copy.deepcopy(_DOSSIER)
        part = dossier["requests"][0]["inquiries"][0]["parts"][0]
        part["consent"] = {**part["consent"], **consent}
        return str(html.fromstring(render_page(dossier, load_vocabulary(), "ru")).xpath("string()"))

    assert f"Согласие через КДП даёт: {EVIL} · дано · 2026-03-02 11:59" in show()
    assert "отказано" in show(status="refused")
    ground = {"clause": "статья 8", "words": {"ru": "Согласие в заявлении", "kk": "х"}, "confidence": "assumed"}
    assert "Без токена согласия: Согласие в заявлении (статья 8" in show(by="ground", **ground)


def test_an_unknown_language_is_shown_in_russian() -> None:
    assert html.fromstring(render_page(_DOSSIER, load_vocabulary(), "xx")).get("lang") == "ru"


def test_the_page_has_a_word_for_every_outcome_reason_and_relation() -> None:
    words = load_words()
    wanted = {word.value for kind in (Outcome, Relation, Confidence, GapCause) for word in kind}
    wanted |= {predicate.value for predicate in Predicate if predicate is not Predicate.ALWAYS}
    wanted |= {f"move_{move.value}" for move in Move} | {NOT_ASKED_YET, WAITING_FOR_REPLY, "applicant", "household"}
    wanted |= {error.code for error in errors.walk(errors.RegistryError) if error is not errors.RegistryError}
    assert wanted - set(words) == set()


def test_the_page_has_a_word_for_every_step_of_the_legal_course() -> None:
    wanted = {f"letter_{state.value}" for state in LetterState} | {kind.value for kind in DateKind}
    wanted |= {f"notice_{kind.value}" for kind in NoticeKind} | {f"by_{way.value}" for way in DeliveryChannel}
    wanted |= {f"delivery_{state.value}" for state in DeliveryState} | {f"cause_{cause.value}" for cause in DateCause}
    wanted |= {f"decision_{outcome.value}" for outcome in DecisionOutcome} | {f"document_{kind}" for kind in KINDS}
    wanted |= set(KINDS)
    assert wanted - set(load_words()) == set()


def test_the_page_tells_the_legal_course_and_nothing_of_it_is_markup() -> None:
    page = html.fromstring(render_page(_DOSSIER, load_vocabulary()))
    text = str(page.xpath("string()"))
    assert not page.xpath("//script")
    for word in ("Письменные запросы", "Уведомления", "Принесённые документы", "Решение", "Жалобы", "Срок прошёл"):
        assert word in text


def test_each_word_is_there_in_every_language() -> None:
    for key, names in load_words().items():
        assert names.ru and names.kk and names.en, key


def test_a_page_without_gaps_and_findings_says_so() -> None:
    dossier = copy.deepcopy(_DOSSIER) | {"gaps": [], "findings": []}
    text = str(html.fromstring(render_page(dossier, load_vocabulary())).xpath("string()"))
    assert "Расхождений не найдено" in text
    assert "Чего не хватает" not in text
