"""A person registers a package with the gaps that nothing of the law's course works on, and cuts nothing short."""

from __future__ import annotations

from dataclasses import replace

from gateway.core.proceedings import LetterState
from gateway.core.registration import EXTENSION, FORMING, LETTER, PATIENCE, find_hindrance
from tests.gateway.core.builders import LAW, T0, make_case, make_row
from tests.gateway.core.course import LATER, SILENT, Course
from tests.gateway.core.two_registries import at, start


def hindrance(course: Course) -> str:
    return find_hindrance(course.case, course.now, course.law)


def test_what_was_not_asked_is_not_registered() -> None:
    assert find_hindrance(make_case(rows=(make_row(1, (("medical", "person.disabilities[]"),)),)), T0, LAW) == FORMING


def test_patience_a_letter_and_its_extension_go_before() -> None:
    course = start(medical=SILENT)
    assert hindrance(course) == PATIENCE
    assert hindrance(course.run_to(at(5, 15))) == LETTER
    assert hindrance(course.send(1)) == EXTENSION


def test_a_letter_that_a_person_withdrew_is_owed_no_more() -> None:
    course = start(medical=SILENT).run_to(at(5, 15)).mark_letter(1, LetterState.WITHDRAWN)
    assert hindrance(course) == ""


def test_gaps_of_the_applicant_and_rows_that_are_kept_being_tried_may_be_registered() -> None:
    rows = (
        make_row(1, (("bank", "account"),), absence="applicant_corrects"),
        make_row(2, (("courts", "person.adoption"),), no_answer="keep_trying"),
    )
    course = Course(make_case(rows=rows), replies={"bank": {}, "courts": LATER}).settle()
    assert hindrance(course) == ""


def test_a_term_that_an_extension_does_not_move_is_kept_by_a_person() -> None:
    course = start(medical=SILENT)
    akim = course.case.service.channels[0].model_copy(update={"start_event": "handed_in", "days": 18})
    course.case = replace(course.case, service=course.case.service.model_copy(update={"channels": (akim,)}))
    course.run_to(at(5, 15))
    assert hindrance(course) == LETTER
    assert hindrance(course.send(1)) == "", "the result is due before the extension ends"
