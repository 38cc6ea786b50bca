"""What the store promises of webhooks, over both databases: who is owed what, and that no event is slept through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.events import add_events
from gateway.store.rows import Audience, Client, Told
from gateway.store.sealing import Sealer
from gateway.store.webhook_queue import Owed, WebhookQueue
from gateway.store.webhooks import WebhookStore
from tests.gateway.store.conftest import NOW, new_application

URL = "https://portal.test/"
LEASE = timedelta(minutes=2)


@pytest.fixture
def queue(database: Database, sealer: Sealer) -> WebhookQueue:
    return WebhookQueue(database, sealer)


@pytest.fixture
def application(database: Database, sealer: Sealer, applications: Applications, client: Client) -> str:
    """Of a client with a webhook."""
    WebhookStore(database, sealer, lambda: NOW).set_webhook(client.id, URL)
    return applications.accept(new_application(client))[0].id


def tell(database: Database, application: str, *told: Told) -> None:
    database.write(lambda connection: add_events(connection, application, NOW, told))


def claim(queue: WebhookQueue, client: Client) -> Owed:
    assert queue.list_due_clients(NOW) == (client.id,)
    (owed,) = queue.claim(client.id, NOW, 5, LEASE)
    return owed


def test_an_event_is_claimed_once_and_the_next_when_it_was_taken(
    queue: WebhookQueue, database: Database, client: Client, application: str
) -> None:
    tell(database, application, Told("inside", Audience.PROVIDER, {}), Told("notice_issued", Audience.ALL, {"n": 1}))
    first = claim(queue, client)
    assert (first.event.kind, first.previous, first.url) == ("application_accepted", 0, URL)
    assert queue.list_due_clients(NOW) == ()
    assert queue.claim(client.id, NOW, 5, LEASE) == ()
    assert queue.next_due() == NOW
    queue.set_taken(first, NOW)
    second = claim(queue, client)
    assert (second.event.seq, second.previous, second.event.data) == (3, 1, {"n": 1})
    queue.set_taken(second, NOW)
    assert queue.next_due() is None


def test_an_event_that_comes_while_another_is_under_way_is_not_slept_through(
    queue: WebhookQueue, database: Database, client: Client, application: str
) -> None:
    first = claim(queue, client)
    tell(database, application, Told("decision", Audience.ALL, {}))
    queue.set_taken(first, NOW)
    assert claim(queue, client).event.kind == "decision"


def test_a_new_event_does_not_shorten_the_wait_after_a_failure(
    queue: WebhookQueue, database: Database, client: Client, application: str
) -> None:
    later = NOW + timedelta(minutes=5)
    queue.postpone(claim(queue, client), later, "portal-refused: status 500" + "x" * 200, NOW)
    tell(database, application, Told("decision", Audience.ALL, {}))
    assert queue.next_due() == later
    assert queue.list_due_clients(NOW) == ()
    (again,) = queue.claim(client.id, later, 5, LEASE)
    assert (again.event.kind, again.tries, again.failing_since) == ("application_accepted", 1, NOW)


LATE: tuple[Callable[[WebhookQueue, Owed], None], ...] = (
    lambda queue, owed: queue.set_taken(owed, NOW),
    lambda queue, owed: queue.postpone(owed, NOW + timedelta(hours=1), "late", NOW),
    lambda queue, owed: queue.give_up(owed, "late", NOW),
)


@pytest.mark.parametrize("settle", LATE, ids=["taken", "postponed", "given up"])
def test_what_is_told_late_of_an_event_that_was_taken_changes_nothing(
    queue: WebhookQueue,
    database: Database,
    client: Client,
    application: str,
    settle: Callable[[WebhookQueue, Owed], None],
) -> None:
    first = claim(queue, client)
    queue.release_all()
    queue.set_taken(claim(queue, client), NOW)
    tell(database, application, Told("decision", Audience.ALL, {}), Told("complaint_registered", Audience.ALL, {}))
    queue.set_taken(claim(queue, client), NOW)
    settle(queue, first)
    assert claim(queue, client).event.kind == "complaint_registered"


def test_where_a_write_fails_neither_event_nor_cursor_is_there(
    queue: WebhookQueue, database: Database, client: Client, application: str
) -> None:
    queue.set_taken(claim(queue, client), NOW)

    def broken(connection: object) -> None:
        add_events(connection, application, NOW, (Told("decision", Audience.ALL, {}),))  # type: ignore[arg-type]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(broken)
    assert queue.next_due() is None


def test_given_up_everything_owed_is_passed_over_and_the_state_says_so(
    queue: WebhookQueue,
    database: Database,
    sealer: Sealer,
    applications: Applications,
    client: Client,
    application: str,
) -> None:
    tell(database, application, Told("decision", Audience.ALL, {}))
    queue.give_up(claim(queue, client), "portal-unreached", NOW)
    state = WebhookStore(database, sealer, lambda: NOW).read_state(client.id)
    assert (state.waiting, state.failing, state.gave_up, state.url) == (0, 0, 1, URL)
    assert applications.read_events(application)[-1].kind == "webhook_gave_up"
