"""What lists over many applications promise: page by page nothing is lost and nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert

from contracts.exchange import Arrival
from gateway.core.case import Case
from gateway.core.proceedings import DecisionOutcome, DeliveryChannel
from gateway.store import course_tables as t
from gateway.store.arrivals import ArrivalStore
from gateway.store.lists import Place, Unmatched
from gateway.store.sealing import Sealer
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, KEY, StoreDesk

MANY, PAGE = 410, 200


def accept_many(desk: StoreDesk, count: int) -> list[str]:
    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(lambda _: desk.accept(), range(count)))


def draft_for(desk: StoreDesk, ids: list[str]) -> None:
    """A letter each."""
    rows = [
        {"application_id": one, "n": 1, "owner": "interior", "round": 1, "state": "drafted", "drafted_at": T0}
        for one in ids
    ]
    desk.database.write(lambda connection: connection.execute(insert(t.letters), rows))


def test_the_worklist_pages_without_loss_or_doubles_in_the_order_of_the_numbers(desk: StoreDesk) -> None:
    ids = accept_many(desk, MANY)
    idle, busy = ids[::10], [one for n, one in enumerate(ids) if n % 10]
    draft_for(desk, busy)
    seen, after = list[str](), 0
    while page := desk.lists.list_with_people(after, PAGE):
        assert len(page) <= PAGE
        seen += [one.application_id for one in page]
        after = page[-1].seq
        if len(seen) == PAGE:
            draft_for(desk, accept_many(desk, 3))
    assert len(seen) == len(set(seen)) == len(busy) + 3
    assert set(busy) <= set(seen)
    assert set(idle).isdisjoint(seen)


def bring(desk: StoreDesk, name: str, minutes: int) -> None:
    arrival = Arrival(name, f"chain-{name}", "a service", "RESPONSE", T0, "", b"a message that nobody awaits")
    ArrivalStore(desk.database, Sealer(KEY)).keep(arrival, T0 + timedelta(minutes=minutes))


def test_unmatched_messages_page_without_loss_or_doubles_though_others_come_meanwhile(desk: StoreDesk) -> None:
    # Many came at the very same moment.
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: bring(desk, f"m-{n}", n // 50), range(MANY)))
    seen, place = list[Unmatched](), None
    while page := desk.lists.list_unmatched(PAGE, place):
        assert len(page) <= PAGE
        seen += page
        place = Place(page[-1].received_at, page[-1].message_id)
        bring(desk, f"since-{len(seen)}", 100)
    ids = [one.message_id for one in seen]
    assert len(ids) == len(set(ids)) == MANY
    assert [one.received_at for one in seen] == sorted((one.received_at for one in seen), reverse=True)
    assert desk.lists.list_unmatched(1)[0].message_id.startswith("since-")


def test_incidents_page_without_loss_or_doubles_and_each_is_found_by_its_id(desk: StoreDesk) -> None:
    rows = [
        {
            "id": f"inc_{n}", "service": "asp", "owner": f"owner-{n}", "opened_at": T0 + timedelta(minutes=n // 50),
            "closed_at": T0 + timedelta(days=1) if n % 2 else None,
        }
        for n in range(MANY)
    ]  # fmt: skip
    desk.database.write(lambda connection: connection.execute(insert(t.incidents), rows))
    for only_open, count in ((False, MANY), (True, MANY // 2)):
        seen, place = list[str](), None
        while page := desk.lists.list_incidents(PAGE, place, only_open=only_open):
            seen += [one.id for one in page]
            place = Place(page[-1].opened_at, page[-1].id)
        assert len(seen) == len(set(seen)) == count
    found = desk.lists.find_incident("inc_0")
    assert found is not None
    assert (found.owner, found.letters) == ("owner-0", ())
    assert desk.lists.find_incident("inc_nobody") is None


def decide(desk: StoreDesk, case: Case) -> None:
    desk.decisions.decide(case.id, DecisionOutcome.APPROVED, [], CLERK, number="1", hearing_on=None)


def withdraw_with_a_notice(desk: StoreDesk) -> Case:
    case = desk.issue(DeliveryChannel.PAPER)
    desk.decisions.withdraw(case.id, CLERK)
    return case


def withdraw_with_a_complaint(desk: StoreDesk) -> Case:
    case = desk.draft(1)
    desk.decisions.withdraw(case.id, CLERK)
    desk.decisions.complain(case.id, "it is wrong", "paper", CLERK)
    return case


LISTED: dict[str, tuple[Callable[[StoreDesk], Case], Callable[[StoreDesk, Case], object]]] = {
    "a letter": (lambda desk: desk.draft(1), lambda desk, case: desk.decisions.withdraw(case.id, CLERK)),
    "a registered package": (lambda desk: desk.register(1), decide),
    "a notice": (
        withdraw_with_a_notice,
        lambda desk, case: desk.documents.deliver_notice(case.id, 1, DeliveryChannel.PAPER, CLERK, ""),
    ),
    "a complaint": (
        withdraw_with_a_complaint, lambda desk, case: desk.decisions.answer_complaint(case.id, 1, "no", CLERK),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "end"), LISTED.values(), ids=LISTED)
def test_an_application_is_listed_while_a_person_may_have_something_to_do(
    desk: StoreDesk, make: Callable[[StoreDesk], Case], end: Callable[[StoreDesk, Case], object]
) -> None:
    desk.open(1)
    case = make(desk)
    assert [one.application_id for one in desk.lists.list_with_people(0, PAGE)] == [case.id]
    end(desk, case)
    assert desk.lists.list_with_people(0, PAGE) == ()
