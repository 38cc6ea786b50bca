"""A store with clients and their webhooks, portals that are functions, and a clock that stands until it is moved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.catalogue import load_catalogue
from contracts.errors import GatewayError
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.events import add_events
from gateway.store.rows import Audience, Client, ClientKind, Told
from gateway.store.sealing import Sealer
from gateway.store.webhook_queue import WebhookQueue
from gateway.store.webhooks import WebhookStore
from gateway.webhooks.addresses import WebhookHosts
from gateway.webhooks.sending import Sender
from gateway.webhooks.sweeper import WebhookSweeper
from tests.gateway.store.conftest import new_application
from tests.support.databases import place_tables
from tests.support.executors import AtOnce

START = datetime(2026, 10, 5, 5, 0, tzinfo=UTC)
HOSTS = WebhookHosts(frozenset({"portal.test", "other.test"}), https_only=True)
SECOND = timedelta(seconds=1)


class HandClock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Got:
    """What a portal was sent."""

    at: datetime
    url: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


Answer = Callable[[Got], int | GatewayError]


@dataclass
class Desk:
    database: Database
    sealer: Sealer
    clock: HandClock
    hosts: WebhookHosts = HOSTS
    got: list[Got] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    """By address; 204 where there is none."""

    def __post_init__(self) -> None:
        self.applications = Applications(self.database, self.sealer, load_catalogue().services, self.clock)
        self.store = WebhookStore(self.database, self.sealer, self.clock)
        self.queue = WebhookQueue(self.database, self.sealer)
        self.sweeper = self.make_sweeper()

    def make_sweeper(self, queue: WebhookQueue | None = None) -> WebhookSweeper:
        return WebhookSweeper(queue or self.queue, Sender(self.hosts, self.post, self.clock).send, self.clock, AtOnce())

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        got = Got(self.clock(), url, body, headers)
        self.got.append(got)
        answer = self.answers[url](got) if url in self.answers else 204
        if isinstance(answer, GatewayError):
            raise answer
        return answer

    def add_client(self, url: str = "") -> tuple[Client, str]:
        """A portal, and the secret of its webhook."""
        client, _ = self.applications.add_client("A portal", ClientKind.PORTAL, "portal")
        return client, self.store.set_webhook(client.id, url) if url else ""

    def accept(self, client: Client) -> str:
        return self.applications.accept(new_application(client))[0].id

    def tell(self, application_id: str, kind: str, audience: Audience = Audience.ALL, **data: Any) -> None:
        at = self.clock()
        self.database.write(lambda c: add_events(c, application_id, at, (Told(kind, audience, data),)))

    def sweep(self, sweeper: WebhookSweeper | None = None) -> None:
        """Until nothing is due at this moment."""
        for _ in range(100):
            if not (sweeper or self.sweeper).sweep():
                return
        raise AssertionError("the sweeper does not come to rest")

    def live(self, span: timedelta) -> None:
        """Let time pass, from one due moment to the next."""
        end = self.clock.now + span
        self.sweep()
        while (due := self.sweeper.next_due()) is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            self.sweep()
        self.clock.now = end

    def kinds(self, application_id: str = "") -> list[str]:
        return [one.event["kind"] for one in self.got if application_id in ("", one.event["application"])]


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    with Database(place_tables(folder / "desk.db")) as database:
        yield Desk(database, Sealer(bytes(range(32))), HandClock())
