"""What we send on a chain in the form of our own: each event of an application, and the refusal of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree

from contracts.errors import Problem
from gateway.core.terms import LegalDate
from gateway.pushed.forms.wrapper import BUS

_OWN: dict[str, str] = {None: BUS}  # type: ignore[dict-item]  # lxml's word for the default namespace


@dataclass(frozen=True)
class NoticeText:
    """A notice in one language, as it may be shown to anybody."""

    language: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class ToldNotice:
    n: int
    kind: str
    texts: tuple[NoticeText, ...]
    file_id: str = ""
    """Of its PDF in the bus's file store; "" where it lies nowhere."""


@dataclass(frozen=True)
class ToldEvent:
    """An event, and where the application stands when it is told."""

    application_id: str
    applicant_iin: str = field(repr=False)
    """For the forms that name it; our own does not."""
    number: str
    seq: int
    previous: int
    at: datetime
    kind: str
    status: str
    whose_move: str
    until: date | None
    dates: tuple[tuple[str, LegalDate], ...]
    notice: ToldNotice | None = None
    outcome: str = ""
    """Of an application that has ended; it makes the message the chain's RESPONSE."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Code and clause."""


@dataclass(frozen=True)
class ChainIds:
    """Of the message that began the chain."""

    message_id: str
    correlation_id: str
    reference: str
    """The sender's own id of the application; "" where its form has none."""
    organisation: str
    """Our BIN."""
    at: datetime
    """When what is written is written."""


def write_event(told: ToldEvent, _: ChainIds) -> bytes:
    root = etree.Element(f"{{{BUS}}}applicationEvent", nsmap=_OWN)
    _add(root, "application", told.application_id)
    _add(root, "number", told.number)
    _add(root, "seq", str(told.seq))
    _add(root, "previous", str(told.previous))
    _add(root, "at", told.at.isoformat())
    _add(root, "kind", told.kind)
    status = _add(root, "status")
    _add(status, "code", told.status)
    _add(status, "whoseMove", told.whose_move)
    if told.until is not None:
        _add(status, "until", told.until.isoformat())
    for what, day in told.dates:
        _add_date(root, what, day)
    if told.notice is not None:
        _add_notice(root, told.notice)
    if told.outcome:
        result = _add(root, "result")
        _add(result, "outcome", told.outcome)
        for code, clause in told.reasons:
            reason = _add(result, "reason")
            _add(reason, "code", code)
            _add(reason, "clause", clause)
    return etree.tostring(root, encoding="utf-8")


def write_refusal(code: str, problems: Sequence[Problem], _: ChainIds) -> bytes:
    root = etree.Element(f"{{{BUS}}}applicationRefusal", nsmap=_OWN)
    _add(root, "code", code)
    for one in problems:
        problem = _add(root, "problem")
        _add(problem, "code", one.code)
        _add(problem, "pointer", one.pointer)
        _add(problem, "detail", one.detail)
    return etree.tostring(root, encoding="utf-8")


def _add_date(root: etree._Element, what: str, day: LegalDate) -> None:
    node = _add(root, "date")
    _add(node, "what", what)
    _add(node, "on", day.on.isoformat())
    _add(node, "clause", day.clause)
    _add(node, "assumed", str(day.assumed).lower())
    _add(node, "provisional", str(day.provisional).lower())


def _add_notice(root: etree._Element, notice: ToldNotice) -> None:
    node = _add(root, "notice")
    _add(node, "n", str(notice.n))
    _add(node, "kind", notice.kind)
    for text in notice.texts:
        told = _add(node, "text")
        told.set("lang", text.language)
        _add(told, "title", text.title)
        for paragraph in text.paragraphs:
            _add(told, "paragraph", paragraph)
    if notice.file_id:
        _add(node, "fileId", notice.file_id)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, f"{{{BUS}}}{name}")
    node.text = text
    return node
