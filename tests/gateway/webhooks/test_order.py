"""Which events a portal is told of, in which order, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from contracts.errors import NotFound, StoreUnavailable
from gateway.api.events import describe_event
from gateway.http import PortalUnreached
from gateway.store.rows import Audience, ClientKind
from gateway.store.webhook_queue import Owed, WebhookQueue
from tests.gateway.webhooks.desk import SECOND, Desk

URL, OTHER = "https://portal.test/events", "https://other.test/events"


def test_a_portal_is_told_what_it_would_read_itself_one_event_after_another(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    application = desk.accept(client)
    desk.tell(application, "inquiry_closed", Audience.PROVIDER, number=1)
    desk.tell(application, "notice_issued", notice=1, why={"clause": "п. 9"})
    desk.sweep()
    seen = [one for one in desk.applications.read_events(application) if one.audience is Audience.ALL]
    shown = [describe_event(one).model_dump(mode="json") for one in seen]
    told = [one.event for one in desk.got]
    assert [{name: one[name] for name in ("seq", "at", "kind", "data")} for one in told] == shown
    assert [(one["seq"], one["previous"]) for one in told] == [(1, 0), (3, 1)]
    assert {one["number"] for one in told} == {desk.applications.read(application).number}
    assert [one.headers["Asp-Event-Id"] for one in desk.got] == [one["event_id"] for one in told]
    assert len({one["event_id"] for one in told}) == 2
    assert desk.sweeper.is_quiet()
    assert desk.sweeper.next_due() is None


def test_the_next_event_waits_until_the_one_before_it_was_taken_and_other_applications_do_not(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    stuck, going = desk.accept(client), desk.accept(client)
    desk.answers[URL] = lambda got: 503 if got.event["application"] == stuck else 200
    desk.tell(stuck, "notice_issued")
    desk.tell(going, "notice_issued")
    desk.sweep()
    assert desk.kinds(stuck) == ["application_accepted"]
    assert desk.kinds(going) == ["application_accepted", "notice_issued"]
    del desk.answers[URL]
    desk.tell(stuck, "decision")
    desk.sweep()
    assert desk.kinds(stuck) == ["application_accepted"]
    desk.live(10 * SECOND)
    assert desk.kinds(stuck) == ["application_accepted", "application_accepted", "notice_issued", "decision"]


class Dying(WebhookQueue):
    """A process that ends after the portal took an event, and before that is written down."""

    def set_taken(self, owed: Owed, at: object) -> None:
        raise StoreUnavailable("killed")


def test_after_a_kill_between_taking_and_writing_it_down_the_event_comes_again_under_its_id(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    application = desk.accept(client)
    desk.tell(application, "notice_issued")
    desk.make_sweeper(Dying(desk.database, desk.sealer)).sweep()
    assert desk.kinds() == ["application_accepted"]
    assert not desk.sweeper.is_quiet()
    desk.sweep()
    assert len(desk.got) == 1
    desk.queue.release_all()
    desk.sweep()
    assert desk.kinds() == ["application_accepted", "application_accepted", "notice_issued"]
    assert desk.got[0].body == desk.got[1].body


@dataclass(frozen=True)
class Away(WebhookQueue):
    """The database is away for a moment, just after a portal took an event."""

    times: list[int] = field(default_factory=lambda: [1])

    def set_taken(self, owed: Owed, at: datetime) -> None:
        if self.times:
            self.times.pop()
            raise StoreUnavailable("away")
        super().set_taken(owed, at)


def test_what_could_not_be_written_down_is_sent_again_as_soon_as_the_database_is_back(desk: Desk) -> None:
    """No time passes: the lease, which was made for a process that dies, is not waited for."""
    client, _ = desk.add_client(URL)
    application = desk.accept(client)
    desk.tell(application, "notice_issued")
    sweeper = desk.make_sweeper(Away(desk.database, desk.sealer))
    desk.sweep(sweeper)
    assert desk.kinds() == ["application_accepted", "application_accepted", "notice_issued"]
    assert sweeper.is_quiet()


def test_what_a_stalled_process_holds_comes_free_when_its_lease_is_over(desk: Desk) -> None:
    client, _ = desk.add_client(URL)
    desk.accept(client)
    assert desk.queue.claim(client.id, desk.clock(), 5, timedelta(minutes=2))
    desk.sweep()
    assert not desk.got
    desk.clock.now += timedelta(minutes=3)
    desk.sweep()
    assert desk.kinds() == ["application_accepted"]


def test_each_client_is_told_of_its_own_applications_alone(desk: Desk) -> None:
    one, _ = desk.add_client(URL)
    two, _ = desk.add_client(OTHER)
    silent, _ = desk.add_client()
    mine, yours = desk.accept(one), desk.accept(two)
    desk.accept(silent)
    desk.sweep()
    assert {(got.url, got.event["application"]) for got in desk.got} == {(URL, mine), (OTHER, yours)}


def test_a_provider_s_webhook_too_is_told_only_what_portals_may_see(desk: Desk) -> None:
    client, _ = desk.applications.add_client("Center", ClientKind.PROVIDER, "center")
    desk.store.set_webhook(client.id, URL)
    application = desk.accept(client)
    desk.tell(application, "inquiry_closed", Audience.PROVIDER, number=1)
    desk.sweep()
    assert desk.kinds() == ["application_accepted"]


def test_a_webhook_tells_of_what_happens_after_it_was_set(desk: Desk) -> None:
    client, _ = desk.add_client()
    application = desk.accept(client)
    desk.store.set_webhook(client.id, URL)
    desk.sweep()
    assert not desk.got
    desk.tell(application, "notice_issued")
    desk.sweep()
    assert [(one.event["kind"], one.event["previous"]) for one in desk.got] == [("notice_issued", 1)]


def test_set_anew_what_is_owed_goes_to_the_new_address_at_once(desk: Desk) -> None:
    client, first = desk.add_client(URL)
    desk.accept(client)
    desk.answers[URL] = lambda _: PortalUnreached()
    desk.live(timedelta(minutes=5))
    assert desk.store.set_webhook(client.id, OTHER) != first
    desk.sweep()
    assert desk.got[-1].url == OTHER
    assert desk.store.read_state(client.id).failing == 0


@pytest.mark.parametrize("way", ["removed", "revoked"])
def test_who_has_no_webhook_any_more_is_told_nothing_not_even_what_is_owed(desk: Desk, way: str) -> None:
    client, _ = desk.add_client(URL)
    application = desk.accept(client)
    if way == "removed":
        desk.store.remove_webhook(client.id)
    else:
        desk.applications.revoke_client(client.id)
    desk.tell(application, "notice_issued")
    desk.live(timedelta(days=3))
    assert not desk.got
    with pytest.raises(NotFound):
        desk.store.read_state(client.id)
    with pytest.raises(NotFound):
        desk.store.remove_webhook(client.id)


def test_only_a_client_whose_key_is_valid_gets_a_webhook(desk: Desk) -> None:
    client, _ = desk.add_client()
    desk.applications.revoke_client(client.id)
    for nobody in (client.id, "client_none"):
        with pytest.raises(NotFound):
            desk.store.set_webhook(nobody, URL)


def test_who_follows_events_is_called_after_each_commit_that_added_one(desk: Desk) -> None:
    called: list[str] = []
    desk.applications.follow(lambda: called.append("event"))
    client, _ = desk.add_client(URL)
    desk.accept(client)
    assert called == ["event"]
