"""What bringing, asking again and handing over promise: a document is kept once, a notice reaches its person once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from contracts.errors import Conflict, InvalidInput, NotFound
from gateway.core.case import Case
from gateway.core.proceedings import DeliveryChannel
from gateway.store import course_tables as t
from gateway.store.course_rows import NewDocument
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, OTHER_CLERK, PDF, StoreDesk, act_at_once, inquiry


def document(cells: Sequence[str], content: bytes = PDF, kind: str = "paper", letter: int | None = None) -> NewDocument:
    digest = hashlib.sha256(content).hexdigest()
    return NewDocument(kind, "application/pdf", digest, "Справка", content, tuple(cells), letter)


def cells_of(case: Case, *numbers: int) -> list[str]:
    return [inquiry(case, number).id for number in numbers]


def test_a_document_closes_its_inquiries_and_is_read_back_byte_for_byte(desk: StoreDesk) -> None:
    case = desk.open(1, 2)
    kept = desk.documents.add_document(case.id, document(cells_of(case, 1)), CLERK)
    (row,) = desk.read_course(case.id).documents
    assert (row.id, row.name, row.received_by, row.received_at) == (kept, "Справка", CLERK.name, T0)
    closings = desk.read(case.id).proceedings.closings
    assert [(one.inquiry_id, one.source) for one in closings] == [(cells_of(case, 1)[0], "paper")]
    d = t.documents.c
    with desk.database.read() as connection:
        sealed = connection.execute(select(d.sealed_content, d.sealed_name)).one()
    assert PDF not in bytes(sealed.sealed_content)
    assert "Справка".encode() not in bytes(sealed.sealed_name)


def test_the_same_document_twice_is_the_first_one_and_only_what_it_closes_besides_is_new(desk: StoreDesk) -> None:
    case = desk.open(1, 2)
    first = desk.documents.add_document(case.id, document(cells_of(case, 1)), CLERK)
    assert desk.documents.add_document(case.id, document(cells_of(case, 1)), OTHER_CLERK) == first
    assert desk.kinds(case.id) == ["document_added"]
    assert desk.documents.add_document(case.id, document(cells_of(case, 1, 2)), OTHER_CLERK) == first
    (row,) = desk.read_course(case.id).documents
    assert sorted(row.cells) == sorted(cells_of(case, 1, 2))
    told = [event.data["cells"] for event in desk.applications.read_events(case.id) if event.kind == "document_added"]
    assert told == [cells_of(case, 1), cells_of(case, 2)]


def test_the_same_bytes_in_another_kind_or_another_application_are_another_document(desk: StoreDesk) -> None:
    case, other = desk.open(1), desk.open(1)
    ids = [
        desk.documents.add_document(case.id, document(cells_of(case, 1)), CLERK),
        desk.documents.add_document(case.id, document(cells_of(case, 1), kind="letter"), CLERK),
        desk.documents.add_document(other.id, document(cells_of(other, 1)), CLERK),
    ]
    assert len(set(ids)) == 3


def test_two_who_bring_the_same_document_at_the_same_moment_bring_one(desk: StoreDesk, beside: StoreDesk) -> None:
    for _ in range(5):
        case = desk.open(1)
        new = document(cells_of(case, 1))
        first, second = act_at_once(
            lambda: desk.documents.add_document(case.id, new, CLERK),  # noqa: B023
            lambda: beside.documents.add_document(case.id, new, OTHER_CLERK),  # noqa: B023
        )
        assert first == second
        assert len(desk.read_course(case.id).documents) == 1
        assert desk.kinds(case.id) == ["document_added"]


def test_a_document_for_what_is_not_of_its_case_is_refused_whole(desk: StoreDesk) -> None:
    case, other = desk.open(1), desk.open(1)
    good = document(cells_of(case, 1))
    for refused in (
        replace(good, cells=(*good.cells, *cells_of(other, 1))),
        replace(good, cells=()),
        replace(good, letter=1),
    ):
        with pytest.raises(InvalidInput):
            desk.documents.add_document(case.id, refused, CLERK)
    assert desk.read_course(case.id).documents == ()
    assert desk.kinds(case.id) == []


def test_a_document_for_what_is_over_is_refused(desk: StoreDesk) -> None:
    case = desk.open(1)
    desk.decisions.withdraw(case.id, CLERK)
    with pytest.raises(Conflict) as refused:
        desk.documents.add_document(case.id, document(cells_of(case, 1)), CLERK)
    assert refused.value.public_code == "application-over"


def test_asking_again_makes_the_exchange_due_now_and_is_told_each_time(desk: StoreDesk) -> None:
    case = desk.answer(desk.open(1), 1)
    (cell,) = cells_of(case, 1)
    for n in (1, 2):
        desk.documents.ask_again(case.id, cell, CLERK)
        assert {x.again_at for x in desk.read(case.id).exchanges.values()} == {T0}
        assert desk.kinds(case.id) == ["inquiry_asked_again"] * n
    other = desk.open(1)
    for unknown in ("inq_404", *cells_of(other, 1)):
        with pytest.raises(NotFound):
            desk.documents.ask_again(case.id, unknown, CLERK)
    assert {x.again_at for x in desk.read(other.id).exchanges.values()} == {None}


def test_a_notice_is_handed_over_once_and_the_second_time_changes_nothing(desk: StoreDesk) -> None:
    case = desk.issue(DeliveryChannel.SMS)
    assert desk.documents.deliver_notice(case.id, 1, DeliveryChannel.PAPER, CLERK, "signed for")
    once = desk.read_course(case.id)
    desk.move_to(T0 + timedelta(hours=1))
    assert not desk.documents.deliver_notice(case.id, 1, DeliveryChannel.PAPER, OTHER_CLERK, "again")
    assert desk.read_course(case.id) == once
    assert desk.kinds(case.id) == ["notice_issued", "notice_delivered"]
    by = {delivery.channel: (delivery.state, delivery.delivered_by) for delivery in once.notices[0].deliveries}
    assert by == {"paper": ("delivered", CLERK.name), "sms": ("waiting", "")}


def test_two_who_hand_a_notice_over_at_the_same_moment_hand_over_one(desk: StoreDesk, beside: StoreDesk) -> None:
    for channel in (DeliveryChannel.SMS, DeliveryChannel.PAPER) * 3:
        case = desk.issue(DeliveryChannel.SMS)
        came = act_at_once(
            lambda: desk.documents.deliver_notice(case.id, 1, channel, CLERK, ""),  # noqa: B023
            lambda: beside.documents.deliver_notice(case.id, 1, channel, OTHER_CLERK, ""),  # noqa: B023
        )
        assert sorted(map(str, came)) == ["False", "True"]
        assert desk.kinds(case.id) == ["notice_issued", "notice_delivered"]


def test_a_notice_of_what_is_over_is_handed_over_all_the_same_and_one_that_is_not_there_is_not(
    desk: StoreDesk,
) -> None:
    case = desk.issue(DeliveryChannel.SMS)
    desk.decisions.withdraw(case.id, CLERK)
    assert desk.documents.deliver_notice(case.id, 1, DeliveryChannel.SMS, CLERK, "")
    with pytest.raises(NotFound) as unknown:
        desk.documents.deliver_notice(case.id, 2, DeliveryChannel.SMS, CLERK, "")
    assert unknown.value.public_code == "notice-not-found"
    assert desk.kinds(case.id)[-1] == "notice_delivered"
