"""Silence and missing records: who is troubled, when, and what becomes of the package."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from contracts.words import Outcome
from gateway.core.answers import read_answer
from gateway.core.case import ExchangeState
from gateway.core.decide import decide, name_signature
from gateway.core.gaps import find_gaps
from gateway.core.notices import find_owed
from gateway.core.proceedings import (
    DateKind,
    LetterState,
    NoticeKind,
)
from gateway.core.steps import (
    AskExchanges,
    DraftLetter,
    RegisterPackage,
    SignLetter,
)
from tests.gateway.core.builders import LAW, T0, change, lay, make_case, make_row
from tests.gateway.core.course import LATER, SILENT, Course
from tests.gateway.core.two_registries import AID, HEALTH, ROWS, at, end_of, kinds, marks, start

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


def test_patience_with_a_late_reply_runs_from_the_day_on_which_the_bus_took_the_question() -> None:
    rows = (make_row(1, (("courts", "person.adoption"),), owner="court"),)
    course = Course(make_case(rows=rows), replies={"courts": SILENT}).run_to(at(6, 9, 30))
    course.replies["courts"] = LATER
    course.run_to(at(6, 18))
    taken = course.find("courts").accepted_at
    assert taken is not None
    assert course.told.letters == ()
    assert [letter.drafted_at for letter in course.run_to(at(8, 9)).told.letters] == [taken + timedelta(days=1)]


def test_a_draft_that_was_withdrawn_while_it_was_not_the_owners_move_is_drawn_up_again() -> None:
    course = start(medical=SILENT).run_to(at(5, 15))
    assert course.states() == [LetterState.DRAFTED]
    asked = course.find("medical")
    course.case = replace(
        course.case, exchanges={**course.case.exchanges, asked.id: replace(asked, cause="consent-missing")}
    )
    course.run_to(at(9, 12))
    assert [(one.round, one.state) for one in course.told.letters] == [
        (1, LetterState.WITHDRAWN), (2, LetterState.DRAFTED),
    ]  # fmt: skip


def test_a_draft_that_a_person_withdrew_stays_so_while_the_registry_says_nothing_new() -> None:
    course = start(medical=SILENT).run_to(at(5, 15)).mark_letter(1, LetterState.WITHDRAWN)
    assert course.run_to(at(20, 12)).states() == [LetterState.WITHDRAWN]


def test_a_late_reply_that_never_comes_is_asked_for_again_where_its_row_is_kept_being_tried() -> None:
    rows = (make_row(1, (("courts", "person.adoption"),), owner="court", no_answer="keep_trying"),)
    course = Course(make_case(rows=rows), replies={"courts": LATER}).run_to(T0 + timedelta(days=2))
    assert (course.told.letters, find_gaps(course.case, LAW, course.now)) == ((), ())
    assert [f"{moment:%d %H}" for moment in course.moments(AskExchanges)] == ["05 10", "06 16", "07 10"]


def test_a_package_that_a_person_registers_with_gaps_sends_no_letter_any_more() -> None:
    course = start(medical={}, aid={})
    course.send(1)
    assert course.states() == [LetterState.SENT, LetterState.DRAFTED]
    course.register_by_hand().run_to(T0 + timedelta(days=50))
    assert course.states() == [LetterState.SENT, LetterState.WITHDRAWN]
    assert NoticeKind.INCOMPLETE in kinds(course)
    assert marks(course, "near:letter-2") == []


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


def test_an_applicant_who_consented_is_told_that_there_is_no_record_all_the_same() -> None:
    rows = (make_row(1, (("bank", "account"),), absence="applicant_corrects"),)
    course = Course(make_case(rows=rows), replies={"bank": SILENT}).settle()
    asked = course.find("bank")
    waiting = replace(asked, cause="consent-missing")
    course.case = replace(course.case, exchanges={**course.case.exchanges, asked.id: waiting})
    course.settle()
    assert kinds(course) == [NoticeKind.CONSENT_NEEDED]
    course.answer("bank", {})
    assert kinds(course) == [NoticeKind.CONSENT_NEEDED, NoticeKind.APPLICANT_CORRECTS]


def test_a_letter_that_cannot_be_signed_holds_nothing_else_up() -> None:
    law = lay("letter.signing", "automatic")
    rows = (make_row(1, (("medical", "person.disabilities[]"),), owner="health", absence="written_request"),)
    case = make_case(rows=rows)
    course = Course(case, law, replies={"medical": {}})
    while not any(isinstance(step, SignLetter) for step in decide(course.case, course.now, law)):
        course.take(decide(course.case, course.now, law))
    busy = frozenset(name_signature(step) for step in decide(course.case, course.now, law))
    rest = decide(course.case, course.now, law, busy)
    assert rest
    assert not any(isinstance(step, SignLetter) for step in rest)


def test_the_applicant_is_told_of_all_consents_of_a_round_in_one_notice() -> None:
    rows = (
        make_row(1, (("medical", "person.disabilities[]"),)),
        make_row(2, (("bank", "account"),)),
    )
    course = Course(make_case(rows=rows), replies={"medical": SILENT, "bank": SILENT})
    course.take(decide(course.case, course.now, LAW))
    first, second = sorted(course.case.gather(), key=lambda x: x.passport)
    waits = {"state": ExchangeState.STOPPED, "cause": "consent-refused", "since": course.now}
    course.case = change(course.case, first.id, **waits)
    assert list(find_owed(course.case, course.now, LAW)) == [], "the other one is being asked"
    course.case = change(course.case, second.id, **waits)
    (owed,) = find_owed(course.case, course.now, LAW)
    assert (owed.kind, len(owed.cells)) == (NoticeKind.CONSENT_REFUSED, 2)
