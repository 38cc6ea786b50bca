"""A case that remembers what was read out of it before decides as one that is read anew, whatever was changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.words import Fact
from gateway.core.answers import read_all
from gateway.core.carrying import ASKED, COURSE, OWN, RESTS_ON, carry_memory
from gateway.core.case import Case, renew_case
from gateway.core.decide import decide
from gateway.core.facts import derive_fact, evidence, find_silent
from gateway.core.gaps import find_gaps
from gateway.core.patience import list_tries
from gateway.core.proceedings import DecisionOutcome
from gateway.core.renewing import renew
from gateway.core.watch import list_terms
from tests.gateway.core.builders import CITIZEN, LAW, SON, T0, WITH_SON, birth, make_case
from tests.gateway.core.course import LATER, SILENT, Course
from tests.gateway.core.two_registries import AID, HEALTH, ROWS, at


class RememberingCourse(Course):
    """Hands on what is known at each change, and reads it anew at each rest."""

    carried = 0

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "case" and "case" in vars(self):
            before: Case = self.case
            if value is not before:
                changed = {key for key, x in before.exchanges.items() if value.exchanges.get(key, x) is not x}
                carry_memory(before, value, changed)
                read(value, self)
                self.carried = self.carried + 1
        super().__setattr__(name, value)


def read(case: Case, course: Course) -> None:
    anew = replace(case)
    for one in (case, anew):
        assert list_terms(one, course.law) == list_terms(anew, course.law)
        assert list_tries(one, course.law) == list_tries(anew, course.law)
        assert find_gaps(one, course.law, course.now) == find_gaps(anew, course.law, course.now)
        assert read_all(one) == read_all(anew)
        for subject in one.subjects:
            assert evidence(one, subject.ref) == evidence(anew, subject.ref)
            for fact in Fact:
                told = derive_fact(one, fact, subject, course.law.rules)
                assert told == derive_fact(anew, fact, subject, course.law.rules)
                assert find_silent(one, fact, subject) == find_silent(anew, fact, subject)
        assert decide(one, course.now, course.law) == decide(anew, course.now, course.law)


def start(medical: Any, aid: Any) -> RememberingCourse:
    return RememberingCourse(make_case(rows=ROWS, at=T0), LAW, T0, {"medical": medical, "aid": aid})


def test_letters_papers_and_dates_are_read_by_what_they_rest_on() -> None:
    course = start({}, {})
    course.run_to(at(6, 10)).send(1).send(2).run_to(at(8, 10)).bring("1:applicant").run_to(at(9, 12))
    course.bring("2:applicant", "letter").run_to(at(12, 10)).hand_over(1)
    course.decide_so(preliminary_at=course.now, hearing_on=date(2026, 10, 20)).run_to(at(21, 12))
    course.decide_so(decided_at=course.now, outcome=DecisionOutcome.REFUSED).complain().run_to(at(30, 12))
    assert course.told.complaints
    assert len(course.told.letters) == 2
    assert course.carried > 20


def test_late_answers_are_read_by_what_they_rest_on() -> None:
    course = start(SILENT, SILENT)
    course.run_to(at(6, 15)).answer("medical", HEALTH).run_to(at(7, 15)).answer("aid", AID).run_to(at(9, 12)).withdraw()
    assert course.case.registered_at is not None
    assert course.carried > 10


def test_facts_and_who_is_awaited_for_them_are_read_by_whose_answers_tell_them() -> None:
    course = RememberingCourse(make_case(WITH_SON), LAW, T0, {"people": LATER, "acts": LATER})
    course.settle().answer("people", CITIZEN, "applicant")
    course.answer("acts", {"person": {"births": [birth(SON)]}}, "member-1")
    assert derive_fact(course.case, Fact.PARENTS_IN_FAMILY, course.case.subject("member-1"), LAW.rules) is True


def test_a_renewed_case_is_the_changed_one_and_remembers_nothing_of_the_one_before() -> None:
    case = make_case(rows=ROWS, at=T0)
    read_all(case)
    renewed = renew_case(case, registered_at=T0)
    assert renewed == replace(case, registered_at=T0)
    assert case.memo
    assert not renewed.memo
    assert renew(case.proceedings, withdrawn_at=T0) == replace(case.proceedings, withdrawn_at=T0)


def test_what_a_case_remembers_rests_on_parts_that_are_compared() -> None:
    assert frozenset[str]().union(*RESTS_ON.values()) <= ASKED | OWN | COURSE
