"""Why a case stands as it does: each date, inquiry and try with the rule, version and clause that made it. Pure.

Steps that were carried out have left an event with its why; here is what follows from the case as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gateway.core.answers import read_answer
from gateway.core.applicability import judge
from gateway.core.calendar import local_day
from gateway.core.case import Case
from gateway.core.dates import why_channel
from gateway.core.law import Law
from gateway.core.patience import list_tries
from gateway.core.proceedings import DateKind
from gateway.core.steps import Why
from gateway.core.terms import promised_day
from gateway.core.watch import list_terms


@dataclass(frozen=True)
class ReasonedDate:
    """`name`: `accepted`, `promised`, or the key of a term that runs; dates that were told keep their why with them."""

    name: str
    on: date
    why: Why


@dataclass(frozen=True)
class ReasonedInquiry:
    number: int
    subject_ref: str
    outcome: str
    reason: str
    """The predicate by which the row does not apply; "" where it does."""
    why: Why


@dataclass(frozen=True)
class ReasonedTry:
    """A source and when it is asked next; `tries` so far."""

    passport: str
    subject_ref: str
    tries: int
    next_at: datetime
    why: Why


@dataclass(frozen=True)
class Explanation:
    dates: tuple[ReasonedDate, ...]
    inquiries: tuple[ReasonedInquiry, ...]
    tries: tuple[ReasonedTry, ...]


def explain_case(case: Case, law: Law) -> Explanation:
    return Explanation(tuple(_dates(case, law)), tuple(_inquiries(case, law)), tuple(_tries(case, law)))


def _dates(case: Case, law: Law) -> Iterator[ReasonedDate]:
    yield ReasonedDate("accepted", local_day(case.accepted_at), law.why("acceptance.outside_hours"))
    channel, promised = case.service.channel(case.channel), promised_day(case, law)
    if channel is not None and promised is not None:
        yield ReasonedDate("promised", promised, why_channel(channel, law))
    told = {"promised", "extension", *(kind.value for kind in DateKind)}
    yield from (ReasonedDate(term.key, term.on, term.why) for term in list_terms(case, law) if term.key not in told)


def _inquiries(case: Case, law: Law) -> Iterator[ReasonedInquiry]:
    for inquiry in sorted(case.inquiries, key=lambda one: one.number):
        row = case.row(inquiry.number)
        reason = inquiry.reason
        if not reason and inquiry.subject_ref:
            reason = judge(case, row, case.subject(inquiry.subject_ref), law.rules).reason
        answer = read_answer(case, inquiry)
        yield ReasonedInquiry(
            row.number, inquiry.subject_ref, answer.outcome.value, reason, law.why_row(row, "applies")
        )


def _tries(case: Case, law: Law) -> Iterator[ReasonedTry]:
    if case.is_over:
        return
    for one in sorted(list_tries(case, law), key=lambda one: (one.at, one.exchange.passport)):
        x = one.exchange
        yield ReasonedTry(x.passport, x.subject_ref, x.tries, one.at, law.why(one.rule))
