"""What acts on letters promise: each is done once, by one person, judged by the letter as it stands, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select

from contracts.errors import Conflict, InvalidInput, NotFound, StoreUnavailable
from gateway.core.case import Case
from gateway.core.proceedings import DecisionOutcome
from gateway.store import course_tables as t
from gateway.store.acting import Actor
from gateway.store.course_reading import CourseReader
from gateway.store.rows import Told
from gateway.store.sealing import Sealer
from gateway.store.wakeups import Wakeups
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, KEY, OTHER_CLERK, PDF, StoreDesk, act_at_once, code_of

CMS = b"a detached signature"
Act = Callable[[StoreDesk, Case, Actor], None]


def sign(desk: StoreDesk, case: Case, actor: Actor) -> None:
    cells = case.proceedings.letters[0].cells
    desk.letters.sign_letter(case.id, 1, actor, "specialist", PDF, CMS, cells)


def send(desk: StoreDesk, case: Case, actor: Actor) -> None:
    desk.letters.send_letter(case.id, 1, actor, "paper", f"of {actor.name}", T0)


def answer(desk: StoreDesk, case: Case, actor: Actor) -> None:
    desk.letters.answer_letter(case.id, 1, actor)


def withdraw(desk: StoreDesk, case: Case, actor: Actor) -> None:
    desk.letters.withdraw_letter(case.id, 1, actor)


ACTS: dict[str, tuple[Act, str]] = {
    "signed": (sign, "letter_signed"),
    "sent": (send, "letter_sent"),
    "answered": (answer, "letter_answered"),
    "withdrawn": (withdraw, "letter_withdrawn"),
}
each_act = pytest.mark.parametrize(("act", "told"), ACTS.values(), ids=ACTS)


def make_ready(desk: StoreDesk, act: Act) -> Case:
    """An application whose first letter is as the act needs it."""
    return desk.send(1) if act is answer else desk.draft(1)


@each_act
def test_an_act_on_a_letter_is_done_once_and_the_second_time_is_a_conflict(
    desk: StoreDesk, act: Act, told: str
) -> None:
    case = make_ready(desk, act)
    before = desk.kinds(case.id)
    act(desk, case, CLERK)
    once = desk.read_course(case.id)
    assert once.letters[0].state == told.removeprefix("letter_")
    assert desk.kinds(case.id) == [*before, told]
    with pytest.raises(Conflict) as refused:
        act(desk, case, OTHER_CLERK)
    assert refused.value.public_code == "letter-state"
    assert desk.read_course(case.id) == once
    assert desk.kinds(case.id) == [*before, told]


@each_act
def test_of_two_who_do_the_same_to_a_letter_at_the_same_moment_one_does_and_one_is_told_so(
    desk: StoreDesk, beside: StoreDesk, act: Act, told: str
) -> None:
    for _ in range(5):
        case = make_ready(desk, act)
        came = act_at_once(lambda: act(desk, case, CLERK), lambda: act(beside, case, OTHER_CLERK))  # noqa: B023
        assert sorted(map(code_of, came)) == ["", "letter-state"]
        assert desk.kinds(case.id).count(told) == 1


def test_of_one_who_sends_and_one_who_withdraws_at_the_same_moment_both_are_told_what_holds(
    desk: StoreDesk, beside: StoreDesk
) -> None:
    for _ in range(5):
        case = desk.draft(1)
        came = act_at_once(lambda: send(desk, case, CLERK), lambda: withdraw(beside, case, OTHER_CLERK))  # noqa: B023
        assert code_of(came[1]) == "", "what was sent can be withdrawn still"
        expected = ["letter_sent", "letter_withdrawn"] if code_of(came[0]) == "" else ["letter_withdrawn"]
        assert desk.kinds(case.id) == ["letter_drafted", *expected]


@each_act
def test_an_act_on_a_letter_of_what_is_over_or_on_no_letter_is_refused(desk: StoreDesk, act: Act, told: str) -> None:
    case = make_ready(desk, act)
    desk.decisions.withdraw(case.id, CLERK)
    with pytest.raises(Conflict) as refused:
        act(desk, case, CLERK)
    assert refused.value.public_code == "application-over"
    assert told not in desk.kinds(case.id)[desk.kinds(case.id).index("application_withdrawn") :]


def test_a_letter_that_is_not_there_is_told_as_such(desk: StoreDesk) -> None:
    case = desk.open(1)
    with pytest.raises(NotFound) as unknown:
        withdraw(desk, case, CLERK)
    assert unknown.value.public_code == "letter-not-found"


@each_act
def test_an_act_wakes_the_application(desk: StoreDesk, act: Act, told: str) -> None:
    case, wakeups = make_ready(desk, act), Wakeups(desk.database)
    for claim in wakeups.claim_due(T0, 5, timedelta(hours=1)):
        wakeups.hand_back(claim, None, "")
    assert wakeups.next_due(T0) is None
    act(desk, case, CLERK)
    assert wakeups.next_due(T0) == T0


@pytest.mark.parametrize("failure", ["a fault of ours", "a statement that the database refuses"])
def test_an_answer_and_what_comes_with_it_are_kept_together_or_not_at_all(desk: StoreDesk, failure: str) -> None:
    case = desk.send(1)
    before, kinds = desk.read_course(case.id), desk.kinds(case.id)
    errors = {"a fault of ours": KeyError, "a statement that the database refuses": StoreUnavailable}

    def fail(connection: Connection, at: datetime) -> Sequence[Told]:
        if failure == "a fault of ours":
            raise KeyError
        row = {"application_id": case.id, "mark": None, "passed": True, "on": at.date(), "at": at}
        connection.execute(insert(t.marks).values(**row, rule="", clause=""))
        return ()

    with pytest.raises(errors[failure]):
        desk.letters.answer_letter(case.id, 1, CLERK, [fail])
    assert desk.read_course(case.id) == before
    assert desk.kinds(case.id) == kinds


def test_a_signature_over_a_draft_that_was_changed_since_is_refused(desk: StoreDesk) -> None:
    case = desk.draft(1, 2)
    cells = case.proceedings.letters[0].cells
    for other in (cells[:1], cells[::-1]):
        with pytest.raises(Conflict) as refused:
            desk.letters.sign_letter(case.id, 1, CLERK, "specialist", PDF, CMS, other)
        assert refused.value.public_code == "letter-changed"
    assert desk.read_course(case.id).letters[0].state == "drafted"


def test_what_was_signed_is_read_back_byte_for_byte_and_is_unreadable_at_rest(desk: StoreDesk) -> None:
    case = desk.draft(1)
    reader = CourseReader(desk.database, Sealer(KEY))
    assert reader.read_letter_bytes(case.id, 1) is None
    sign(desk, case, CLERK)
    assert reader.read_letter_bytes(case.id, 1) == (PDF, CMS)
    with desk.database.read() as connection:
        row = connection.execute(select(t.letters.c.sealed_pdf, t.letters.c.sealed_signature)).one()
    assert PDF not in bytes(row.sealed_pdf)
    assert CMS not in bytes(row.sealed_signature)


def test_a_draft_that_nobody_signed_goes_out_on_paper_alone_and_a_signed_one_either_way(desk: StoreDesk) -> None:
    case = desk.draft(1)
    with pytest.raises(Conflict) as refused:
        desk.letters.send_letter(case.id, 1, CLERK, "electronic", "1", T0)
    assert refused.value.public_code == "letter-unsigned"
    sign(desk, case, CLERK)
    desk.letters.send_letter(case.id, 1, CLERK, "electronic", "1", T0)
    assert desk.kinds(case.id) == ["letter_drafted", "letter_signed", "letter_sent"]


@pytest.mark.parametrize("away", [timedelta(seconds=-1), timedelta(seconds=1)])
def test_a_letter_is_not_sent_before_its_draft_or_ahead_of_now(desk: StoreDesk, away: timedelta) -> None:
    case = desk.draft(1)
    with pytest.raises(InvalidInput):
        desk.letters.send_letter(case.id, 1, CLERK, "paper", "1", T0 + away)
    assert desk.read_course(case.id).letters[0].state == "drafted"


def test_a_letter_is_answered_only_once_it_was_sent(desk: StoreDesk) -> None:
    case = desk.draft(1)
    with pytest.raises(Conflict) as refused:
        answer(desk, case, CLERK)
    assert refused.value.public_code == "letter-state"


def test_an_act_after_the_decision_is_refused_as_one_after_a_withdrawal_is(desk: StoreDesk) -> None:
    case = desk.register(1)
    desk.decisions.decide(case.id, DecisionOutcome.APPROVED, [], CLERK, number="1", hearing_on=None)
    with pytest.raises(Conflict) as refused:
        withdraw(desk, case, CLERK)
    assert refused.value.public_code == "application-over"
