"""A small world: few rows, few events, a clock of few moments; every state of it is walked by the real `decide`.

A state is a case and a moment of the clock. From each, either what decide says is carried out, or something happens:
an answer, a paper, an act on a letter, the withdrawal, the decision, the clock's next moment. Times that lie between
two moments of the clock stand for the later one, so that the world is finite.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any

from contracts.request import RequestRow
from gateway.core.calendar import ALMATY
from gateway.core.case import OVER, Case, Exchange, ExchangeState
from gateway.core.decide import decide
from gateway.core.law import Law
from gateway.core.proceedings import Closing, DecisionOutcome, DeliveryChannel, LetterState, Notice
from gateway.core.steps import AskExchanges, DeliverNotice, RegisterPackage, Step
from tests.gateway.core.builders import LAW, lay, make_case, make_row
from tests.gateway.core.course import LATER, SILENT, Reply, amend, end_ask, end_delivery
from tests.gateway.core.paper_shell import carry_out, change_letter, send_letter
from tests.gateway.core.promises import check_record, check_rest, is_at_rest

RECORD: Reply = {"person": {"disabilities": [{"number": "1"}], "social_aid": {"number": "1"}}, "account": {"n": "1"}}
ROUNDS = 2
"""Letters to one owner that a body answers; the next one is answered by a document alone."""


def moment(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=ALMATY)


FILED = moment(5, 10)
CLOCK = (
    FILED,
    moment(5, 14),
    moment(5, 20),
    moment(6, 10),
    moment(8, 12),
    moment(22, 9),
    moment(28, 12),
    moment(6, 12, month=11),
    moment(1, 12, month=12),
)
"""The filing, patience over, the office shut, a try under a letter, a notice late, before and after the promised day,
after the extension, after everything."""


@dataclass(frozen=True)
class World:
    name: str
    rows: tuple[RequestRow, ...]
    replies: tuple[Reply, ...] = (RECORD, {}, SILENT)
    """What a registry may say to an ask."""
    switched: tuple[tuple[str, Any], ...] = ()
    clock: tuple[datetime, ...] = CLOCK
    papers: bool = True
    withdrawals: bool = True
    """Of letters by hand."""
    phones_fail: bool = False
    between: bool = False
    """Whether things also happen between two steps of one moment."""

    @property
    def law(self) -> Law:
        law = LAW
        for rule_id, value in self.switched:
            law = lay(rule_id, value, law)
        return law


MEDICAL = make_row(1, (("medical", "person.disabilities[]"),), owner="health", absence="written_request")
AID = make_row(2, (("aid", "person.social_aid"),), owner="social", absence="written_request")
SAME_OWNER = make_row(2, (("aid", "person.social_aid"),), owner="health", no_answer="ask_specialist")
CORRECTS = make_row(2, (("bank", "account"),), absence="applicant_corrects")
TRYING = make_row(2, (("labour", "person.social_aid"),), owner="health", no_answer="keep_trying")
SHORT = (FILED, moment(5, 14), moment(8, 12), moment(6, 12, month=11))
SHORTEST = (FILED, moment(5, 14), moment(6, 12, month=11))

SMALL = (
    World("one registry", (MEDICAL,), clock=SHORT, withdrawals=False),
    World("one owner of two", (MEDICAL, SAME_OWNER), clock=SHORTEST, withdrawals=False, papers=False),
    World("the applicant corrects", (MEDICAL, CORRECTS), (RECORD, {}), clock=SHORTEST, withdrawals=False, papers=False),
)
"""Some 30 000 states together."""
LARGE = (
    World("one registry", (MEDICAL,)),
    World("one registry, between steps", (MEDICAL,), clock=SHORT, between=True),
    World("one owner of two", (MEDICAL, SAME_OWNER), clock=SHORT, withdrawals=False),
    World("two owners", (MEDICAL, AID), clock=SHORT, withdrawals=False, papers=False),
    World("two, the last", (MEDICAL, AID), (RECORD, {}), (("extension.anchor", "last"),), SHORT, papers=False),
    World("a late source", (MEDICAL, TRYING), (RECORD, {}, LATER), clock=SHORT, withdrawals=False, papers=False),
    World("no limit", (MEDICAL,), switched=(("package.registered_by", "complete"),), clock=SHORT, withdrawals=False),
    World("phones fail", (MEDICAL,), clock=SHORT, withdrawals=False, phones_fail=True),
)


@dataclass(frozen=True)
class State:
    case: Case
    tick: int
    trail: tuple[Any, ...] | None
    """(what happened, trail before), for the message of a failure."""


def walk(world: World, most: int = 0) -> tuple[int, int, bool]:
    """States and rests looked at, and whether those were all; raises AssertionError with the way to a fault."""
    law = world.law
    case = make_case(rows=world.rows)
    waiting = [State(case, 0, None)]
    seen = {hash(make_key(case, 0, world))}
    looked = rests = 0
    while waiting:
        if most and looked >= most:
            return looked, rests, False
        state = waiting.pop()
        looked += 1
        try:
            steps = decide(state.case, world.clock[state.tick], law)
            rests += _check(state, steps, world, law)
        except AssertionError as fault:
            raise AssertionError(f"{world.name}: {fault}; the way there: {' > '.join(_tell(state))}") from fault
        for what, after, tick in (*_carry(state, steps, world, law), *_happen(state, steps, world, law)):
            if (key := hash(make_key(after, tick, world))) not in seen:
                seen.add(key)
                waiting.append(State(after, tick, (what, state.trail)))
    return looked, rests, True


def _check(state: State, steps: tuple[Step, ...], world: World, law: Law) -> bool:
    """True for a state at rest."""
    now = world.clock[state.tick]
    if is_at_rest(steps):
        check_rest(state.case, now, law)
        return True
    check_record(state.case, law)
    if any(isinstance(step, RegisterPackage) for step in steps):
        assert state.case.registered_at is None, "registered twice"
    return False


def _carry(state: State, steps: tuple[Step, ...], world: World, law: Law) -> Iterator[tuple[str, Case, int]]:
    """What comes of the steps: of asks and deliveries, each way in which they may end."""
    if is_at_rest(steps):
        return
    now = world.clock[state.tick]
    case = carry_out(state.case, steps, now, law.calendar.version)
    match steps[0]:
        case AskExchanges(ids):
            for replies in product(world.replies, repeat=len(ids)):
                after = case
                for exchange_id, reply in zip(ids, replies, strict=True):
                    after = end_ask(after, exchange_id, reply, now, law)
                yield f"asked: {['record' if r is RECORD else r for r in replies]}", after, state.tick
        case DeliverNotice():
            for reached in (True, False) if world.phones_fail else (True,):
                after = case
                for step in steps:
                    assert isinstance(step, DeliverNotice)
                    after = end_delivery(after, step, reached, now, law)
                yield f"message {'reached' if reached else 'failed'}", after, state.tick
        case _:
            yield type(steps[0]).__name__, case, state.tick


def _happen(state: State, steps: tuple[Step, ...], world: World, law: Law) -> Iterable[tuple[str, Case, int]]:
    """What people, registries and the clock may do; the clock goes on at rest alone."""
    case, tick, now = state.case, state.tick, world.clock[state.tick]
    course = case.proceedings
    rests = is_at_rest(steps)
    if rests and tick + 1 < len(world.clock):
        yield f"clock {world.clock[tick + 1]:%d.%m %H:%M}", case, tick + 1
    if not case.inquiries or not (rests or world.between):
        return
    for letter in course.letters:
        if letter.state is LetterState.DRAFTED:
            yield f"letter {letter.n} sent", send_letter(case, letter.n, now), tick
        if letter.state is LetterState.SENT and letter.round <= ROUNDS:
            course_after = change_letter(course, letter.n, state=LetterState.ANSWERED)
            yield f"letter {letter.n} answered", replace(case, proceedings=course_after), tick
        if letter.is_under_way and world.withdrawals:
            course_after = change_letter(course, letter.n, state=LetterState.WITHDRAWN, withdrawn_at=now, by_hand=True)
            yield f"letter {letter.n} withdrawn", replace(case, proceedings=course_after), tick
    for inquiry in case.inquiries if world.papers else ():
        if course.find_closing(inquiry.id) is None:
            closing = Closing(inquiry.id, "paper", now)
            yield f"paper for {inquiry.id}", amend(case, closings=(*course.closings, closing)), tick
    for x in case.exchanges.values():
        if x.state is ExchangeState.PENDING:
            yield f"late record of {x.passport}", end_ask(case, x.id, RECORD, now, law), tick
            yield f"late, no record of {x.passport}", end_ask(case, x.id, {}, now, law), tick
    for notice in course.notices if world.phones_fail else ():
        if all(d.next_try_at for d in notice.deliveries if d.channel is DeliveryChannel.SMS):
            by_hand = DeliverNotice(notice.n, DeliveryChannel.PAPER)
            yield f"notice {notice.n} handed over", end_delivery(case, by_hand, True, now, law), tick
    if not case.is_over:
        yield "withdrawn", amend(case, withdrawn_at=now), tick
        if case.registered_at is not None:
            decision = replace(course.decision, decided_at=now, outcome=DecisionOutcome.APPROVED)
            yield "decided", amend(case, decision=decision), tick


def make_key(case: Case, tick: int, world: World) -> tuple[Any, ...]:
    """All that tells two states of one world apart."""
    course = case.proceedings
    return (
        tick,
        tuple(inquiry.id for inquiry in case.inquiries),
        tuple(_exchange_key(x, world) for x in case.exchanges.values()),
        tuple(
            (one.owner, one.state, one.cells, one.drafted_at, one.sent_at, one.withdrawn_at) for one in course.letters
        ),
        course.closings,
        course.dates,
        tuple(_notice_key(notice, world) for notice in course.notices),
        course.marks,
        course.decision,
        course.withdrawn_at,
        case.registered_at,
        course.registered_complete,
    )


def _exchange_key(x: Exchange, world: World) -> tuple[Any, ...]:
    waits = _round_up(x.next_try_at, world)
    tries = min(x.tries, 5) if x.state not in OVER else 0
    return x.id, x.state, waits, tries, x.since, x.asked_at, x.answered_at, bool(x.record)


def _notice_key(notice: Notice, world: World) -> tuple[Any, ...]:
    ways = tuple((d.channel, d.state, min(d.tries, 4), _round_up(d.next_try_at, world)) for d in notice.deliveries)
    return notice.key, notice.deliver_by, ways


def _round_up(at: datetime | None, world: World) -> int | None:
    return None if at is None else bisect_left(world.clock, at)


def _tell(state: State) -> list[str]:
    words, trail = [], state.trail
    while trail is not None:
        words.append(trail[0])
        trail = trail[1]
    return words[::-1]
