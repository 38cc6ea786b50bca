"""A store in memory with the shape of gateway/store/port.py; every acceptance is under one lock, as in a database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from contracts.application import Application
from contracts.errors import Conflict, NotFound, Problem
from contracts.request import Service
from gateway.core.case import Case
from gateway.core.subjects import freeze_subjects
from gateway.store.rows import AttemptRow, Audience, Client, ClientKind, Event, NewApplication, StoredApplication


class FakeStore:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self.clients: dict[str, Client] = {}
        self.applications: dict[str, StoredApplication] = {}
        self.accepted: dict[tuple[str, str], tuple[str, str]] = {}
        self.events: dict[str, list[Event]] = {}
        self.waits: list[Callable[[], None]] = []
        """What happens during the next waits for an event."""
        self.fails: Exception | None = None

    def add_client(
        self,
        name: str,
        kind: ClientKind,
        channel: str,
        *,
        employee: str = "",
        role: str = "",
        employee_iin: str | None = None,
        attests_bin: str = "",
    ) -> tuple[Client, str]:
        own = f"client_{len(self.clients)}"
        client = Client(own, name, kind, channel, employee, role, employee_iin, attests_bin)
        key = f"key-of-{client.id}"
        self.clients[key] = client
        return client, key

    def find_client(self, key: str) -> Client | None:
        return self.clients.get(key)

    def list_clients(self) -> tuple[Client, ...]:
        if self.fails:
            raise self.fails
        return tuple(self.clients.values())

    def revoke_client(self, client_id: str) -> None:
        found = [key for key, client in self.clients.items() if client.id == client_id]
        if not found:
            raise NotFound
        del self.clients[found[0]]

    def find_accepted(self, client_id: str, idempotency_key: str) -> tuple[str, str] | None:
        return self.accepted.get((client_id, idempotency_key))

    def accept(self, new: NewApplication) -> tuple[StoredApplication, bool]:
        with self._lock:
            name = (new.client.id, new.idempotency_key)
            earlier = self.accepted.get(name) if new.idempotency_key else None
            if earlier is not None:
                if earlier[1] != new.request_sha256:
                    raise Conflict(problems=(Problem("idempotency-conflict", "", "another body"),))
                return self.applications[earlier[0]], False
            application_id = f"app_{len(self.applications) + 1}"
            application = Application.model_validate_json(new.body)
            case = Case(
                application_id,
                self._service,
                application,
                new.client.channel,
                new.accepted_at,
                freeze_subjects(application, new.accepted_at),
            )
            stored = StoredApplication(
                application_id,
                f"2026-{len(self.applications) + 1:06d}",
                new.client,
                new.received_at,
                case,
                new.body,
                new.signature,
                new.verdict,
                new.rules_version,
                new.accepted_by,
                new.promised,
            )
            self.applications[application_id] = stored
            self.accepted[name] = (application_id, new.request_sha256)
            self.add_event(application_id, new.received_at, "application_accepted", Audience.ALL)
            return stored, True

    def read(self, application_id: str) -> StoredApplication:
        if self.fails:
            raise self.fails
        if application_id not in self.applications:
            raise NotFound
        return self.applications[application_id]

    def is_over(self, application_id: str) -> bool:
        return self.read(application_id).case.is_over

    def read_attempts(self, application_id: str) -> tuple[AttemptRow, ...]:
        return ()

    def read_events(self, application_id: str, after: int = 0) -> tuple[Event, ...]:
        return tuple(event for event in self.events.get(application_id, []) if event.seq > after)

    def wait_for_event(self, application_id: str, after: int, seconds: float) -> tuple[Event, ...]:
        """Nobody sleeps here: what would happen meanwhile happens at once."""
        if not self.read_events(application_id, after) and seconds > 0 and self.waits:
            self.waits.pop(0)()
        return self.read_events(application_id, after)

    def add_event(self, application_id: str, at: datetime, kind: str, audience: Audience) -> None:
        events = self.events.setdefault(application_id, [])
        events.append(Event(len(events) + 1, at, kind, audience, {"note": "Ә"}))

    def change_case(self, application_id: str, change: Callable[[Case], Case]) -> None:
        stored = self.applications[application_id]
        self.applications[application_id] = replace(stored, case=change(stored.case))
