"""What tries of a delivery promise: each is counted, a notice is delivered once, and what was delivered stays so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.core.proceedings import DeliveryChannel, DeliveryState
from gateway.store.course_rows import DeliveryRow
from gateway.store.deliveries import DeliveryResult
from gateway.store.rows import Audience
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, StoreDesk, act_at_once

SMS = DeliveryChannel.SMS
LATER = T0 + timedelta(hours=1)
DELIVERED = DeliveryResult(DeliveryState.DELIVERED, T0, receipt="r-1")
WAITING = DeliveryResult(DeliveryState.WAITING, T0, cause="delivery-failed", next_try_at=LATER)
FAILED = DeliveryResult(DeliveryState.FAILED, T0, cause="delivery-refused")


def delivery_of(desk: StoreDesk, application_id: str) -> DeliveryRow:
    (one,) = desk.read_course(application_id).notices[0].deliveries
    return one


def test_a_delivery_is_recorded_once_and_what_comes_after_changes_nothing(desk: StoreDesk) -> None:
    case = desk.issue(SMS)
    desk.deliveries.save(case.id, 1, SMS, DELIVERED)
    once = delivery_of(desk, case.id)
    assert (once.state, once.tries, once.receipt, once.delivered_at) == ("delivered", 1, "r-1", T0)
    for after in (DELIVERED, WAITING, FAILED):
        desk.deliveries.save(case.id, 1, SMS, after)
    assert delivery_of(desk, case.id) == once
    assert desk.kinds(case.id) == ["notice_issued", "notice_delivered"]


def test_a_try_that_failed_is_counted_and_told_to_nobody_until_it_is_the_last(desk: StoreDesk) -> None:
    case = desk.issue(SMS)
    for tries in (1, 2):
        desk.deliveries.save(case.id, 1, SMS, WAITING)
        kept = delivery_of(desk, case.id)
        assert (kept.state, kept.tries, kept.next_try_at, kept.cause) == ("waiting", tries, LATER, "delivery-failed")
    desk.deliveries.save(case.id, 1, SMS, FAILED)
    assert (delivery_of(desk, case.id).state, delivery_of(desk, case.id).tries) == ("failed", 3)
    assert desk.kinds(case.id) == ["notice_issued", "notice_undeliverable"]
    assert desk.applications.read_events(case.id)[-1].audience is Audience.PROVIDER


def test_a_notice_that_could_not_be_sent_is_handed_over_by_a_person_all_the_same(desk: StoreDesk) -> None:
    case = desk.issue(SMS)
    desk.deliveries.save(case.id, 1, SMS, FAILED)
    assert desk.documents.deliver_notice(case.id, 1, SMS, CLERK, "told by telephone")
    kept = delivery_of(desk, case.id)
    assert (kept.state, kept.delivered_by, kept.cause) == ("delivered", CLERK.name, "")


@pytest.mark.parametrize("other", ["another try", "a person"])
def test_two_who_deliver_at_the_same_moment_are_recorded_as_one(desk: StoreDesk, beside: StoreDesk, other: str) -> None:
    for _ in range(5):
        case = desk.issue(SMS)

        def deliver(case_id: str = case.id) -> object:
            if other == "a person":
                return beside.documents.deliver_notice(case_id, 1, SMS, CLERK, "signed for")
            beside.deliveries.save(case_id, 1, SMS, DELIVERED)
            return True

        came = act_at_once(lambda: desk.deliveries.save(case.id, 1, SMS, DELIVERED), deliver)  # noqa: B023
        assert not any(isinstance(one, Exception) for one in came)
        assert desk.kinds(case.id) == ["notice_issued", "notice_delivered"]


def test_what_nobody_issued_is_not_delivered(desk: StoreDesk) -> None:
    case = desk.issue(SMS)
    desk.deliveries.save(case.id, 2, SMS, DELIVERED)
    desk.deliveries.save(case.id, 1, DeliveryChannel.PORTAL, DELIVERED)
    assert desk.kinds(case.id) == ["notice_issued"]
    assert delivery_of(desk, case.id).state == "waiting"
