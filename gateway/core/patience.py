"""How long a silent source is waited for, and when it is tried again: in rounds at first, in slots under a letter.

Rounds run round the clock; patience counts working hours alone. While a letter is under way its inquiries are tried at
fixed times of working days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from contracts.errors import ConsentMissing, ConsentNotAsked, walk
from contracts.words import NoAnswer, Protocol
from gateway.core.answers import read_missing
from gateway.core.calendar import next_slot
from gateway.core.case import Case, Exchange, ExchangeState
from gateway.core.law import Law
from gateway.core.working_hours import add_working_minutes

EVERY_GAP = "every_gap"
OF_REPLIES, OF_LATE_REPLIES = "patience.minutes.synchronous", "patience.minutes.asynchronous"
ROUNDS, SLOTS, AGE = "rounds.minutes", "letter.tries_at", "answers.age_days"
CONSENT_AGAIN = "consent.asked_again"
"""The rules that a further try follows."""
TRIES, SLOTS_OF, ENDS = "tries", "slots", "ends"
"""Among what a case remembers."""
SPREAD = "letter.tries_spread_minutes"
_OF_CONSENT = frozenset(error.code for error in walk(ConsentMissing)) - {ConsentNotAsked.code}
"""What a person is asked for again goes by a rule of its own: nobody's phone rings at night."""


def schedule_retry(tries: int, retryable: bool, now: datetime, law: Law) -> tuple[ExchangeState, datetime | None]:
    """What becomes of an exchange after its failed ask number `tries` (from 1): another round, or a stop."""
    if not retryable:
        return ExchangeState.STOPPED, None
    return ExchangeState.WAITING, round_after(tries, now, law)


def round_after(tries: int, now: datetime, law: Law) -> datetime:
    """The moment of the round after try number `tries` (from 1)."""
    minutes = law.rules.numbers(ROUNDS)
    return now + timedelta(minutes=minutes[min(max(tries, 1), len(minutes)) - 1])


def schedule_unasked(now: datetime, law: Law) -> datetime:
    """When a question that was kept back (its registry rests, is switched off, in maintenance) is put again."""
    return now + timedelta(minutes=law.rules.numbers(ROUNDS)[:2][-1])


def patience_ends(exchange: Exchange, law: Law) -> datetime | None:
    """Until when a silent source is waited for, in working hours; None where it has not been asked yet."""
    if exchange.since is None:
        return None
    late = law.passports[exchange.passport].protocol is Protocol.SHEP_ASYNC
    minutes = law.rules.number(OF_LATE_REPLIES if late else OF_REPLIES)
    begins = (exchange.accepted_at if late else None) or exchange.since
    return add_working_minutes(begins, minutes, law.rules.hours("working_hours"), law.calendar)


def list_ends(case: Case, law: Law) -> tuple[datetime, ...]:
    """When patience ends with each silent source that was asked, in order."""
    known: tuple[Law, tuple[datetime, ...]] | None = case.memo.get(ENDS)
    if known is None or known[0] is not law:
        ends = [patience_ends(exchange, law) for exchange in case.gather_silent()]
        known = case.memo[ENDS] = law, tuple(sorted([at for at in ends if at is not None]))
    return known[1]


def count_ended(case: Case, law: Law, now: datetime) -> int:
    """How many of them are over: what rests on patience stays as it is until this changes."""
    return bisect_right(list_ends(case, law), now)


@dataclass(frozen=True)
class Try:
    """An exchange that is to be asked (again), when, and by which rule; a moment of the past is due now."""

    exchange: Exchange
    at: datetime
    rule: str


def list_tries(case: Case, law: Law) -> tuple[Try, ...]:
    """The next try of every exchange that has one."""
    known: tuple[Law, tuple[Try, ...]] | None = case.memo.get(TRIES)
    if known is None or known[0] is not law:
        known = case.memo[TRIES] = law, tuple(_list_tries(case, law))
    return known[1]


def _list_tries(case: Case, law: Law) -> Iterator[Try]:
    lettered = _find_lettered(case, law)
    age = timedelta(days=law.rules.number(AGE))
    # What is over nothing brings up again, most of the time.
    exchanges = case.gather() if age or lettered else case.gather_lively()
    if not exchanges:
        return
    missing, kept = _find_missing(case), _find_kept(case)
    for exchange in exchanges:
        if exchange.is_over and not age and exchange.again_at is None and exchange.id not in lettered:
            continue
        moments = [(exchange.again_at, ROUNDS)] if exchange.again_at else []
        if exchange.id in lettered:
            slots = _list_slots(case, law)
            moments += [(next_slot(exchange.asked_at or case.accepted_at, slots, law.calendar), SLOTS)]
        elif exchange.state is ExchangeState.WAITING and exchange.id in missing:
            rule = CONSENT_AGAIN if exchange.cause in _OF_CONSENT else ROUNDS
            moments += [(exchange.next_try_at or case.received_at or case.accepted_at, rule)]
        elif exchange.state is ExchangeState.PENDING and exchange.id in kept:
            moments += [(slot, SLOTS) for slot in _ask_lost(exchange, _list_slots(case, law), law)]
        if age and exchange.answered_at is not None:
            moments += [(max(exchange.answered_at, exchange.asked_at or exchange.answered_at) + age, AGE)]
        if moments:
            yield Try(exchange, *min(moments))


def _find_missing(case: Case) -> frozenset[str]:
    """The exchanges of inquiries that still lack something: what a document closed is not asked for any more."""
    missing = read_missing(case)
    return frozenset([part.exchange_id for answer in missing for part in answer.parts if part.exchange_id is not None])


def _find_kept(case: Case) -> frozenset[str]:
    """The exchanges of missing inquiries whose row is kept being tried whatever patience says."""
    return frozenset(
        part.exchange_id
        for answer in read_missing(case)
        if case.row(answer.inquiry.number).no_answer is NoAnswer.KEEP_TRYING
        for part in answer.inquiry.parts
        if part.exchange_id is not None
    )


def _ask_lost(exchange: Exchange, slots: tuple[time, ...], law: Law) -> list[datetime]:
    """A reply that the bus still owes after patience may be lost: the question is put again, as under a letter."""
    ends = patience_ends(exchange, law)
    if ends is None:
        return []
    return [next_slot(max(ends, exchange.asked_at or ends), slots, law.calendar)]


def _list_slots(case: Case, law: Law) -> tuple[time, ...]:
    """The slots of a day as they are for this case, none moved past the end of working hours.

    Its place in the spread is the fraction of the second in which it came: as good as a draw among many cases, always
    the same for one, and none where a virtual clock stands at whole seconds.
    """
    known: tuple[Law, tuple[time, ...]] | None = case.memo.get(SLOTS_OF)
    if known is None or known[0] is not law:
        known = case.memo[SLOTS_OF] = law, _spread_slots(case, law)
    return known[1]


def _spread_slots(case: Case, law: Law) -> tuple[time, ...]:
    came = case.received_at or case.accepted_at
    later = timedelta(microseconds=law.rules.number(SPREAD) * 60 * came.microsecond)
    day, closing = came.date(), law.rules.hours("working_hours")[1]
    found = []
    for at in law.rules.times(SLOTS):
        slot = datetime.combine(day, at)
        last = max(slot, datetime.combine(day, closing) - timedelta(minutes=1))
        found.append(min(slot + later, last).replace(microsecond=0).time())
    return tuple(found)


def _find_lettered(case: Case, law: Law) -> frozenset[str]:
    """The exchanges of inquiries that a letter under way asks for, as far as they may still bring something."""
    asked = {cell for letter in case.proceedings.letters if letter.is_under_way for cell in letter.cells}
    if not asked:
        return frozenset()
    every = law.rules.word("letter.tries_for") == EVERY_GAP
    states = {ExchangeState.WAITING, ExchangeState.PENDING, ExchangeState.STOPPED}
    states |= {ExchangeState.NO_RECORD} if every else set()
    found = set()
    for answer in read_missing(case):
        if answer.inquiry.id not in asked:
            continue
        for part in answer.parts:
            if part.exchange_id is not None and case.exchanges[part.exchange_id].state in states:
                found.add(part.exchange_id)
    return frozenset(found)
