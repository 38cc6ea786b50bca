"""What a portal does not take is sent again for 48 hours of the clock, then given up, and that is seen."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import pairwise

import pytest

from gateway.http import PortalUnreached
from gateway.store.rows import Audience
from gateway.webhooks.addresses import WebhookHosts
from gateway.webhooks.backoff import DELAYS, SPAN, schedule_try
from tests.gateway.webhooks.desk import SECOND, START, Desk

URL = "https://portal.test/events?key=inaddress"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_the_tries_come_ever_later_until_48_hours_after_the_first(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    desk.accept(client)
    desk.answers[URL] = lambda _: PortalUnreached()
    desk.live(timedelta(days=5))
    after = [got.at - START for got in desk.got]
    apart = [later - earlier for earlier, later in pairwise(after)]
    assert apart[:7] == [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, HOUR]
    assert set(apart[5:-1]) == {HOUR}
    assert after[-1] == timedelta(hours=48)
    assert len({got.event["event_id"] for got in desk.got}) == 1


def test_given_up_is_seen_by_the_operator_and_the_next_new_event_is_sent(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    application = desk.accept(client)
    desk.tell(application, "notice_issued")
    desk.answers[URL] = lambda _: 500
    desk.live(timedelta(days=3))
    told = desk.applications.read_events(application)[-1]
    assert (told.kind, told.audience) == ("webhook_gave_up", Audience.PROVIDER)
    assert told.data == {"client": client.id, "first": 1, "last": 2, "cause": "portal-refused: status 500"}
    assert told.at == START + SPAN
    state = desk.store.read_state(client.id)
    assert (state.waiting, state.failing, state.gave_up) == (0, 0, 1)
    del desk.answers[URL]
    desk.got.clear()
    desk.live(timedelta(days=3))
    assert not desk.got
    desk.tell(application, "decision")
    desk.sweep()
    assert [(one.event["kind"], one.event["previous"]) for one in desk.got] == [("decision", 2)]
    assert desk.store.read_state(client.id).gave_up == 0


def test_each_event_has_48_hours_of_its_own(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    application = desk.accept(client)
    desk.answers[URL] = lambda _: 500
    desk.live(47 * HOUR)
    del desk.answers[URL]
    desk.live(HOUR)
    desk.answers[URL] = lambda _: 500
    desk.tell(application, "notice_issued")
    desk.live(40 * HOUR)
    assert desk.store.read_state(client.id).failing == 1
    assert "webhook_gave_up" not in [one.kind for one in desk.applications.read_events(application)]
    assert desk.got[-1].at > START + 86 * HOUR


def test_a_clock_that_leaps_over_the_48_hours_leaves_one_try_more(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    desk.accept(client)
    desk.answers[URL] = lambda _: 500
    desk.sweep()
    desk.clock.now += timedelta(days=30)
    del desk.answers[URL]
    desk.sweep()
    assert len(desk.got) == 2
    assert desk.sweeper.next_due() is None


def test_a_fault_of_our_own_is_a_failed_try_and_nothing_is_lost(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    desk.accept(client)
    desk.answers[URL] = lambda _: 1 // 0
    desk.sweep()
    del desk.answers[URL]
    desk.live(MINUTE)
    assert desk.kinds() == ["application_accepted"] * 2


def test_a_host_that_is_named_no_more_is_not_called_though_its_webhook_is_set(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    desk.accept(client)
    desk.hosts = WebhookHosts(frozenset({"other.test"}), https_only=True)
    desk.sweep(desk.make_sweeper())
    assert not desk.got
    assert desk.store.read_state(client.id).failing_since == START


def test_what_fails_is_logged_once_without_secret_address_or_content(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, secret = desk.add_client(URL)
    application = desk.accept(client)
    desk.tell(application, "notice_issued", text="what the event says")
    desk.answers[URL] = lambda _: 500
    desk.live(timedelta(days=3))
    assert [caplog.text.count(kind) for kind in ("webhook_not_taken", "webhook_gave_up")] == [1, 1]
    for private in (secret, "inaddress", "what the event says", "Үлгіева", "900101490009", "+77000000001"):
        assert private not in caplog.text
    assert all(secret not in repr(owed) for owed in desk.queue.claim(client.id, desk.clock(), 5, HOUR))


def test_what_is_sent_holds_nothing_of_the_people_in_the_application(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    desk.accept(client)
    desk.sweep()
    text = desk.got[0].body.decode()
    assert not [private for private in ("Үлгіева", "Айша", "900101490009", "77000000001", "KZ71") if private in text]


def test_the_secret_is_sealed_at_rest(desk: Desk) -> None:
    client, secret = desk.add_client(URL)
    with desk.database.read() as connection:
        (sealed,) = connection.exec_driver_sql("SELECT sealed_secret FROM webhooks").one()
    assert secret.encode() not in sealed
    assert desk.sealer.open(sealed, f"webhooks:{client.id}:secret") == secret.encode()


def test_the_schedule_ends_at_its_very_end() -> None:
    assert schedule_try(1, START, START) == START + DELAYS[0]
    assert schedule_try(60, START, START + SPAN - SECOND) == START + SPAN
    assert schedule_try(60, START, START + SPAN) is None
