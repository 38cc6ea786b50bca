"""Dates of a case: two registries, holidays, hours, quarters, and what changes in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from gateway.core.calendar import ALMATY
from gateway.core.proceedings import (
    DateCause,
    DateKind,
    NoticeKind,
)
from gateway.core.steps import (
    DraftLetter,
    IssueNotice,
    SetDates,
)
from tests.gateway.core.builders import LAW, T0, lay, make_case, make_row
from tests.gateway.core.course import SILENT, Course
from tests.gateway.core.two_registries import FRIDAY, HEALTH, at, end_of, kinds, start

# ---- two registries on different days -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anchor", "until", "told"),
    [
        ("first", [date(2026, 11, 4)], [NoticeKind.EXTENSION]),
        ("last", [date(2026, 11, 4), date(2026, 11, 12)], [NoticeKind.EXTENSION, NoticeKind.EXTENSION_CHANGED]),
    ],
)
def test_two_registries_on_different_days_make_one_extension(
    anchor: str, until: list[date], told: list[NoticeKind]
) -> None:
    course = start(medical={}, aid={}, law=lay("extension.anchor", anchor))
    course.send(1).run_to(at(13, 11)).send(2)
    ends = [one for one in course.told.dates if one.kind is DateKind.EXTENSION_UNTIL]
    assert [one.on for one in ends] == until
    assert [one.cause for one in ends][1:] == [DateCause.COURSE] * (len(until) - 1)
    assert kinds(course) == told
    if anchor == "last":
        assert course.told.notices[-1].deliver_by == date(2026, 10, 15), "two working days from the second letter"
    course.run_to(T0 + timedelta(days=45))
    assert course.case.registered_at == end_of(until[-1])


@pytest.mark.parametrize(("end", "until"), [("next_working_day", date(2026, 12, 17)), ("same_day", date(2026, 12, 16))])
def test_the_extension_s_end_on_a_holiday(end: str, until: date) -> None:
    course = start(medical={}, law=lay("extension.end", end), moment=at(16, 10, month=11)).send(1)
    told = course.told.date(DateKind.EXTENSION_UNTIL)
    assert told is not None
    assert told.on == until
    assert course.run_to(at(28, 12, month=12)).case.registered_at == end_of(until)


# ---- hours and days -------------------------------------------------------------------------------------------------


def test_on_friday_at_17_00_letters_wait_for_monday_and_the_notice_for_wednesday() -> None:
    course = start(medical=SILENT, moment=FRIDAY).run_to(at(12, 11, 59))
    assert course.told.letters == (), "patience counts working hours: one of Friday, three of Monday"
    assert course.run_to(at(12, 12)).moments(DraftLetter) == [at(12, 12)]


def test_a_letter_sent_on_friday_at_17_00_is_told_of_by_tuesday() -> None:
    course = start(medical={}, moment=FRIDAY).send(1)
    (notice,) = course.told.notices
    assert (notice.kind, notice.deliver_by) == (NoticeKind.EXTENSION, date(2026, 10, 13))
    assert course.steps(IssueNotice)[0].why.clause == LAW.rules.rule("notice.days").clause


@pytest.mark.parametrize(
    ("moment", "drafted"),
    [(at(9, 17, 59), at(9, 17, 59)), (at(9, 18), at(12, 9)), (at(10, 12), at(12, 9)), (at(12, 8, 59), at(12, 9))],
)
def test_letters_are_drawn_up_in_working_hours_alone(moment: datetime, drafted: datetime) -> None:
    course = start(medical={}, moment=moment).run_to(at(13, 12))
    assert course.moments(DraftLetter) == [drafted]


def test_patience_that_ends_with_the_working_day_makes_its_letter_next_morning() -> None:
    course = start(medical=SILENT, moment=at(5, 14)).run_to(at(5, 23))
    assert course.told.letters == ()
    assert course.run_to(at(6, 10)).moments(DraftLetter) == [at(6, 9)]


def test_a_filing_in_the_last_minute_of_a_quarter_is_asked_about_by_that_quarter_whatever_comes_later() -> None:
    filed = datetime(2026, 9, 30, 23, 59, tzinfo=ALMATY)
    row = make_row(1, (("benefits", "person.benefits[]"),), absence="written_request", period="quarter_before")
    case = replace(make_case(rows=(row,), at=at(1, 9)), received_at=filed)
    course = Course(case, now=at(1, 9), replies={"benefits": {}}).settle().send(1).run_to(at(30, 12))
    (exchange,) = course.case.gather()
    assert "2026-04-01" in exchange.id
    later = replace(case, received_at=filed + timedelta(minutes=1))
    (exchange,) = Course(later, now=at(1, 9)).settle().case.gather()
    assert "2026-07-01" in exchange.id


# ---- what changes in between ----------------------------------------------------------------------------------------


def test_a_changed_calendar_recounts_the_dates_with_one_notice_and_the_old_ones_are_kept() -> None:
    course = start(medical={}).send(1).run_to(at(12, 12))
    before = course.told.dates
    off = LAW.calendar.off | {date(2026, 11, 4), date(2026, 11, 5)}
    course.law = replace(LAW, calendar=replace(LAW.calendar, version="next", off=off))
    course.settle().run_to(at(16, 12))
    assert course.told.dates[: len(before)] == before
    new = {one.kind: (one.on, one.cause, one.calendar_version) for one in course.told.dates[len(before) :]}
    assert new == {
        DateKind.EXTENSION_UNTIL: (date(2026, 11, 6), DateCause.CALENDAR, "next"),
        DateKind.NO_LATER_THAN: (date(2026, 11, 27), DateCause.CALENDAR, "next"),
    }
    assert kinds(course) == [NoticeKind.EXTENSION, NoticeKind.DATE_RECOUNTED]
    assert course.told.notices[-1].deliver_by == date(2026, 10, 14)
    assert course.run_to(at(20, 12, month=11)).case.registered_at == end_of(date(2026, 11, 6))


def test_a_recount_never_ends_in_the_past_what_was_told_to_run_still() -> None:
    course = start(medical={}).send(1)
    told = course.told.date(DateKind.EXTENSION_UNTIL)
    assert told is not None
    assert told.on == date(2026, 11, 4)
    off = LAW.calendar.off - {date(2026, 11, 4)}
    rolled = LAW.calendar.off | {date(2026, 11, 4)}
    course.law = replace(LAW, calendar=replace(LAW.calendar, version="rolled", off=rolled))
    course.run_to(at(20, 12))
    assert course.told.dates[-2].on == date(2026, 11, 5)
    course.run_to(at(5, 10, month=11))
    course.law = replace(LAW, calendar=replace(LAW.calendar, version="worked", off=off))
    course.settle()
    assert course.case.registered_at is None, "the day that was told runs until its end"
    assert course.run_to(at(6, 10, month=11)).case.registered_at == end_of(date(2026, 11, 5))


def test_an_akims_due_date_is_watched_again_once_the_package_that_was_extended_is_whole() -> None:
    law = lay("term.of_handed_in", "from_registration")
    course = start(medical=SILENT, law=law)
    akim = course.case.service.channels[0].model_copy(update={"start_event": "handed_in", "days": 18})
    course.case = replace(course.case, service=course.case.service.model_copy(update={"channels": (akim,)}))
    course.run_to(at(5, 14)).send(1).run_to(at(5, 16)).answer("medical", HEALTH)
    due = course.told.date(DateKind.DUE)
    assert course.case.registered_at == at(5, 16)
    assert due is not None
    course.run_to(at(1, 12, month=12))
    assert f"passed:due:{due.on}" in course.told.marks
    assert not any("no_later_than" in mark for mark in course.told.marks if mark.startswith("passed"))


def test_another_letter_after_a_change_of_the_calendar_is_told_as_an_extension_that_changed() -> None:
    course = start(medical={}, aid={}, law=lay("extension.anchor", "last"))
    course.send(1).run_to(at(12, 12))
    course.law = replace(course.law, calendar=replace(LAW.calendar, version="next"))
    course.run_to(at(13, 11)).send(2)
    assert [one.cause for one in course.told.dates][2:] == [DateCause.COURSE] * 2
    assert kinds(course) == [NoticeKind.EXTENSION, NoticeKind.EXTENSION_CHANGED]
    assert course.told.notices[-1].deliver_by == date(2026, 10, 15), "two working days from the second letter"


def test_a_changed_calendar_that_moves_no_date_is_told_to_nobody() -> None:
    course = start(medical={}).send(1).run_to(at(12, 12))
    course.law = replace(LAW, calendar=replace(LAW.calendar, version="next"))
    dates = course.told.dates
    course.settle()
    assert (course.told.dates, kinds(course)) == (dates, [NoticeKind.EXTENSION])


def test_a_changed_calendar_recounts_the_due_date_of_a_registered_package() -> None:
    course = start().run_to(at(6, 12))
    course.law = replace(
        LAW, calendar=replace(LAW.calendar, version="next", off=LAW.calendar.off | {date(2026, 10, 27)})
    )
    course.settle()
    assert [(one.on, one.cause.value) for one in course.told.dates] == [
        (date(2026, 10, 27), "first"),
        (date(2026, 10, 28), "calendar"),
    ]
    assert kinds(course) == [NoticeKind.DATE_RECOUNTED]


def test_a_case_is_judged_by_the_rules_it_is_handed_and_each_reason_names_their_version() -> None:
    changed = lay("extension.days", 20)
    pinned, newer = (start(medical={}, law=law).send(1) for law in (LAW, changed))
    for course, law, until in ((pinned, LAW, date(2026, 11, 4)), (newer, changed, date(2026, 10, 27))):
        told = course.told.date(DateKind.EXTENSION_UNTIL)
        assert told is not None
        assert told.on == until
        reasons = [step.why for kind in (DraftLetter, IssueNotice) for step in course.steps(kind)]
        reasons += [one.why for step in course.steps(SetDates) for one in step.dates]
        assert {why.version for why in reasons} == {law.rules.version}
        assert all(why.clause for why in reasons)
