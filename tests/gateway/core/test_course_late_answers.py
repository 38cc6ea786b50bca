"""Late answers, papers and letters: the first closes an inquiry, all are kept, nothing is asked for twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contracts.words import Outcome
from gateway.core.answers import read_answer
from gateway.core.case import ExchangeState
from gateway.core.gaps import Move, find_gaps
from gateway.core.proceedings import (
    DateKind,
    LetterState,
    NoticeKind,
)
from gateway.core.steps import (
    AmendLetter,
    DraftLetter,
    WithdrawLetter,
)
from tests.gateway.core.builders import LAW, T0, change, lay, make_case, make_row
from tests.gateway.core.course import SILENT, STOPPED, Course
from tests.gateway.core.two_registries import AID, HEALTH, at, kinds, start


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
    assert kinds(course) == [NoticeKind.CONSENT_NEEDED]


def test_a_sent_letter_stands_where_the_applicant_could_bring_what_it_asks_for_too() -> None:
    course = start(medical=STOPPED).run_to(at(5, 15)).send(1)
    course.case = change(course.case, course.find("medical").id, cause="consent-missing", state=ExchangeState.STOPPED)
    course.settle()
    assert course.states() == [LetterState.SENT]
    assert kinds(course) == [NoticeKind.EXTENSION, NoticeKind.CONSENT_NEEDED]


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
