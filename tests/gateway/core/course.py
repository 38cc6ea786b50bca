"""A case on its way through time, without a database: steps are carried out, sources and phones answer as told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contracts.vocabulary.terms import Record
from gateway.core.case import OVER, Case, Exchange, ExchangeState
from gateway.core.decide import decide
from gateway.core.law import Law
from gateway.core.notices import schedule_delivery
from gateway.core.patience import schedule_retry
from gateway.core.proceedings import (
    Closing,
    Complaint,
    Delivery,
    DeliveryChannel,
    DeliveryState,
    LetterState,
    Notice,
    Proceedings,
)
from gateway.core.steps import AskExchanges, DeliverNotice, Step, WakeAt
from gateway.core.terms import count_complaint
from tests.gateway.core.builders import CITIZEN, LAW, OPEN_ACCOUNT, SON, T0, birth, carry_out
from tests.gateway.core.paper_shell import change_letter, send_letter

Reply = Record | str
"""A record, {} for "no record", or one of the words below."""
SILENT, STOPPED, LATER = "silent", "stopped", "later"
MOST_STEPS = 60
"""At one moment: a case comes to rest long before."""

GOOD: dict[str, Record] = {
    "people": CITIZEN,
    "bank": OPEN_ACCOUNT,
    "acts": {"person": {"births": [birth(SON)]}},
}
"""By passport: what lets a family through; other sources need no record."""


def end_ask(case: Case, exchange_id: str, reply: Reply, now: datetime, law: Law = LAW) -> Case:
    """The case after one ask; what has an answer keeps it where a further ask brings none."""
    x = case.exchanges[exchange_id]
    fields: dict[str, Any] = {"again_at": None, "asked_at": now, "since": x.since or now, "tries": x.tries + 1}
    if isinstance(reply, dict):
        state = ExchangeState.ANSWERED if reply else ExchangeState.NO_RECORD
        fields |= {"state": state, "record": reply, "answered_at": now, "next_try_at": None}
    elif x.state not in OVER and reply == LATER:
        fields |= {"state": ExchangeState.PENDING, "next_try_at": None, "accepted_at": x.accepted_at or now}
    elif x.state not in OVER:
        state, at = schedule_retry(x.tries + 1, reply == SILENT, now, law)
        fields |= {"state": state, "next_try_at": at, "cause": "registry-timed-out"}
    return replace(case, exchanges=dict(case.exchanges) | {exchange_id: replace(x, **fields)})


def end_delivery(case: Case, step: DeliverNotice, reached: bool, now: datetime, law: Law = LAW) -> Case:
    """The case after one try to deliver."""

    def after(one: Delivery) -> Delivery:
        if one.channel is not step.channel:
            return one
        tries = one.tries + 1
        if reached:
            return replace(one, state=DeliveryState.DELIVERED, tries=tries, next_try_at=None)
        return replace(one, tries=tries, next_try_at=schedule_delivery(tries, now, law))

    def of(notice: Notice) -> Notice:
        if notice.n != step.n:
            return notice
        return replace(notice, deliveries=tuple(map(after, notice.deliveries)))

    return amend(case, notices=tuple(map(of, case.proceedings.notices)))


def amend(case: Case, **fields: Any) -> Case:
    return replace(case, proceedings=replace(case.proceedings, **fields))


@dataclass
class Course:
    """Runs a case from wake-up to wake-up; `replies` says by passport (and subject) what a source says."""

    case: Case
    law: Law = LAW
    now: datetime = T0
    replies: dict[str, Reply] = field(default_factory=dict)
    """By "passport", or "passport/subject"; else GOOD, else no record."""
    phones: bool = True
    done: list[tuple[datetime, Step]] = field(default_factory=list)
    watch: Callable[[Course], None] | None = None
    """Called at each rest."""

    @property
    def told(self) -> Proceedings:
        return self.case.proceedings

    def settle(self) -> Course:
        """Carry out all that is due now."""
        for _ in range(MOST_STEPS):
            steps = decide(self.case, self.now, self.law)
            if not steps or isinstance(steps[0], WakeAt):
                if self.watch:
                    self.watch(self)
                return self
            self.take(steps)
        raise AssertionError(f"no rest after {MOST_STEPS} steps: {steps}")

    def take(self, steps: Iterable[Step]) -> None:
        steps = tuple(steps)
        self.done += [(self.now, step) for step in steps]
        self.case = carry_out(self.case, steps, self.now, self.law.calendar.version)
        for step in steps:
            if isinstance(step, AskExchanges):
                for exchange_id in step.exchange_ids:
                    self.case = end_ask(self.case, exchange_id, self.reply(exchange_id), self.now, self.law)
            elif isinstance(step, DeliverNotice):
                self.case = end_delivery(self.case, step, self.phones, self.now, self.law)

    def reply(self, exchange_id: str) -> Reply:
        x = self.case.exchanges[exchange_id]
        for key in (f"{x.passport}/{x.subject_ref}", x.passport):
            if key in self.replies:
                return self.replies[key]
        return GOOD.get(x.passport, {})

    def wakes_at(self) -> WakeAt | None:
        steps = decide(self.case, self.now, self.law)
        return steps[0] if steps and isinstance(steps[0], WakeAt) else None

    def run_to(self, at: datetime) -> Course:
        """Settle at each wake-up until a moment, and at that moment."""
        self.settle()
        while (wake := self.wakes_at()) is not None and wake.at <= at:
            assert wake.at > self.now, "a wake-up is ahead"
            self.now = wake.at
            self.settle()
        self.now = max(at, self.now)
        return self.settle()

    def find(self, passport: str, ref: str = "") -> Exchange:
        return next(x for x in self.case.gather(ref) if x.passport == passport)

    def answer(self, passport: str, record: Reply, ref: str = "") -> Course:
        """An answer comes by itself now; what is over already keeps its first one."""
        x = self.find(passport, ref)
        if x.state not in OVER:
            self.case = end_ask(self.case, x.id, record, self.now, self.law)
        return self.settle()

    def bring(self, inquiry_id: str, source: str = "paper") -> Course:
        """A document closes an inquiry now."""
        self.case = amend(self.case, closings=(*self.told.closings, Closing(inquiry_id, source, self.now)))
        return self.settle()

    def send(self, n: int, at: datetime | None = None) -> Course:
        self.case = send_letter(self.case, n, at or self.now)
        return self.settle()

    def mark_letter(self, n: int, state: LetterState) -> Course:
        withdrawn_at = self.now if state is LetterState.WITHDRAWN else None
        course = change_letter(self.told, n, state=state, withdrawn_at=withdrawn_at, by_hand=withdrawn_at is not None)
        self.case = replace(self.case, proceedings=course)
        return self.settle()

    def register_by_hand(self) -> Course:
        """The specialist registers the package as it is."""
        self.case = amend(replace(self.case, registered_at=self.now), registered_complete=False)
        return self.settle()

    def decide_so(self, **fields: Any) -> Course:
        """A stage of the decision."""
        self.case = amend(self.case, decision=replace(self.told.decision, **fields))
        return self.settle()

    def withdraw(self) -> Course:
        self.case = amend(self.case, withdrawn_at=self.now)
        return self.settle()

    def complain(self) -> Course:
        told = count_complaint(self.now, None, self.law).on
        complaint = Complaint(len(self.told.complaints) + 1, self.now, answer_by=told)
        self.case = amend(self.case, complaints=(*self.told.complaints, complaint))
        return self.settle()

    def hand_over(self, n: int, channel: DeliveryChannel = DeliveryChannel.PAPER) -> Course:
        """A notice reaches the applicant by a way that is not the gateway's own."""
        self.case = end_delivery(self.case, DeliverNotice(n, channel), True, self.now, self.law)
        return self.settle()

    def steps(self, kind: type[Any]) -> list[Any]:
        """What was done, of one kind, in order."""
        return [step for _, step in self.done if isinstance(step, kind)]

    def moments(self, kind: type[Any]) -> list[datetime]:
        return [at for at, step in self.done if isinstance(step, kind)]

    def states(self) -> list[LetterState]:
        return [letter.state for letter in self.told.letters]
