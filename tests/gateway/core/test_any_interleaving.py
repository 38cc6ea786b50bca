"""Whatever happens to a case, in whatever order: nothing twice, no date passed silently, each inquiry with one end."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts.vocabulary.terms import Record
from contracts.words import Outcome
from gateway.core.answers import Answer, read_all
from gateway.core.case import OVER, Case
from gateway.core.decide import decide
from gateway.core.law import Law
from gateway.core.proceedings import DecisionOutcome, DeliveryChannel, DeliveryState, LetterState
from gateway.core.steps import DraftLetter, IssueNotice, OpenInquiry, RegisterPackage
from tests.gateway.core.builders import LAW, T0, WITH_SON, change, lay, make_case, make_row
from tests.gateway.core.course import LATER, SILENT, STOPPED, Course, Reply
from tests.gateway.core.promises import check_rest
from tests.support.fuzzing import budget

ROWS = (
    make_row(1, (("medical", "person.disabilities[]"),), "each_member", owner="health", absence="written_request"),
    make_row(2, (("aid", "person.social_aid"),), owner="health", absence="written_request"),
    make_row(3, (("courts", "person.adoption"),), owner="court"),
    make_row(4, (("bank", "account"),), absence="applicant_corrects", no_answer="ask_specialist"),
    make_row(5, (("labour", "person.employments[]"),), owner="labour", no_answer="keep_trying"),
    make_row(
        6, (("debts", "person.enforcements[]"), ("guards", "person.guardianship")), wave=2, owner="justice",
        applies=["not_married_abroad"], absence="written_request_if_declared", absence_if_declared="guardianship",
    ),
)  # fmt: skip
"""Each absence, each way of no answer, prompt and late sources, two waves, an owner with several cells."""
RECORD: Record = {
    "person": {
        "disabilities": [{"number": "1"}],
        "social_aid": {"number": "1"},
        "adoption": {"number": "1"},
        "employments": [{"number": "1"}],
        "enforcements": [{"number": "1"}],
    },
    "account": {"exists": True},
}
REPLIES: tuple[Reply, ...] = (RECORD, {}, SILENT, LATER, STOPPED)
PASSPORTS = ("medical", "aid", "courts", "bank", "labour", "debts", "guards")
SWITCHES: tuple[tuple[str, Any], ...] = (
    ("extension.anchor", "last"),
    ("extension.end", "same_day"),
    ("letter.signing", "automatic"),
    ("letter.tries_for", "no_answer"),
    ("package.registered_by", "complete"),
    ("term.of_handed_in", "from_registration"),
    ("notice.satisfied_by", ["paper"]),
    ("answers.age_days", 5),
)
ONCE: dict[type[Any], Callable[[Any], Any]] = {
    DraftLetter: lambda step: (step.owner, step.round),
    IssueNotice: lambda step: step.key,
    OpenInquiry: lambda step: (step.number, step.subject_ref),
    RegisterPackage: lambda step: "",
}
"""Steps that are taken once, by what makes two of them the same."""


@dataclass(frozen=True)
class End:
    """How an inquiry ended, by which answers; a registry that answers anew may end it otherwise."""

    outcome: Outcome
    closed_by: str
    answered_at: dict[str, datetime]

    @classmethod
    def of(cls, case: Case, answer: Answer) -> End:
        return cls(answer.outcome, answer.closed_by, cls._answered_at(case, answer.inquiry.id))

    def is_of(self, case: Case, inquiry_id: str) -> bool:
        return self.answered_at.items() <= self._answered_at(case, inquiry_id).items()

    @staticmethod
    def _answered_at(case: Case, inquiry_id: str) -> dict[str, datetime]:
        return {x.id: x.answered_at for x in case.exchanges_of(inquiry_id) if x.answered_at is not None}


class AnyInterleaving(RuleBasedStateMachine):
    """A case, its sources, its specialist, its applicant and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.course = Course(make_case(rows=ROWS))
        self.ends: dict[str, End] = {}

    @initialize(
        switched=st.sets(st.sampled_from(range(len(SWITCHES))), max_size=3),
        from_filing=st.booleans(),
        declared=st.booleans(),
        hour=st.integers(0, 24 * 7),
        replies=st.dictionaries(st.sampled_from(PASSPORTS), st.sampled_from(REPLIES)),
    )
    def file(self, switched: set[int], from_filing: bool, declared: bool, hour: int, replies: dict[str, Any]) -> None:
        law: Law = LAW
        for n in switched:
            law = lay(*SWITCHES[n], law)
        moment = T0 + timedelta(hours=hour)
        case = make_case(WITH_SON, rows=ROWS, at=moment, guardianship=declared)
        if from_filing:
            akim = case.service.channels[0].model_copy(update={"start_event": "handed_in", "days": 18})
            case = replace(case, service=case.service.model_copy(update={"channels": (akim,)}))
        self.course = Course(case, law, moment, {"medical": RECORD, "bank": RECORD} | replies, watch=self.look)
        self.course.settle()

    def look(self, course: Course) -> None:
        check_rest(course.case, course.now, course.law)
        for kind, name in ONCE.items():
            made = [name(step) for step in course.steps(kind)]
            assert len(set(made)) == len(made), f"{kind.__name__} twice"
        for answer in read_all(course.case):
            end = self.ends.get(answer.inquiry.id)
            if end is not None and end.is_of(course.case, answer.inquiry.id):
                assert (answer.outcome, answer.closed_by) == (end.outcome, end.closed_by), "an inquiry ends once"
            elif not answer.is_missing:
                self.ends[answer.inquiry.id] = End.of(course.case, answer)

    # ---- registries ----

    @rule(passport=st.sampled_from(PASSPORTS), reply=st.sampled_from(REPLIES))
    def a_registry_changes(self, passport: str, reply: Any) -> None:
        self.course.replies[passport] = reply

    @rule(pick=st.integers(0, 20), reply=st.sampled_from((RECORD, {}, LATER)))
    def a_late_answer_or_a_duplicate_comes(self, pick: int, reply: Any) -> None:
        asked = self.course.case.gather()
        if asked:
            x = asked[pick % len(asked)]
            before = self.course.case
            self.course.answer(x.passport, reply, x.subject_ref)
            if x.state in OVER:
                assert self.course.case == before, "a duplicate changes nothing"

    @rule(pick=st.integers(0, 20))
    def a_specialist_asks_again(self, pick: int) -> None:
        asked = self.course.case.gather()
        if asked and not self.course.case.is_over:
            x = asked[pick % len(asked)]
            self.course.case = change(self.course.case, x.id, again_at=self.course.now)
            self.course.settle()

    # ---- people ----

    @rule(pick=st.integers(0, 20), source=st.sampled_from(("paper", "letter")))
    def a_document_comes(self, pick: int, source: str) -> None:
        inquiries = self.course.case.inquiries
        if inquiries:
            # At one and the same moment a registry's answer counts, whichever was there first: here none are.
            self.course.run_to(self.course.now + timedelta(seconds=1))
            self.course.bring(inquiries[pick % len(inquiries)].id, source)
            self.course.run_to(self.course.now + timedelta(seconds=1))

    @rule(pick=st.integers(0, 5), act=st.sampled_from(("sign", "send", "send", "send", "answer", "withdraw")))
    def a_letter_goes_on(self, pick: int, act: str) -> None:
        letters = self.course.told.letters
        if not letters:
            return
        letter = letters[pick % len(letters)]
        if act == "sign" and letter.state is LetterState.DRAFTED:
            self.course.mark_letter(letter.n, LetterState.SIGNED)
        elif act == "send" and letter.state in (LetterState.DRAFTED, LetterState.SIGNED):
            self.course.send(letter.n)
        elif act == "answer" and letter.state is LetterState.SENT:
            self.course.mark_letter(letter.n, LetterState.ANSWERED)
        elif act == "withdraw" and letter.is_under_way:
            self.course.mark_letter(letter.n, LetterState.WITHDRAWN)

    @rule(up=st.booleans())
    def the_sms_gateway_goes_up_or_down(self, up: bool) -> None:
        self.course.phones = up

    @rule(pick=st.integers(0, 5), channel=st.sampled_from(DeliveryChannel))
    def a_notice_reaches_the_applicant(self, pick: int, channel: DeliveryChannel) -> None:
        notices = self.course.told.notices
        if notices:
            notice = notices[pick % len(notices)]
            if any(d.channel is channel and d.state is DeliveryState.WAITING for d in notice.deliveries):
                self.course.hand_over(notice.n, channel)

    @precondition(lambda self: self.course.case.registered_at is not None and not self.course.case.is_over)
    @rule(stage=st.sampled_from(("preliminary", "heard", "refused", "approved")))
    def the_decision_goes_on(self, stage: str) -> None:
        now, decision = self.course.now, self.course.told.decision
        if stage == "preliminary" and decision.preliminary_at is None:
            self.course.decide_so(preliminary_at=now, hearing_on=(now + timedelta(days=7)).date())
        elif stage == "heard" and decision.hearing_on is not None and decision.hearing_held_at is None:
            self.course.decide_so(hearing_held_at=now)
        elif stage in ("refused", "approved"):
            self.course.decide_so(decided_at=now, outcome=DecisionOutcome(stage))

    @precondition(lambda self: not self.course.case.is_over)
    @rule(sure=st.integers(0, 3))
    def the_applicant_withdraws(self, sure: int) -> None:
        if sure == 0:
            self.course.withdraw()

    @rule(answered=st.booleans())
    def a_complaint_goes_on(self, answered: bool) -> None:
        complaints = self.course.told.complaints
        if answered and complaints:
            last = replace(complaints[-1], answered_at=self.course.now)
            told = replace(self.course.told, complaints=(*complaints[:-1], last))
            self.course.case = replace(self.course.case, proceedings=told)
            self.course.settle()
        elif not answered and len(complaints) < 2:
            self.course.complain()

    # ---- time, the calendar, the machine ----

    @rule(minutes=st.sampled_from((1, 5, 59, 240, 540, 24 * 60, 3 * 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.course.run_to(self.course.now + timedelta(minutes=minutes))

    @rule(days=st.sampled_from((1, 3, 10, 31, 60)))
    def nobody_looks_for_days(self, days: int) -> None:
        self.course.now += timedelta(days=days)
        self.course.settle()

    @rule(times=st.integers(1, 4))
    def the_wake_up_comes(self, times: int) -> None:
        for _ in range(times):
            wake = self.course.wakes_at()
            if wake is not None:
                self.course.now = wake.at
                self.course.settle()

    @rule(ahead=st.integers(1, 40), version=st.integers(0, 9))
    def the_calendar_changes(self, ahead: int, version: int) -> None:
        day: date = (self.course.now + timedelta(days=ahead)).date()
        calendar = replace(LAW.calendar, version=f"v{version}-{day}", off=LAW.calendar.off | {day})
        self.course.law = replace(self.course.law, calendar=calendar)
        self.course.settle()

    @rule()
    def the_gateway_restarts(self) -> None:
        """What is under way is what the record says."""
        case, now, law = self.course.case, self.course.now, self.course.law
        rebuilt = pickle.loads(pickle.dumps(case))  # noqa: S301 - our own bytes
        assert rebuilt == case
        assert decide(rebuilt, now, law) == decide(case, now, law)
        self.course.case = rebuilt

    @invariant()
    def the_promises_hold(self) -> None:
        if self.course.case.inquiries:
            self.look(self.course)


def test_any_interleaving_keeps_the_promises() -> None:
    run_state_machine_as_test(AnyInterleaving, settings=settings(budget(40), stateful_step_count=30))
