"""Notices, the end of the road, and what is asked again on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from gateway.core.proceedings import (
    DecisionOutcome,
    DeliveryChannel,
    LetterState,
    NoticeKind,
)
from gateway.core.steps import (
    AskExchanges,
    DeliverNotice,
    MarkTerm,
)
from gateway.core.terms import count_complaint
from tests.gateway.core.builders import LAW, T0, change, lay
from tests.gateway.core.course import SILENT
from tests.gateway.core.two_registries import HEALTH, at, kinds, marks, start

# ---- notices --------------------------------------------------------------------------------------------------------


def test_a_notice_that_no_phone_takes_is_shown_before_it_is_late_marked_after_and_met_later_by_paper() -> None:
    course = start(medical={}, phones=False).send(1)
    (notice,) = course.told.notices
    assert notice.deliver_by == date(2026, 10, 7)
    course.run_to(at(7, 8, 59))
    assert marks(course, "near:notice") == []
    assert marks(course.run_to(at(7, 9)), "near:notice") == ["near:notice-1:2026-10-07"]
    assert marks(course.run_to(at(7, 23, 59)), "passed:notice") == []
    assert marks(course.run_to(at(8, 0)), "passed:notice") == ["passed:notice-1:2026-10-07"]
    mark = next(step for step in course.steps(MarkTerm) if step.passed)
    assert mark.why.rule == "notice.days"
    course.hand_over(1).run_to(at(9, 12))
    assert [mark for mark in course.told.marks if "notice" in mark] == [
        mark for mark in course.told.marks if mark in ("near:notice-1:2026-10-07", "passed:notice-1:2026-10-07")
    ]
    assert len(course.told.notices) == 1


def test_an_applicant_without_a_phone_is_told_by_the_other_ways_alone() -> None:
    course = start(medical={}, without_phone=True).send(1)
    (notice,) = course.told.notices
    assert [one.channel for one in notice.deliveries] == [DeliveryChannel.PAPER]
    assert course.steps(DeliverNotice) == []


def test_a_message_is_tried_again_in_growing_steps_until_the_phone_takes_it() -> None:
    course = start(medical={}, phones=False).send(1).run_to(T0 + timedelta(minutes=25))
    (sms, _) = course.told.notices[0].deliveries
    assert (sms.channel, sms.tries, sms.next_try_at) == (DeliveryChannel.SMS, 4, T0 + timedelta(minutes=81))
    course.phones = True
    course.run_to(T0 + timedelta(hours=2))
    assert marks(course.run_to(at(8, 12)), "near:notice") == []


def test_a_notice_that_the_card_gives_no_days_for_names_the_rule_of_its_own_days() -> None:
    course = start(phones=False).complain().run_to(at(8, 12))
    named = {step.why.rule for step in course.steps(MarkTerm) if step.mark.split(":")[1].startswith("notice")}
    assert named == {"notice.other_days"}


# ---- the end --------------------------------------------------------------------------------------------------------


def test_a_withdrawn_application_takes_its_letters_back_asks_no_more_and_its_notices_go_on() -> None:
    course = start(medical={}, aid=SILENT, phones=False).send(1).run_to(at(6, 12)).withdraw()
    asked = len(course.moments(AskExchanges))
    course.run_to(at(20, 12, month=11))
    assert set(course.states()) == {LetterState.WITHDRAWN}
    assert len(course.moments(AskExchanges)) == asked
    assert kinds(course) == [NoticeKind.EXTENSION, NoticeKind.WITHDRAWN]
    assert course.case.registered_at is None
    assert course.told.marks >= {"passed:notice-1:2026-10-07", "passed:notice-2:2026-10-07"}
    course.phones = True
    course.run_to(at(20, 14, month=11))
    sms = [delivery.state.value for notice in course.told.notices for delivery in notice.deliveries[:1]]
    assert sms == ["delivered", "delivered"]


def test_a_refusal_is_told_at_each_stage_and_a_hearing_that_nobody_held_is_marked() -> None:
    course = start().run_to(at(6, 12)).decide_so(preliminary_at=at(6, 12), hearing_on=date(2026, 10, 12))
    course.run_to(at(13, 12))
    assert marks(course, "") == ["near:hearing:2026-10-12", "passed:hearing:2026-10-12"]
    course.decide_so(hearing_held_at=at(14, 10)).run_to(at(15, 12))
    course.decide_so(decided_at=at(15, 12), outcome=DecisionOutcome.REFUSED).run_to(at(30, 12, month=12))
    assert kinds(course) == [NoticeKind.PRELIMINARY_REFUSAL, NoticeKind.DECISION_REFUSED]
    assert marks(course, "passed:due") == [], "decided in time"


def test_an_approval_ends_the_asking_and_the_watch() -> None:
    course = start().run_to(at(6, 12)).decide_so(decided_at=at(6, 12), outcome=DecisionOutcome.APPROVED)
    assert course.wakes_at() is None
    assert kinds(course) == [NoticeKind.DECISION_APPROVED]


def test_a_complaint_has_its_own_term_even_after_the_end() -> None:
    course = start().run_to(at(6, 12)).decide_so(decided_at=at(6, 12), outcome=DecisionOutcome.REFUSED)
    course.run_to(at(8, 11)).complain().run_to(at(15, 23))
    assert marks(course, "near:complaint") == ["near:complaint-1:2026-10-15"]
    assert marks(course.run_to(at(16, 1)), "passed:complaint") == ["passed:complaint-1:2026-10-15"]
    answered = replace(course.told.complaints[0], answered_at=course.now)
    course.case = replace(course.case, proceedings=replace(course.told, complaints=(answered,)))
    course.settle()
    assert kinds(course)[1:] == [NoticeKind.COMPLAINT_REGISTERED, NoticeKind.COMPLAINT_ANSWERED]
    assert course.wakes_at() is None


# ---- asking again ---------------------------------------------------------------------------------------------------


def test_an_exchange_is_asked_again_by_hand_at_the_moment_named_and_keeps_its_answer() -> None:
    course = start().run_to(at(6, 12))
    course.case = change(course.case, course.find("medical").id, again_at=at(6, 13))
    course.replies["medical"] = SILENT
    course.run_to(at(7, 12))
    assert course.moments(AskExchanges) == [T0, at(6, 13)]
    assert course.find("medical").record == HEALTH


def test_an_answer_that_ages_is_asked_anew_until_the_decision() -> None:
    course = start(law=lay("answers.age_days", 30)).run_to(T0 + timedelta(days=65))
    assert course.moments(AskExchanges) == [T0 + timedelta(days=days) for days in (0, 30, 60)]
    course.decide_so(decided_at=course.now, outcome=DecisionOutcome.APPROVED).run_to(T0 + timedelta(days=100))
    assert len(course.moments(AskExchanges)) == 3


def test_a_complaints_day_that_was_told_is_never_moved_to_a_later_one_and_an_earlier_one_is_kept() -> None:
    course = start().complain()
    (complaint,) = course.told.complaints
    assert complaint.answer_by == date(2026, 10, 12)
    days = LAW.calendar
    later = replace(days, version="later", off=days.off | {date(2026, 10, 12)})
    earlier = replace(days, version="earlier", working=days.working | {date(2026, 10, 10)})
    told = [
        count_complaint(complaint.registered_at, complaint.answer_by, replace(LAW, calendar=calendar)).on
        for calendar in (days, later, earlier)
    ]
    assert told == [date(2026, 10, 12), date(2026, 10, 12), date(2026, 10, 10)]
