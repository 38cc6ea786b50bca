"""Named courses of a case through time: silence, letters, papers, dates, notices, each to its end; no I/O."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from contracts.words import Outcome
from gateway.core.answers import read_answer
from gateway.core.calendar import ALMATY
from gateway.core.case import ExchangeState
from gateway.core.gaps import Move, find_gaps
from gateway.core.proceedings import (
    DateCause,
    DateKind,
    DecisionOutcome,
    DeliveryChannel,
    LetterState,
    NoticeKind,
)
from gateway.core.steps import (
    AmendLetter,
    AskExchanges,
    DraftLetter,
    IssueNotice,
    MarkTerm,
    RegisterPackage,
    SetDates,
    WithdrawLetter,
)
from tests.gateway.core.builders import LAW, T0, change, lay, make_case, make_row
from tests.gateway.core.course import LATER, SILENT, STOPPED, Course, Reply

ROWS = (
    make_row(1, (("medical", "person.disabilities[]"),), owner="health", absence="written_request"),
    make_row(2, (("aid", "person.social_aid"),), owner="social", absence="written_request"),
    make_row(3, (("people", "person.address"),), owner="interior"),
)
"""Two registries whose missing record calls for a letter, and one where no record is an answer."""
HEALTH, AID = {"person": {"disabilities": [{"number": "1"}]}}, {"person": {"social_aid": {"number": "1"}}}
FRIDAY = datetime(2026, 10, 9, 17, 0, tzinfo=ALMATY)


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ALMATY)


def start(medical: Reply = HEALTH, aid: Reply = AID, law: Any = LAW, moment: datetime = T0, **fields: Any) -> Course:
    """A case whose two registries say this."""
    case = make_case(rows=ROWS, at=moment)
    return Course(case, law, moment, {"medical": medical, "aid": aid}, **fields).settle()


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), ALMATY)


def kinds(course: Course) -> list[NoticeKind]:
    return [notice.kind for notice in course.told.notices]


def marks(course: Course, start: str) -> list[str]:
    return sorted(mark for mark in course.told.marks if mark.startswith(start))


# ---- a silent registry ----------------------------------------------------------------------------------------------


def test_three_hours_of_silence_trouble_nobody() -> None:
    course = start(medical=SILENT).run_to(T0 + timedelta(hours=3))
    assert course.told.letters == ()
    course.answer("medical", HEALTH)
    assert course.case.registered_at == T0 + timedelta(hours=3)
    assert (course.told.registered_complete, kinds(course)) == (True, [])


def test_while_patience_runs_the_registry_is_asked_in_growing_rounds() -> None:
    course = start(medical=SILENT).run_to(T0 + timedelta(hours=3))
    minutes = [int((moment - T0) / timedelta(minutes=1)) for moment in course.moments(AskExchanges)]
    assert minutes == [0, 1, 6, 21, 51, 111, 171]


def test_three_days_of_silence_make_one_letter_and_two_tries_a_working_day() -> None:
    course = start(medical=SILENT).run_to(T0 + timedelta(days=3))
    (letter,) = course.told.letters
    assert (letter.owner, letter.round, letter.cells) == ("health", 1, ("1:applicant",))
    assert letter.drafted_at == T0 + timedelta(hours=4)
    assert letter.state is LetterState.DRAFTED, "a specialist signs"
    tries = [moment for moment in course.moments(AskExchanges) if moment > letter.drafted_at]
    assert [f"{moment:%d %H}" for moment in tries] == ["05 16", "06 10", "06 16", "07 10", "07 16", "08 10"]
    assert marks(course, "near:letter-1") == ["near:letter-1:2026-10-06"]


def test_forty_days_of_silence_end_in_an_incomplete_package_at_the_limit() -> None:
    course = start(medical=SILENT).run_to(T0 + timedelta(hours=5)).send(1).run_to(T0 + timedelta(days=40))
    limit = end_of(date(2026, 11, 4))
    assert (course.case.registered_at, course.told.registered_complete) == (limit, False)
    assert kinds(course) == [NoticeKind.EXTENSION, NoticeKind.INCOMPLETE]
    due = course.told.date(DateKind.DUE)
    no_later = course.told.date(DateKind.NO_LATER_THAN)
    assert due is not None
    assert no_later is not None
    assert due.on == no_later.on == date(2026, 11, 25), "the limit and 15 working days, as was told"
    assert len(course.steps(DraftLetter)) == len(course.steps(RegisterPackage)) == 1
    assert {step.why.rule for step in course.steps(DraftLetter)} == {"request.1.no_answer"}


def test_the_limit_counts_even_where_the_case_is_looked_at_a_week_later() -> None:
    course = start(medical=SILENT).run_to(T0 + timedelta(hours=5)).send(1)
    course.run_to(at(4, 12, month=11))
    course.now = at(11, 12, month=11)
    course.settle()
    assert (course.case.registered_at, course.told.registered_complete) == (end_of(date(2026, 11, 4)), False)
    assert marks(course, "passed:extension") == ["passed:extension:2026-11-04"], "looked at too late: it is told"


def test_at_the_limit_itself_the_package_is_registered_and_no_term_has_passed() -> None:
    course = start(medical=SILENT).run_to(T0 + timedelta(hours=5)).send(1).run_to(end_of(date(2026, 11, 4)))
    assert course.case.registered_at == course.now
    assert marks(course, "passed:extension") == []


def test_a_late_reply_of_the_bus_is_given_a_working_day_before_a_letter() -> None:
    rows = (make_row(1, (("courts", "person.adoption"),), owner="court"),)
    course = Course(make_case(rows=rows), replies={"courts": LATER}).run_to(T0 + timedelta(hours=23))
    assert course.told.letters == ()
    assert [letter.owner for letter in course.run_to(T0 + timedelta(days=1)).told.letters] == ["court"]


def test_a_row_that_is_kept_being_tried_makes_no_letter_and_holds_the_package() -> None:
    rows = (make_row(1, (("medical", "person.disabilities[]"),), no_answer="keep_trying"),)
    course = Course(make_case(rows=rows), replies={"medical": SILENT}).run_to(T0 + timedelta(days=5))
    assert (course.told.letters, find_gaps(course.case, LAW, course.now)) == ((), ())
    assert course.case.registered_at is None
    assert course.moments(AskExchanges)[-1] > T0 + timedelta(days=4, hours=22), "hourly, round the clock"
    assert course.answer("medical", HEALTH).case.registered_at == course.now


def test_a_row_kept_being_tried_does_not_hold_its_owner_s_letter_back_from_the_automatic_signature() -> None:
    rows = (
        make_row(1, (("medical", "person.disabilities[]"),), owner="health", no_answer="keep_trying"),
        make_row(2, (("aid", "person.social_aid"),), owner="health", absence="written_request"),
    )
    law = lay("letter.signing", "automatic")
    course = Course(make_case(rows=rows), law, replies={"medical": SILENT, "aid": {}}).settle()
    assert course.states() == [LetterState.DRAFTED], "the other inquiry of the owner may still join"
    assert course.run_to(T0 + timedelta(hours=4)).states() == [LetterState.SIGNED]


# ---- no record ------------------------------------------------------------------------------------------------------


def test_no_record_is_an_answer_where_the_row_says_so() -> None:
    course = Course(make_case(rows=ROWS), replies={"medical": HEALTH, "aid": AID, "people": {}}).settle()
    assert read_answer(course.case, course.case.inquiry("3:applicant")).outcome is Outcome.NO_RECORD
    assert (course.case.registered_at, course.told.letters) == (T0, ())


def test_no_record_calls_for_a_letter_at_once_where_the_row_says_so_and_its_clause_is_told() -> None:
    course = start(medical={})
    (step,) = course.steps(DraftLetter)
    assert course.moments(DraftLetter) == [T0]
    assert (step.owner, step.why.rule, step.why.clause) == ("health", "request.1.absence", ROWS[0].clause)


def test_the_applicant_is_told_once_of_each_cell_that_he_must_correct() -> None:
    rows = (
        make_row(1, (("bank", "account"),), absence="applicant_corrects"),
        make_row(2, (("aid", "person.social_aid"),), absence="applicant_corrects"),
    )
    course = Course(make_case(rows=rows), replies={"bank": {}, "aid": LATER}).settle()
    course.run_to(T0 + timedelta(hours=1)).answer("aid", {}).run_to(T0 + timedelta(days=20))
    assert course.told.letters == ()
    assert [(n.key, n.kind.value, n.cells) for n in course.told.notices] == [
        ("corrects-1", "applicant_corrects", ("1:applicant",)),
        ("corrects-2", "applicant_corrects", ("2:applicant",)),
    ]
    course.bring("1:applicant").bring("2:applicant")
    assert course.told.registered_complete
    assert course.case.registered_at == course.now


# ---- late answers and papers ----------------------------------------------------------------------------------------


def test_an_answer_takes_its_cell_out_of_a_draft_and_the_last_one_withdraws_the_letter() -> None:
    rows = (
        make_row(1, (("medical", "person.disabilities[]"),), owner="health", absence="written_request"),
        make_row(2, (("aid", "person.social_aid"),), owner="health", absence="written_request"),
    )
    course = Course(make_case(rows=rows), replies={"medical": SILENT, "aid": SILENT}).run_to(T0 + timedelta(hours=5))
    course.answer("medical", HEALTH)
    assert [step.cells for step in course.steps(AmendLetter)] == [("2:applicant",)]
    course.answer("aid", AID)
    assert course.states() == [LetterState.WITHDRAWN]
    assert (course.case.registered_at, kinds(course)) == (course.now, [])


def test_a_sent_letter_is_withdrawn_once_nothing_it_asks_for_is_missing() -> None:
    course = start(medical={}).send(1).run_to(at(7, 12))
    course.case = change(course.case, course.find("medical").id, again_at=course.now)
    course.replies["medical"] = HEALTH
    course.settle()
    assert course.states() == [LetterState.WITHDRAWN]
    assert (course.case.registered_at, course.told.registered_complete) == (course.now, True)
    assert kinds(course) == [NoticeKind.EXTENSION], "what was told stays told"


def test_a_sent_letter_stands_while_the_registry_that_had_no_record_is_silent_when_asked_again() -> None:
    course = start(medical={}).send(1).run_to(at(6, 9))
    x = course.find("medical")
    course.case = change(course.case, x.id, state=ExchangeState.PENDING, since=course.now)
    course.settle()
    assert course.states() == [LetterState.SENT], "what is asked for is missing as before"
    assert len(course.steps(DraftLetter)) == 1


def test_a_draft_is_withdrawn_where_its_cells_become_the_applicant_s_matter() -> None:
    course = start(medical=STOPPED).run_to(at(5, 15))
    course.case = change(course.case, course.find("medical").id, cause="consent-missing", state=ExchangeState.STOPPED)
    course.settle()
    assert course.states() == [LetterState.WITHDRAWN]
    assert kinds(course) == [NoticeKind.APPLICANT_CORRECTS]


def test_a_sent_letter_stands_where_the_applicant_could_bring_what_it_asks_for_too() -> None:
    course = start(medical=STOPPED).run_to(at(5, 15)).send(1)
    course.case = change(course.case, course.find("medical").id, cause="consent-missing", state=ExchangeState.STOPPED)
    course.settle()
    assert course.states() == [LetterState.SENT]
    assert kinds(course) == [NoticeKind.EXTENSION, NoticeKind.APPLICANT_CORRECTS]


def test_a_letter_that_a_person_withdrew_is_not_drawn_up_again_until_something_new_is_heard() -> None:
    course = start(medical={}).send(1).run_to(at(6, 9)).mark_letter(1, LetterState.WITHDRAWN)
    course.run_to(at(8, 12))
    assert course.states() == [LetterState.WITHDRAWN]
    assert [gap.move for gap in find_gaps(course.case, LAW, course.now)] == [Move.OWNER], "the gap is shown"
    course.case = change(course.case, course.find("medical").id, again_at=course.now)
    course.settle()
    assert [(letter.round, letter.state.value) for letter in course.told.letters] == [
        (1, "withdrawn"),
        (2, "drafted"),
    ]


def test_a_gap_that_opens_again_after_its_letter_was_withdrawn_goes_into_the_next_round() -> None:
    law = lay("answers.age_days", 3)
    course = start(medical={}, aid={}, law=law)
    course.replies["medical"] = HEALTH
    course.run_to(at(5, 17))
    assert course.steps(WithdrawLetter) != []
    course.replies["medical"] = {}
    course.run_to(at(9, 12))
    rounds = [(one.round, one.state.value) for one in course.told.letters if one.owner == "health"]
    assert rounds == [(1, "withdrawn"), (2, "drafted")]


@pytest.mark.parametrize("paper_first", [True, False])
def test_of_a_paper_and_an_answer_the_first_closes_the_inquiry_and_both_are_kept(paper_first: bool) -> None:
    course = start(medical=SILENT).run_to(T0 + timedelta(hours=1))
    if paper_first:
        course.bring("1:applicant")
    else:
        course.answer("medical", HEALTH)
    registered = course.case.registered_at
    course.now += timedelta(minutes=1)
    if paper_first:
        course.answer("medical", HEALTH)
    else:
        course.bring("1:applicant")
    answer = read_answer(course.case, course.case.inquiry("1:applicant"))
    assert (answer.outcome, answer.closed_by) == ((Outcome.ON_PAPER, "paper") if paper_first else (Outcome.FOUND, ""))
    assert course.find("medical").record == HEALTH
    assert len(course.told.closings) == 1
    assert course.case.registered_at == registered == T0 + timedelta(hours=1), "nothing is registered twice"


def test_the_letter_of_the_body_closes_what_it_answers() -> None:
    course = start(medical={}).send(1).run_to(at(13, 12)).mark_letter(1, LetterState.ANSWERED)
    course.bring("1:applicant", "letter")
    answer = read_answer(course.case, course.case.inquiry("1:applicant"))
    assert (answer.outcome, answer.closed_by, answer.is_missing) == (Outcome.ON_PAPER, "letter", False)
    assert course.case.registered_at is not None


def test_a_letter_answered_without_closing_its_cell_is_followed_by_the_next_round() -> None:
    course = start(medical={}).send(1).run_to(at(13, 12)).mark_letter(1, LetterState.ANSWERED)
    assert [(one.round, one.state.value, one.cells) for one in course.told.letters] == [
        (1, "answered", ("1:applicant",)),
        (2, "drafted", ("1:applicant",)),
    ]
    course.send(2)
    until = course.told.date(DateKind.EXTENSION_UNTIL)
    assert until is not None
    assert until.on == date(2026, 11, 4), "one extension, from the first letter"
    assert kinds(course) == [NoticeKind.EXTENSION]


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
