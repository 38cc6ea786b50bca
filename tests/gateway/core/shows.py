"""What follows from the law: each function shows one consequence of a rule, for test_every_rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from contracts.request import RequestRow
from contracts.words import Fact
from gateway.core.calendar import ALMATY, moment_of_acceptance
from gateway.core.case import Case, Exchange, ExchangeState
from gateway.core.decide import decide
from gateway.core.facts import derive_fact
from gateway.core.law import Law
from gateway.core.notices import is_satisfied, must_hand_over
from gateway.core.patience import patience_ends
from gateway.core.proceedings import (
    DateKind,
    Decision,
    Delivery,
    DeliveryChannel,
    DeliveryState,
    Hearing,
    Notice,
    NoticeKind,
    Proceedings,
)
from gateway.core.refusals import earliest_holding, may_refuse
from gateway.core.steps import AskExchanges, IssueNotice, MarkTerm, OpenInquiry
from tests.gateway.core.builders import (
    LAW,
    T0,
    carry_out,
    make_case,
    make_iin,
    make_member,
    make_row,
    tell_rest,
)
from tests.gateway.core.course import SILENT, Course

ROWS: tuple[RequestRow, ...] = (
    make_row(1, (("medical", "person.disabilities[]"),), owner="health", absence="written_request"),
    make_row(2, (("aid", "person.social_aid"),), owner="social", absence="written_request"),
)
HEALTH: Any = {"person": {"disabilities": [{"number": "1"}]}}
AID: Any = {"person": {"social_aid": {"number": "1"}}}
Show = Callable[[Law], Any]


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ALMATY)


def silent(law: Law, sent: tuple[datetime, ...] = (), case: Case | None = None) -> Course:
    """Two registries are silent; the letters to their owners are sent at these moments."""
    course = Course(case or make_case(rows=ROWS), law, replies={"medical": SILENT, "aid": SILENT})
    course.run_to(at(5, 15))
    for n, moment in enumerate(sent, start=1):
        course.run_to(moment).send(n)
    return course


def told(course: Course, kind: DateKind) -> date | None:
    found = course.told.date(kind)
    return found.on if found else None


def until(*sent: datetime) -> Show:
    return lambda law: told(silent(law, sent), DateKind.EXTENSION_UNTIL)


def accepted(moment: datetime) -> Show:
    return lambda law: moment_of_acceptance(
        moment, law.rules.word("acceptance.outside_hours"), law.rules.hours("working_hours"), law.calendar
    )


def of_age(years: int, sex: str) -> Show:
    """Whether a member of that age is able-bodied."""
    born = date(T0.year - years, 1, 1)
    case = make_case(make_member("other", make_iin(born, sex), born))
    case = tell_rest(carry_out(case, decide(case, T0, LAW)))
    return lambda law: derive_fact(case, Fact.ABLE_BODIED, case.subject("member-1"), law.rules)


def children_at_17(law: Law) -> Any:
    born = date(T0.year - 17, 1, 1)
    case = make_case(make_member("child", make_iin(born), born))
    return [step.subject_ref for step in decide(case, T0, law) if isinstance(step, OpenInquiry) and step.number == 3]


def quarter(law: Law) -> Any:
    """Filed on the last evening of a quarter, accepted in the next."""
    case = replace(make_case(at=at(1, 9)), received_at=datetime(2026, 9, 30, 20, 0, tzinfo=ALMATY))
    steps = [step for step in decide(case, at(1, 9), law) if isinstance(step, OpenInquiry) and step.number == 7]
    values = steps[0].parts[0].values
    return values and tuple(values[word] for word in sorted(values) if word.startswith("period"))


def waited_for(passport: str) -> Show:
    asked = Exchange("x", passport, "applicant", ExchangeState.WAITING, since=T0)
    return lambda law: patience_ends(asked, law)


def registered(law: Law) -> Any:
    case = silent(law, (at(5, 15), at(5, 15))).run_to(at(20, 12, month=11)).case
    return case.registered_at and (case.registered_at, case.proceedings.registered_complete)


def registered_without_letter(law: Law) -> Any:
    """Nobody signs the letters."""
    case = silent(law).run_to(at(20, 12, month=11)).case
    return case.registered_at and (case.registered_at, case.proceedings.registered_complete)


def handed_in_at_an_akim(law: Law) -> Any:
    """What is told of the result while an extension runs."""
    case = make_case(rows=ROWS)
    akim = case.service.channels[0].model_copy(update={"start_event": "handed_in", "days": 18})
    case = replace(case, service=case.service.model_copy(update={"channels": (akim,)}))
    course = silent(law, (at(5, 15), at(5, 15)), case)
    course.run_to(at(1, 12, month=12))
    told_now = course.told.date(DateKind.DUE)
    passed = sorted(mark for mark in course.told.marks if mark.startswith("passed:due") or "no_later" in mark)
    return told(course, DateKind.NO_LATER_THAN), told_now and told_now.on, passed


def signed(law: Law) -> Any:
    return [state.value for state in silent(law).states()]


def marked(term: str, course: Callable[[Law], Course], by: datetime) -> Show:
    """When the specialist is warned of a term."""

    def show(law: Law) -> Any:
        run = course(law).run_to(by)
        marks = [
            moment for moment, step in run.done if isinstance(step, MarkTerm) and step.mark.startswith(f"near:{term}:")
        ]
        return marks[0] if marks else None

    return show


def tries_of_next_day(*replies: tuple[str, Any], came: timedelta = timedelta()) -> Show:
    """When a registry is asked on the day after its letter was drawn up, of a case that came so long after T0."""

    def show(law: Law) -> Any:
        case = make_case(rows=ROWS[:1], at=T0 + came)
        course = Course(case, law, replies=dict(replies)).run_to(at(6, 23))
        asked = [moment for moment in course.moments(AskExchanges) if moment.date() == date(2026, 10, 6)]
        return [f"{moment:%H:%M}" for moment in asked]

    return show


def notice(kind: NoticeKind, of: Callable[[IssueNotice], Any], course: Callable[[Law], Course]) -> Show:
    return lambda law: next(of(step) for step in course(law).steps(IssueNotice) if step.kind is kind)


def satisfying(law: Law) -> Any:
    def is_told(channel: DeliveryChannel) -> bool:
        made = (Delivery(channel, DeliveryState.DELIVERED),)
        return is_satisfied(Notice(1, "extension", NoticeKind.EXTENSION, T0, T0.date(), made), law)

    return [channel.value for channel in DeliveryChannel if is_told(channel)]


def lengths(schedule: Callable[[int, Law], datetime | None]) -> Show:
    """Minutes between tries 1 to 6."""

    def show(law: Law) -> Any:
        moments = [schedule(tries, law) for tries in range(1, 7)]
        return [int((moment - T0) / timedelta(minutes=1)) for moment in moments if moment]

    return show


def told_of_a_later_result(law: Law) -> Any:
    """Nobody signs the letter, and the registry answers a week later: the result is due later than was promised."""
    course = silent(law).run_to(at(12, 11)).answer("medical", HEALTH).answer("aid", AID)
    return [(notice.kind.value, notice.deliver_by) for notice in course.told.notices]


def sent_to_dead_phones(law: Law) -> Course:
    course = Course(make_case(rows=ROWS), law, phones=False, replies={"medical": SILENT, "aid": SILENT})
    return course.run_to(at(5, 15)).send(1)


def sent(law: Law) -> Course:
    return silent(law, (at(5, 15),))


def complained(law: Law) -> Course:
    return Course(make_case(rows=ROWS), law).settle().complain()


def complained_on_thursday(law: Law) -> Course:
    return Course(make_case(rows=ROWS), law).run_to(at(8, 11)).complain()


def passed(term: str, course: Callable[[Law], Course]) -> Show:
    def show(law: Law) -> Any:
        marks = course(law).run_to(at(29, 12)).told.marks
        return [mark.rpartition(":")[2] for mark in sorted(marks) if mark.startswith(f"passed:{term}:")]

    return show


def heard(law: Law) -> Any:
    """What may be refused: nothing before it, told of a hearing, and heard."""
    told = Decision(preliminary_at=T0, hearing_on=date(2026, 10, 9))
    held = replace(told, hearing_held_at=at(9, 11))
    return [may_refuse(decision, law) for decision in (Decision(), told, held)]


def handed_over(law: Law) -> Any:
    """Whether paper is to be handed over while nothing reached the applicant, and after a text message did."""
    paper, waiting = Delivery(DeliveryChannel.PAPER), Delivery(DeliveryChannel.SMS)
    ways = [(replace(waiting, state=state), paper) for state in (DeliveryState.WAITING, DeliveryState.DELIVERED)]
    return [must_hand_over(Notice(1, "x", NoticeKind.EXTENSION, T0, T0.date(), both), law) for both in ways]


def told_of_a_hearing(law: Law) -> Any:
    """The first day of a hearing that was decided on the 6th and told of on the 8th; and while nobody is told of it."""
    decision = Decision(preliminary_at=at(6, 12), hearings=(Hearing(1, date(2026, 10, 9), at(6, 12)),))
    waiting = Delivery(DeliveryChannel.PAPER)
    reached = replace(waiting, state=DeliveryState.DELIVERED, delivered_at=at(8, 11))
    days = []
    for delivery in (waiting, reached):
        told = Notice(1, "preliminary", NoticeKind.PRELIMINARY_REFUSAL, at(6, 12), date(2026, 10, 7), (delivery,))
        days.append(earliest_holding(Proceedings(decision=decision, notices=(told,)), law))
    return days


def asked_anew(law: Law) -> Any:
    """How often a registry that answered is asked while no decision is taken."""
    found = {"person": {"disabilities": [{"number": "1"}], "social_aid": {"number": "1"}}}
    course = Course(make_case(rows=ROWS), law, replies={"medical": found, "aid": found})
    return course.run_to(T0 + timedelta(days=31)).moments(AskExchanges)


def names(channels: Iterable[DeliveryChannel]) -> list[str]:
    return [channel.value for channel in channels]
