"""Exchanges as rows of the page: what was asked, about whom, and what came of it in one word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from contracts.catalogue import Catalogue
from registries_mock.errors import UnknownService, WrongRoot
from registries_mock.journal.entry import Entry
from registries_mock.journal.view import JournalView
from registries_mock.page.layout import lay_out
from registries_mock.page.words import Speech

LISTED: Final = 50
"""The youngest exchanges that the page shows."""
Outcome = Literal["waiting", "failed", "unmatched", "refused", "broken", "sent"]
_BESIDE: Final = frozenset(
    {"number", "done", "request", "reply", "request_digest", "request_bytes", "reply_bytes", "nearest"}
)
_ERROR: Final = 400
_NO_SUCH: Final = frozenset({UnknownService.code, WrongRoot.code})


@dataclass(frozen=True)
class ExchangeRow:
    number: int
    at: datetime
    """By the suite's clock."""
    channel: str
    service: str
    """Title of the part; of one that no service knew, what was asked."""
    detail: str
    """Service id or address."""
    about: str
    """Personas, else the IIN."""
    outcome: Outcome
    says: str
    """The failure, code or status that goes with it."""
    signature: str
    took_ms: str


@dataclass(frozen=True)
class Message:
    text: str | None
    """None where it is not kept."""
    laid_out: bool
    size: int


@dataclass(frozen=True)
class WholeExchange:
    row: ExchangeRow
    facts: tuple[tuple[str, str], ...]
    """What is known of it: titles and texts."""
    messages: tuple[tuple[str, Message], ...]
    """`request` and `reply`."""
    nearest: tuple[dict[str, Any], ...]


def list_exchanges(view: JournalView, catalogue: Catalogue, speech: Speech) -> list[ExchangeRow]:
    """The youngest first."""
    return [_row(one, view, catalogue, speech) for one in reversed(view.journal.entries()[-LISTED:])]


def show_exchange(number: int, view: JournalView, catalogue: Catalogue, speech: Speech) -> WholeExchange | None:
    """One exchange with its messages, without their secrets; None where there is none, or no more."""
    entry = view.journal.find(number)
    if entry is None:
        return None
    told = view.describe(entry, whole=True)
    known = speech.order_facts(name for name in told if name not in _BESIDE)
    facts = ((speech.name_fact(name), _text(told[name])) for name in known)
    messages = ((name, _message(told[name], told[f"{name}_bytes"])) for name in ("request", "reply"))
    return WholeExchange(
        _row(entry, view, catalogue, speech),
        tuple((title, text) for title, text in facts if text),
        tuple(messages),
        tuple(told["nearest"]),
    )


def _row(entry: Entry, view: JournalView, catalogue: Catalogue, speech: Speech) -> ExchangeRow:
    facts = entry.facts
    passport = catalogue.passports.get(facts.passport)
    asked = facts.service_id or facts.operation or facts.root
    outcome = _outcome(entry)
    return ExchangeRow(
        number=entry.number,
        at=entry.at,
        channel=entry.channel,
        service=speech.pick(passport.title) if passport else asked or entry.address,
        detail=facts.service_id if passport and facts.service_id else entry.address if passport or asked else "",
        about=", ".join(view.describe(entry)["personas"]) or facts.iin,
        outcome=outcome,
        says=facts.failure or facts.refused or entry.dropped or (str(entry.status) if entry.status else ""),
        signature=facts.signature if facts.signature in ("good", "refused") else "",
        took_ms=f"{entry.took_ms:.0f}" if entry.done else "…",
    )


def _outcome(entry: Entry) -> Outcome:
    facts = entry.facts
    if not entry.done:
        return "waiting"
    if facts.failure:
        return "failed"
    if entry.channel == "push":
        return "broken" if facts.refused or entry.status >= _ERROR else "sent"
    if entry.channel == "nowhere" or (not facts.passport and facts.refused in _NO_SUCH):
        return "unmatched"
    if facts.refused:
        return "refused"
    return "broken" if entry.status >= _ERROR or entry.dropped else "sent"


def _message(text: str | None, size: int) -> Message:
    shown = None if text is None else lay_out(text)
    return Message(shown, shown != text, size)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) if value else ""
