"""What gathering promises of cells: each is opened once, and told of once; of what is over none is opened."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.words import Outcome
from gateway.core.case import ExchangeState, Inquiry
from gateway.core.steps import OpenInquiry
from gateway.gathering.news import make_tell
from gateway.store.results import ExchangeResult
from gateway.store.rows import Audience, Told
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, StoreDesk, act_at_once, inquiry, plan

CLOSED = OpenInquiry(3, "", outcome=Outcome.NOT_APPLICABLE, reason="nobody")


def tell(opened: Sequence[Inquiry]) -> tuple[Told, ...]:
    return tuple(Told("inquiry_closed", Audience.PROVIDER, {"number": one.number}) for one in opened if one.outcome)


def test_a_cell_that_is_open_already_is_neither_opened_nor_told_of_again(desk: StoreDesk) -> None:
    application_id = desk.accept()
    first = desk.gathering.open_cells(application_id, [*plan(1), CLOSED], T0, tell)
    assert [one.number for one in first.inquiries] == [1, 3]
    again = desk.gathering.open_cells(application_id, [*plan(1, 2), CLOSED], T0, tell)
    assert [one.number for one in again.inquiries] == [2]
    assert [one.number for one in desk.read(application_id).inquiries] == [1, 3, 2]
    assert desk.kinds(application_id) == ["inquiry_closed"]


def test_two_processes_that_open_the_same_cells_at_the_same_moment_open_them_once(
    desk: StoreDesk, beside: StoreDesk
) -> None:
    for _ in range(5):
        application_id = desk.accept()
        came = act_at_once(
            lambda: desk.gathering.open_cells(application_id, [*plan(1, 2), CLOSED], T0, tell),  # noqa: B023
            lambda: beside.gathering.open_cells(application_id, [*plan(1, 2), CLOSED], T0, tell),  # noqa: B023
        )
        assert sorted(len(getattr(one, "inquiries", "failed")) for one in came) == [0, 3]
        assert desk.kinds(application_id) == ["inquiry_closed"]


def test_a_cell_that_was_left_to_the_specialist_is_judged_anew_once(desk: StoreDesk) -> None:
    application_id = desk.accept()
    left = OpenInquiry(1, "applicant", outcome=Outcome.NO_ANSWER, reason="facts-missing")
    (opened,) = desk.gathering.open_cells(application_id, [left], T0, tell).inquiries
    anew = OpenInquiry(1, "applicant", outcome=Outcome.NOT_APPLICABLE, reason="nobody", inquiry_id=opened.id)
    for count in (1, 0):
        assert len(desk.gathering.open_cells(application_id, [anew], T0, tell).inquiries) == count
    assert desk.kinds(application_id) == ["inquiry_closed", "inquiry_closed"]


def test_of_two_answers_to_one_question_the_second_is_not_told_though_its_reader_knew_of_none(
    desk: StoreDesk, beside: StoreDesk
) -> None:
    """A question that was sent again after a kill is answered twice by the bus, by way of two processes."""
    case = desk.open(1)
    (part,) = inquiry(case, 1).parts
    result = ExchangeResult(str(part.exchange_id), ExchangeState.NO_RECORD, T0)
    assert desk.gathering.save_results(case.id, [result], T0, make_tell(case, [result]))
    assert not beside.gathering.save_results(case.id, [result], T0, make_tell(case, [result]))
    assert desk.kinds(case.id) == ["inquiry_closed"]


def test_of_what_is_over_no_cell_is_opened(desk: StoreDesk) -> None:
    application_id = desk.accept()
    desk.decisions.withdraw(application_id, CLERK)
    assert desk.gathering.open_cells(application_id, [*plan(1), CLOSED], T0, tell).inquiries == ()
    assert desk.read(application_id).inquiries == ()
    assert desk.kinds(application_id) == ["application_withdrawn"]
