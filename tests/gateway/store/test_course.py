"""What the steps of the legal course promise: each is carried out once, with its event, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from contracts.errors import StoreUnavailable
from gateway.core.case import Case
from gateway.core.proceedings import DateCause, DateKind, DeliveryChannel
from gateway.core.steps import (
    AmendLetter,
    MarkTerm,
    NewDate,
    RegisterPackage,
    SetDates,
    Step,
    WithdrawLetter,
)
from gateway.store import course_tables as t
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, WHY, StoreDesk, act_at_once, draft, inquiry, notice

MARK = MarkTerm("near:extension:2026-11-04", False, date(2026, 11, 4), WHY)
REGISTER = RegisterPackage(T0, True, WHY)


def set_dates(*days: date) -> SetDates:
    kinds = (DateKind.EXTENSION_UNTIL, DateKind.NO_LATER_THAN)
    return SetDates(
        tuple(NewDate(kind, on, T0.date(), DateCause.FIRST, False, WHY) for kind, on in zip(kinds, days, strict=False))
    )


Make = Callable[[StoreDesk], tuple[Case, Step]]


def with_draft(step: Callable[[Case], Step]) -> Make:
    def make(desk: StoreDesk) -> tuple[Case, Step]:
        case = desk.draft(1)
        return case, step(case)

    return make


def with_cells(step: Callable[[Case], Step]) -> Make:
    def make(desk: StoreDesk) -> tuple[Case, Step]:
        case = desk.open(1, 2)
        return case, step(case)

    return make


def _make_amendment(desk: StoreDesk) -> tuple[Case, Step]:
    case = desk.open(1, 2)
    desk.carry_out(case, draft(case, 1))
    return desk.read(case.id), AmendLetter(1, (inquiry(case, 2).id,), WHY)


STEPS: dict[str, tuple[Make, list[str]]] = {
    "DraftLetter": (with_cells(lambda case: draft(case, 1, 2)), ["letter_drafted"]),
    "AmendLetter": (_make_amendment, ["letter_drafted", "letter_amended"]),
    "WithdrawLetter": (with_draft(lambda _: WithdrawLetter(1, WHY)), ["letter_drafted", "letter_withdrawn"]),
    "SetDates": (
        with_cells(lambda _: set_dates(date(2026, 11, 4), date(2026, 11, 30))), ["date_set", "date_set"],
    ),
    "IssueNotice": (
        with_cells(lambda _: notice("first", DeliveryChannel.SMS, DeliveryChannel.PAPER)), ["notice_issued"],
    ),
    "MarkTerm": (with_cells(lambda _: MARK), ["term_near"]),
    "RegisterPackage": (with_cells(lambda _: REGISTER), ["package_registered"]),
}  # fmt: skip
each_step = pytest.mark.parametrize(("make", "told"), STEPS.values(), ids=STEPS)


@each_step
def test_a_step_is_carried_out_once_however_often_it_is_committed(desk: StoreDesk, make: Make, told: list[str]) -> None:
    case, step = make(desk)
    desk.carry_out(case, step)
    once = desk.read_course(case.id)
    desk.move_to(T0 + timedelta(hours=1))
    desk.carry_out(case, step)
    assert desk.read_course(case.id) == once
    assert desk.kinds(case.id) == told


@each_step
def test_a_step_that_two_processes_commit_at_the_same_moment_is_carried_out_once(
    desk: StoreDesk, beside: StoreDesk, make: Make, told: list[str]
) -> None:
    for _ in range(4):
        case, step = make(desk)
        came = act_at_once(lambda: desk.carry_out(case, step), lambda: beside.carry_out(case, step))  # noqa: B023
        assert came == [None, None]
        assert desk.kinds(case.id) == told


@each_step
def test_steps_are_committed_together_or_not_at_all(desk: StoreDesk, make: Make, told: list[str]) -> None:
    case, step = make(desk)
    before, kinds = desk.read_course(case.id), desk.kinds(case.id)
    unknown = replace(draft(desk.open(3), 3), cells=("inq_of_nobody",))
    refused = replace(notice("second"), deliver_by=None)  # type: ignore[arg-type]
    for broken in (unknown, refused):
        with pytest.raises((StoreUnavailable, StopIteration)):
            desk.carry_out(case, step, broken)
        assert desk.read_course(case.id) == before
        assert desk.kinds(case.id) == kinds
    assert desk.read(case.id).registered_at is None


def test_what_is_over_gathers_nothing_more_but_its_notices_and_terms_go_on(desk: StoreDesk) -> None:
    case = desk.draft(1)
    desk.decisions.withdraw(case.id, CLERK)
    cells = (inquiry(case, 1).id,)
    desk.carry_out(
        case, draft(case, 1, round_=2), AmendLetter(1, cells, WHY), set_dates(date(2026, 11, 4)), REGISTER,
        notice("withdrawn"), MARK, WithdrawLetter(1, WHY),
    )  # fmt: skip
    assert desk.kinds(case.id) == [
        "letter_drafted", "application_withdrawn", "notice_issued", "term_near", "letter_withdrawn",
    ]  # fmt: skip
    assert desk.read(case.id).registered_at is None


def test_letters_and_notices_are_numbered_from_one_without_gaps_in_each_application(desk: StoreDesk) -> None:
    for case in (desk.open(1, 2, 3), desk.open(1, 2, 3)):
        desk.carry_out(case, draft(case, 1), draft(case, 3), notice("a"), notice("b"))
        desk.carry_out(case, draft(case, 1), draft(case, 2, round_=2), notice("b"), notice("c"))
        course = desk.read_course(case.id)
        assert [(letter.n, letter.owner, letter.round) for letter in course.letters] == [
            (1, "interior", 1), (2, "medicine", 1), (3, "interior", 2),
        ]  # fmt: skip
        assert [(notice.n, notice.key) for notice in course.notices] == [(1, "a"), (2, "b"), (3, "c")]


def test_a_letter_keeps_of_each_cell_why_it_is_asked_for(desk: StoreDesk) -> None:
    case = desk.draft(1, 2, no_record=[2])
    c = t.letter_cells.c
    with desk.database.read() as connection:
        kept = connection.execute(select(c.inquiry_id, c.cause).order_by(c.position)).all()
    assert [tuple(row) for row in kept] == [(inquiry(case, 1).id, "no_answer"), (inquiry(case, 2).id, "no_record")]


def test_a_letter_that_somebody_signed_is_amended_no_more(desk: StoreDesk) -> None:
    case = desk.draft(1, 2)
    cells = desk.read_course(case.id).letters[0].cells
    desk.letters.sign_letter(case.id, 1, CLERK, "specialist", b"pdf", b"cms", cells)
    desk.carry_out(case, AmendLetter(1, cells[:1], WHY))
    assert desk.read_course(case.id).letters[0].cells == cells


def test_dates_that_were_set_since_the_case_was_read_are_not_set_over(desk: StoreDesk) -> None:
    case = desk.open(1)
    desk.carry_out(case, set_dates(date(2026, 11, 4)))
    desk.carry_out(case, set_dates(date(2026, 11, 5)))
    desk.carry_out(desk.read(case.id), set_dates(date(2026, 11, 6), date(2026, 12, 1)))
    assert [(row.batch, row.on) for row in desk.read_course(case.id).dates] == [
        (1, date(2026, 11, 4)), (2, date(2026, 11, 6)), (2, date(2026, 12, 1)),
    ]  # fmt: skip
    told = [event.data for event in desk.applications.read_events(case.id) if event.kind == "date_set"]
    assert [(one["on"], one["before"]) for one in told] == [
        ("2026-11-04", None), ("2026-11-06", "2026-11-04"), ("2026-12-01", None),
    ]  # fmt: skip
