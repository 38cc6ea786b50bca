"""What the end of the road promises: one decision, one hearing, one withdrawal, complaints that are numbered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from contracts.errors import Conflict, NotFound
from gateway.core.case import Case
from gateway.core.proceedings import DecisionOutcome
from gateway.store import course_tables as t
from gateway.store.acting import Actor
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, OTHER_CLERK, StoreDesk, act_at_once, code_of

HEARING = T0.date() + timedelta(days=3)
WORDS = "Слова, которых никто не должен прочитать"
Act = Callable[[StoreDesk, Case, Actor], object]


def decide(desk: StoreDesk, case: Case, actor: Actor, hearing_on: date | None = None) -> None:
    reasons = ["income-above-line"]
    desk.decisions.decide(case.id, DecisionOutcome.REFUSED, reasons, actor, number="7", hearing_on=hearing_on)


def decide_preliminarily(desk: StoreDesk, case: Case, actor: Actor) -> None:
    decide(desk, case, actor, HEARING)


def hold_hearing(desk: StoreDesk, case: Case, actor: Actor) -> None:
    desk.decisions.hold_hearing(case.id, WORDS, actor)


def withdraw(desk: StoreDesk, case: Case, actor: Actor) -> None:
    desk.decisions.withdraw(case.id, actor)


def answer_complaint(desk: StoreDesk, case: Case, actor: Actor) -> None:
    desk.decisions.answer_complaint(case.id, 1, WORDS, actor)


def make_ready(desk: StoreDesk, act: Act) -> Case:
    case = desk.register(1)
    if act is hold_hearing:
        decide_preliminarily(desk, case, CLERK)
        desk.move_to(T0 + timedelta(days=3))
    if act is answer_complaint:
        desk.decisions.complain(case.id, WORDS, "paper", CLERK)
    return case


ACTS: dict[str, tuple[Act, str, str]] = {
    "decided": (decide, "decision", "application-over"),
    "decided preliminarily": (decide_preliminarily, "decision_preliminary", "decision-preliminary"),
    "heard": (hold_hearing, "hearing_held", "hearing-none"),
    "withdrawn": (withdraw, "application_withdrawn", "application-over"),
    "complaint answered": (answer_complaint, "complaint_answered", "complaint-answered"),
}
each_act = pytest.mark.parametrize(("act", "told", "code"), ACTS.values(), ids=ACTS)


@each_act
def test_what_ends_or_decides_is_done_once_and_the_second_time_is_a_conflict(
    desk: StoreDesk, act: Act, told: str, code: str
) -> None:
    case = make_ready(desk, act)
    act(desk, case, CLERK)
    once, kinds = desk.read_course(case.id), desk.kinds(case.id)
    with pytest.raises(Conflict) as refused:
        act(desk, case, OTHER_CLERK)
    assert refused.value.public_code == code
    assert desk.read_course(case.id) == once
    assert desk.kinds(case.id) == kinds
    assert kinds.count(told) == 1


@each_act
def test_of_two_who_do_it_at_the_same_moment_one_does_and_one_is_told_so(
    desk: StoreDesk, beside: StoreDesk, act: Act, told: str, code: str
) -> None:
    for _ in range(4):
        case = make_ready(desk, act)
        came = act_at_once(lambda: act(desk, case, CLERK), lambda: act(beside, case, OTHER_CLERK))  # noqa: B023
        assert sorted(map(code_of, came)) == ["", code]
        assert desk.kinds(case.id).count(told) == 1
        desk.move_to(T0)


def test_of_a_decision_and_a_withdrawal_at_the_same_moment_one_is_the_end(desk: StoreDesk, beside: StoreDesk) -> None:
    for _ in range(5):
        case = desk.register(1)
        came = act_at_once(lambda: decide(desk, case, CLERK), lambda: withdraw(beside, case, OTHER_CLERK))  # noqa: B023
        assert sorted(map(code_of, came)) == ["", "application-over"]
        ends = [kind for kind in desk.kinds(case.id) if kind in ("decision", "application_withdrawn")]
        assert len(ends) == 1


def test_nothing_is_decided_before_the_package_is_registered(desk: StoreDesk) -> None:
    case = desk.open(1)
    for hearing_on in (None, HEARING):
        with pytest.raises(Conflict) as refused:
            decide(desk, case, CLERK, hearing_on)
        assert refused.value.public_code == "package-open"
    assert desk.read_course(case.id).decision is None


def test_a_hearing_is_held_from_its_day_on_and_only_where_there_is_one(desk: StoreDesk) -> None:
    case = desk.register(1)
    with pytest.raises(Conflict) as none:
        hold_hearing(desk, case, CLERK)
    assert none.value.public_code == "hearing-none"
    decide_preliminarily(desk, case, CLERK)
    with pytest.raises(Conflict) as early:
        hold_hearing(desk, case, CLERK)
    assert early.value.public_code == "hearing-too-early"
    desk.move_to(T0 + timedelta(days=3))
    hold_hearing(desk, case, CLERK)
    decide(desk, case, OTHER_CLERK)
    decision = desk.read_course(case.id).decision
    assert decision is not None
    assert (decision.preliminary_by, decision.hearing_held_by) == (CLERK.name, CLERK.name)
    assert (decision.decided_by, decision.outcome, decision.hearing_record) == (OTHER_CLERK.name, "refused", WORDS)


def test_complaints_are_numbered_from_one_in_each_application_and_the_same_open_words_are_one(
    desk: StoreDesk,
) -> None:
    case, other = desk.register(1), desk.register(1)
    complain = desk.decisions.complain
    assert [complain(case.id, words, "paper", CLERK) for words in ("a", "b", "a")] == [1, 2, 1]
    assert complain(other.id, "a", "paper", CLERK) == 1
    desk.decisions.answer_complaint(case.id, 1, "no", CLERK)
    assert complain(case.id, "a", "paper", CLERK) == 3
    assert [complaint.text for complaint in desk.read_course(case.id).complaints] == ["a", "b", "a"]
    assert desk.kinds(case.id).count("complaint_registered") == 3


@pytest.mark.parametrize(("words", "numbers"), [(("a", "a"), [1, 1]), (("a", "b"), [1, 2])])
def test_two_complaints_at_the_same_moment_are_one_only_where_they_say_the_same(
    desk: StoreDesk, beside: StoreDesk, words: tuple[str, str], numbers: list[int]
) -> None:
    for _ in range(4):
        case = desk.register(1)
        came = act_at_once(
            lambda: desk.decisions.complain(case.id, words[0], "paper", CLERK),  # noqa: B023
            lambda: beside.decisions.complain(case.id, words[1], "paper", CLERK),  # noqa: B023
        )
        assert sorted(map(int, map(str, came))) == numbers


def test_complaints_are_taken_and_answered_after_the_end_and_none_is_answered_that_is_not_there(
    desk: StoreDesk,
) -> None:
    case = desk.register(1)
    decide(desk, case, CLERK)
    assert desk.decisions.complain(case.id, WORDS, "paper", CLERK) == 1
    answer_complaint(desk, case, CLERK)
    with pytest.raises(NotFound) as unknown:
        desk.decisions.answer_complaint(case.id, 2, WORDS, CLERK)
    assert unknown.value.public_code == "complaint-not-found"


def test_what_is_said_in_a_hearing_and_in_complaints_is_unreadable_at_rest(desk: StoreDesk) -> None:
    case = make_ready(desk, hold_hearing)
    hold_hearing(desk, case, CLERK)
    desk.decisions.complain(case.id, WORDS, "paper", CLERK)
    answer_complaint(desk, case, CLERK)
    with desk.database.read() as connection:
        kept = connection.execute(select(t.complaints.c.sealed_text, t.complaints.c.sealed_answer)).one()
        heard = connection.execute(select(t.decisions.c.sealed_hearing)).one()
    assert all(WORDS.encode() not in bytes(sealed) for sealed in (*kept, *heard))
