"""Every rule of the packaged file is followed: what comes out under its value, and under each other one.

Reverting, changing or ignoring any one rule fails a test here that names the rule and its clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.request import RequestRow
from contracts.words import Fact
from gateway.core.calendar import ALMATY, moment_of_acceptance
from gateway.core.case import Case, Exchange, ExchangeState
from gateway.core.decide import decide
from gateway.core.facts import derive_fact
from gateway.core.law import Law
from gateway.core.notices import is_satisfied, schedule_delivery
from gateway.core.patience import patience_ends, schedule_retry
from gateway.core.proceedings import DateKind, Decision, Delivery, DeliveryChannel, DeliveryState, Notice, NoticeKind
from gateway.core.refusals import earliest_hearing, may_refuse
from gateway.core.steps import AskExchanges, IssueNotice, MarkTerm, OpenInquiry
from tests.gateway.core.builders import (
    LAW,
    T0,
    carry_out,
    lay,
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


def tries_of_next_day(*replies: tuple[str, Any]) -> Show:
    """When a registry is asked on the day after its letter was drawn up."""

    def show(law: Law) -> Any:
        course = Course(make_case(rows=ROWS[:1]), law, replies=dict(replies)).run_to(at(6, 23))
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


def asked_anew(law: Law) -> Any:
    """How often a registry that answered is asked while no decision is taken."""
    found = {"person": {"disabilities": [{"number": "1"}], "social_aid": {"number": "1"}}}
    course = Course(make_case(rows=ROWS), law, replies={"medical": found, "aid": found})
    return course.run_to(T0 + timedelta(days=31)).moments(AskExchanges)


def names(channels: Iterable[DeliveryChannel]) -> list[str]:
    return [channel.value for channel in channels]


NOTICE, OTHER = NoticeKind.EXTENSION, NoticeKind.COMPLAINT_REGISTERED
NOVEMBER_4 = datetime(2026, 11, 4, 23, 59, 59, tzinfo=ALMATY)
CONSEQUENCES: dict[str, tuple[Show, list[tuple[Any, Any]]]] = {
    "acceptance.outside_hours": (
        accepted(at(9, 20)),
        [("next_working_day", at(12, 9)), ("same_moment", at(9, 20))],
    ),
    "ages.adult": (children_at_17, [(18, ["member-1"]), (17, [""])]),
    "ages.able_bodied_from": (of_age(17, "male"), [(16, True), (18, False)]),
    "ages.pension.male": (of_age(64, "male"), [(63, False), (65, True)]),
    "ages.pension.female": (of_age(62, "female"), [(61, False), (63, True)]),
    "income.quarter_by": (
        quarter,
        [("filing", ("2026-04-01", "2026-06-30")), ("acceptance", ("2026-07-01", "2026-09-30"))],
    ),
    "rounds.minutes": (
        lengths(lambda tries, law: schedule_retry(tries, True, T0, law)[1]),
        [([1, 5, 15, 30, 60], [1, 5, 15, 30, 60, 60]), ([5, 30, 60], [5, 30, 60, 60, 60, 60])],
    ),
    "patience.minutes.synchronous": (waited_for("medical"), [(240, at(5, 14)), (120, at(5, 12))]),
    "patience.minutes.asynchronous": (waited_for("guards"), [(540, at(6, 10)), (1080, at(7, 10))]),
    "working_hours": (
        accepted(at(9, 18, 10)),
        [(["09:00", "18:00"], at(12, 9)), (["09:00", "18:30"], at(9, 18, 10))],
    ),
    "package.registered_by": (registered, [("complete_or_limit", (NOVEMBER_4, False)), ("complete", None)]),
    "term.of_handed_in": (
        handed_in_at_an_akim,
        [
            ("unmoved", (None, date(2026, 10, 30), ["passed:due:2026-10-30"])),
            ("from_registration", (date(2026, 11, 30), date(2026, 11, 30), ["passed:due:2026-11-30"])),
        ],
    ),
    "letter.signing": (signed, [("specialist", ["drafted"] * 2), ("automatic", ["signed"] * 2)]),
    "letter.escalate_working_days": (marked("letter-1", silent, at(8, 9)), [(1, at(6, 18)), (2, at(7, 18))]),
    "letter.tries_at": (
        tries_of_next_day(("medical", SILENT)),
        [(["10:00", "16:00"], ["10:00", "16:00"]), (["11:00"], ["11:00"])],
    ),
    "letter.tries_for": (
        tries_of_next_day(("medical", {})),
        [("every_gap", ["10:00", "16:00"]), ("no_answer", [])],
    ),
    "extension.days": (until(at(5, 15)), [(30, date(2026, 11, 4)), (20, date(2026, 10, 27))]),
    "extension.anchor": (
        until(at(5, 15), at(13, 11)),
        [("first", date(2026, 11, 4)), ("last", date(2026, 11, 12))],
    ),
    "extension.end": (until(at(9, 11)), [("next_working_day", date(2026, 11, 9)), ("same_day", date(2026, 11, 8))]),
    "notice.days": (
        notice(NOTICE, lambda step: step.deliver_by, sent),
        [(2, date(2026, 10, 7)), (4, date(2026, 10, 9))],
    ),
    "notice.channels": (
        notice(NOTICE, lambda step: names(step.channels), sent),
        [(["sms", "portal_or_paper"], ["sms", "paper"]), (["portal_or_paper"], ["paper"])],
    ),
    "notice.satisfied_by": (
        satisfying,
        [(ways, ways) for ways in (["sms", "portal", "paper"], ["portal", "paper"], ["paper"])],
    ),
    "notice.tries.minutes": (
        lengths(lambda tries, law: schedule_delivery(tries, T0, law)),
        [([1, 5, 15, 60], [1, 5, 15, 60, 60, 60]), ([5, 30, 60], [5, 30, 60, 60, 60, 60])],
    ),
    "notice.warn_working_minutes": (
        marked("notice-1", sent_to_dead_phones, at(7, 20)),
        [(540, at(7, 9)), (240, at(7, 14))],
    ),
    "notice.other_days": (
        notice(OTHER, lambda step: step.deliver_by, complained),
        [(1, date(2026, 10, 6)), (2, date(2026, 10, 7))],
    ),
    "term.warn_working_days": (marked("promised", silent, at(23, 9)), [(2, at(22, 9)), (3, at(21, 9))]),
    "refusal.hearing": (heard, [("required", [False, False, True]), ("none", [True, True, True])]),
    "hearing.working_days": (
        lambda law: earliest_hearing(date(2026, 10, 8), law),
        [(3, date(2026, 10, 13)), (5, date(2026, 10, 15))],
    ),
    "complaint.days": (passed("complaint-1", complained), [(5, ["2026-10-12"]), (15, ["2026-10-27"])]),
    "complaint.unit": (
        passed("complaint-1", complained_on_thursday),
        [("working_days", ["2026-10-15"]), ("calendar_days", ["2026-10-13"])],
    ),
    "answers.age_days": (asked_anew, [(0, [T0]), (30, [T0, T0 + timedelta(days=30)])]),
}
"""By rule: something that follows from it, and what comes out under the packaged value and under each other one."""


@pytest.mark.parametrize("rule_id", CONSEQUENCES)
def test_a_rule_is_followed(rule_id: str) -> None:
    rule = LAW.rules.rule(rule_id)
    show, cases = CONSEQUENCES[rule_id]
    packaged, expected = cases[0]
    names = f"{rule_id} is not what the clause says it is: {rule.clause}"
    assert (list(rule.value) if isinstance(rule.value, tuple | list) else rule.value) == packaged, names
    assert show(LAW) == expected, names
    for value, other in cases[1:]:
        assert show(lay(rule_id, value)) == other, f"{rule_id} = {value} is not followed; clause: {rule.clause}"


def test_every_rule_of_the_file_has_its_consequence_here() -> None:
    assert set(CONSEQUENCES) == set(LAW.rules.by_id)


@pytest.mark.parametrize("rule_id", CONSEQUENCES)
def test_each_option_is_shown_and_makes_a_difference(rule_id: str) -> None:
    cases = CONSEQUENCES[rule_id][1]
    options = [list(o) if isinstance(o, tuple | list) else o for o in LAW.rules.rule(rule_id).options]
    assert [option for option in options if option not in [value for value, _ in cases]] == []
    assert len({str(expected) for _, expected in cases}) == len(cases) > 1
