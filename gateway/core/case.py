"""The case: everything that the law and the catalogue need to know about one application, frozen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from contracts.application import Application, Relation
from contracts.legal.rules import Rules
from contracts.request import RequestRow, Service
from contracts.vocabulary.terms import Record
from contracts.words import Outcome
from gateway.core.known import once_for_each
from gateway.core.proceedings import Proceedings
from gateway.core.renewing import renew


@dataclass(frozen=True)
class Subject:
    """A person (or the household) that is asked about, frozen as declared at T0."""

    ref: str
    """`applicant`, `member-1` …, `household`."""
    relation: Relation | None
    """None for the applicant and the household."""
    iin: str | None = field(repr=False)
    surname: str = field(repr=False)
    name: str = field(repr=False)
    patronymic: str | None = field(repr=False)
    birth_date: date = field(repr=False)
    age: int
    """Full years on T0."""
    sex: str | None = None
    guardian: str | None = field(default=None, repr=False)
    """Of an applicant who is a ward: the IIN of the guardian who signs in the ward's place."""


class ExchangeState(StrEnum):
    WAITING = "waiting"
    """Not asked yet, or to be asked again at `next_try_at`."""
    PENDING = "pending"
    """The bus has it; the answer will come as a message of its own."""
    ANSWERED = "answered"
    NO_RECORD = "no_record"
    STOPPED = "stopped"
    """No answer, and no further try helps without a person."""


OVER = frozenset({ExchangeState.ANSWERED, ExchangeState.NO_RECORD})


@dataclass(frozen=True)
class Exchange:
    """What one source was asked about one subject; it may feed several inquiries."""

    id: str
    passport: str
    subject_ref: str
    state: ExchangeState
    tries: int = 0
    next_try_at: datetime | None = None
    cause: str = ""
    """Code of the last failure."""
    since: datetime | None = None
    """First asked: patience runs from here, of a late reply from `accepted_at`."""
    asked_at: datetime | None = None
    """Last asked."""
    again_at: datetime | None = None
    """To be asked then, whatever its state: by hand, or because its registry is back."""
    answered_at: datetime | None = None
    record: Record = field(default_factory=dict, repr=False)
    accepted_at: datetime | None = None
    """First accepted by the bus, which answers late; None where it never was."""

    @property
    def is_over(self) -> bool:
        """One of OVER, told without looking it up."""
        return self.state is ExchangeState.ANSWERED or self.state is ExchangeState.NO_RECORD


@dataclass(frozen=True)
class InquiryPart:
    """A part of an inquiry: the exchange that answers it, or why it cannot be asked."""

    key: str
    exchange_id: str | None
    not_asked: str = ""
    """Reason where the source cannot find the subject (`no_search_key`)."""


@dataclass(frozen=True)
class Inquiry:
    """One request about one subject: a cell of the table 24 × subjects."""

    id: str
    number: int
    subject_ref: str
    """"" where the request has no subject in this family."""
    parts: tuple[InquiryPart, ...] = ()
    outcome: Outcome | None = None
    """Set where the inquiry is closed without being asked (`not_applicable`, `on_paper`)."""
    reason: str = ""


CELLS, LAW = "cells", "law"
"""Among what a case remembers: what no change of it touches."""
PLACES, NUMBERS, ORDER, GATHERED, SILENT, LIVELY = "places", "numbers", "order", "gathered", "silent", "lively"
"""Among it, too: what follows from its inquiries alone, and their exchanges by subject; `carrying` says what holds."""


@once_for_each
def _rows_of(service: Service) -> Mapping[int, RequestRow]:
    return {row.number: row for row in service.requests}


@dataclass(frozen=True)
class Case:
    id: str
    service: Service
    application: Application
    channel: str
    accepted_at: datetime
    """T0."""
    subjects: tuple[Subject, ...]
    inquiries: tuple[Inquiry, ...] = ()
    exchanges: Mapping[str, Exchange] = field(default_factory=dict)
    received_at: datetime | None = None
    """The filing; None = at T0."""
    registered_at: datetime | None = None
    """Tp: the package is registered."""
    promised_on: date | None = None
    """The day that was promised at intake; None = none was kept."""
    rules: Rules | None = field(default=None, repr=False, compare=False)
    """The rules that were in force at T0, kept with the case; None = they were not kept."""
    proceedings: Proceedings = field(default_factory=Proceedings)
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was read out of this very case before: it never changes, and a changed case begins with none."""

    @property
    def is_over(self) -> bool:
        """True where nothing of the gathering or the decision is left to do: decided, or withdrawn."""
        told = self.proceedings
        return told.withdrawn_at is not None or told.decision.decided_at is not None

    def subject(self, ref: str) -> Subject:
        return next(subject for subject in self.subjects if subject.ref == ref)

    def row(self, number: int) -> RequestRow:
        return _rows_of(self.service)[number]

    def inquiry(self, inquiry_id: str) -> Inquiry:
        return next(inquiry for inquiry in self.inquiries if inquiry.id == inquiry_id)

    @property
    def numbers(self) -> Set[int]:
        """Of the requests that are open."""
        return self._places_by_number().keys()

    def cells_of(self, numbers: Collection[int]) -> list[Inquiry]:
        """The inquiries of these requests, in the order of the table."""
        places = self._places_by_number()
        return [self.inquiries[place] for place in sorted([one for n in numbers for one in places.get(n, ())])]

    def exchanges_of(self, inquiry_id: str) -> tuple[Exchange, ...]:
        """The exchanges that an inquiry rests on, in the order of its parts."""
        parts = self.inquiry(inquiry_id).parts
        return tuple(self.exchanges[part.exchange_id] for part in parts if part.exchange_id is not None)

    def gather(self, subject_ref: str = "") -> tuple[Exchange, ...]:
        """The exchanges that inquiries (about one subject, or all) rest on, in a fixed order; consents stay out."""
        gathered: dict[str, tuple[Exchange, ...]] = self.memo.setdefault(GATHERED, {})
        known = gathered.get(subject_ref)
        if known is None:
            known = gathered[subject_ref] = tuple([self.exchanges[one] for one in self._order(subject_ref)])
        return known

    def gather_silent(self) -> tuple[Exchange, ...]:
        """Those of `gather` that have no answer."""
        known: tuple[Exchange, ...] | None = self.memo.get(SILENT)
        if known is None:
            known = self.memo[SILENT] = tuple([x for x in self.gather_lively() if x.state not in OVER])
        return known

    def gather_lively(self) -> tuple[Exchange, ...]:
        """Those of `gather` that have no answer, or are to be asked again all the same."""
        known: tuple[Exchange, ...] | None = self.memo.get(LIVELY)
        if known is None:
            known = tuple([x for x in self.gather() if x.state not in OVER or x.again_at is not None])
            self.memo[LIVELY] = known
        return known

    def _places_by_number(self) -> dict[int, list[int]]:
        places: dict[int, list[int]] | None = self.memo.get(NUMBERS)
        if places is None:
            places = self.memo[NUMBERS] = {}
            for place, inquiry in enumerate(self.inquiries):
                places.setdefault(inquiry.number, []).append(place)
        return places

    def _order(self, subject_ref: str) -> tuple[str, ...]:
        orders: dict[str, tuple[str, ...]] = self.memo.setdefault(ORDER, {})
        if subject_ref not in orders:
            ids = {
                part.exchange_id
                for inquiry in self.inquiries
                if subject_ref in ("", inquiry.subject_ref)
                for part in inquiry.parts
            }
            found = sorted((x.passport, x.id) for x in self.exchanges.values() if x.id in ids)
            orders[subject_ref] = tuple(exchange_id for _, exchange_id in found)
        return orders[subject_ref]


def renew_case(case: Case, **changes: Any) -> Case:
    """The case with other parts, which remembers nothing yet."""
    return renew(case, memo={}, **changes)
