"""Applications: accepted in one transaction with a first wake-up, read back as a case and its evidence."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, Row, String, bindparam, insert, select

from contracts.errors import Conflict, Problem
from contracts.request import Service
from gateway.core.case import Case
from gateway.store import tables as t
from gateway.store.case_reading import CaseReader, write_channel
from gateway.store.clients import Clients
from gateway.store.database import Database
from gateway.store.documents import Bringer, insert_document
from gateway.store.ending import is_over
from gateway.store.events import add_events, read_events
from gateway.store.ordering import hold_words
from gateway.store.pinned_rules import pin_rules
from gateway.store.pushed import keep_origin
from gateway.store.rows import AttemptRow, Audience, Event, NewApplication, StoredApplication, Told
from gateway.store.sealing import Sealer
from gateway.store.wakeups import tell_due

Clock = Callable[[], datetime]
_A: Final = t.applications.c
_OF: Final = bindparam("of", type_=String)
_ADD: Final = insert(t.applications)
_ADD_WAKEUP: Final = insert(t.wakeups)
_TRACE: Final = select(_A.traceparent).where(_A.id == _OF)
_SIGNED: Final = select(_A.id).where(_A.signature_sha256 == _OF)
_ACCEPTED: Final = select(_A.id, _A.request_sha256).where(
    _A.client_id == bindparam("client", type_=String), _A.idempotency_key == bindparam("key", type_=String)
)


class Applications(Clients):
    """The store of applications and their clients; see gateway/store/port.py for what each method promises."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        services: Mapping[str, Service],
        clock: Clock,
        tell_trace: Callable[[], str] = str,
    ) -> None:
        """`tell_trace`: the traceparent of what is under way, which an application that is accepted keeps."""
        super().__init__(database, sealer, clock)
        self._tell_trace = tell_trace
        self._cases = CaseReader(sealer, services)
        self._changed = threading.Condition()
        self._listeners: list[Callable[[], None]] = []
        self._followers: list[Callable[[], None]] = []

    def find_accepted(self, client_id: str, idempotency_key: str) -> tuple[str, str] | None:
        with self._database.read() as connection:
            return _find_accepted(connection, client_id, idempotency_key)

    def accept(self, new: NewApplication) -> tuple[StoredApplication, bool]:
        traceparent = self._tell_trace()
        application_id, seq = self._database.write(lambda connection: self._accept(connection, new, traceparent))
        self.announce(woken=seq is not None)
        if seq is None:
            return self.read(application_id), False
        return self._cases.begin(new, application_id, seq), True

    def read(self, application_id: str) -> StoredApplication:
        with self._database.read() as connection:
            return self._cases.read(connection, application_id)

    def read_course(self, case: Case) -> Case:
        """The same case with its course as it stands now: registration, letters, notices, dates, decision."""
        with self._database.read() as connection:
            return self._cases.read_course(connection, case)

    def read_traceparent(self, application_id: str) -> str:
        """The trace of the request that brought it; "" where it has none, or there is no such application."""
        with self._database.read() as connection:
            return connection.execute(_TRACE, {"of": application_id}).scalar_one_or_none() or ""

    def is_over(self, application_id: str) -> bool:
        with self._database.read() as connection:
            return is_over(connection, application_id)

    def read_attempts(self, application_id: str) -> tuple[AttemptRow, ...]:
        a = t.attempts.c
        with self._database.read() as connection:
            rows = connection.execute(
                select(
                    a.exchange_id, a.n, a.message_id, a.started_at, a.ended_at, a.http_status, a.failure,
                    a.request_sha256, a.reply_sha256, a.traceparent,
                ).where(a.application_id == application_id).order_by(a.started_at, a.exchange_id, a.n)
            ).all()  # fmt: skip
        return tuple(AttemptRow(**row._mapping) for row in rows)

    def read_events(self, application_id: str, after: int = 0) -> tuple[Event, ...]:
        with self._database.read() as connection:
            return read_events(connection, application_id, after)

    def wait_for_event(self, application_id: str, after: int, seconds: float) -> tuple[Event, ...]:
        with self._changed:
            found = self.read_events(application_id, after)
            if not found and seconds > 0:
                self._changed.wait(seconds)
                found = self.read_events(application_id, after)
        return found

    def announce(self, *, woken: bool = False) -> None:
        """Wake those who wait for an event; called after every commit that adds one (`woken`: or made one due)."""
        self.hear()
        for follower in self._followers:
            follower()
        if woken:
            for listener in self._listeners:
                listener()

    def hear(self) -> None:
        """Wake those who wait for an event: another process may have committed one."""
        with self._changed:
            self._changed.notify_all()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every commit of this process that made an application due; it must be quick."""
        self._listeners.append(listener)

    def follow(self, follower: Callable[[], None]) -> None:
        """Call `follower` after every commit of this process that added an event; it must be quick."""
        self._followers.append(follower)

    def _accept(self, connection: Connection, new: NewApplication, traceparent: str) -> tuple[str, int | None]:
        """The id, and the place in the register; None for the place where it was accepted before."""
        hold_words(connection, new.idempotency_key or "", new.application_id or "", new.signed_once)
        if new.idempotency_key:
            earlier = _find_accepted(connection, new.client.id, new.idempotency_key)
            if earlier is not None:
                return _same_body(earlier, new.request_sha256), None
        application_id = new.application_id or f"app_{secrets.token_hex(12)}"
        if new.application_id and _is_there(connection, application_id):
            return application_id, None
        _check_replay(connection, new.signed_once)
        digest = pin_rules(connection, new.service, new.rules) if new.rules else ""
        seal = self._sealer.seal
        added = connection.execute(
            _ADD,
            {
                "id": application_id,
                "service": new.service,
                "client_id": new.client.id,
                "channel": new.client.channel,
                "idempotency_key": new.idempotency_key or None,
                "request_sha256": new.request_sha256,
                "sealed_body": seal(new.body, f"applications:{application_id}:body"),
                "sealed_signature": seal(new.signature, f"applications:{application_id}:signature"),
                "sealed_verdict": seal(json.dumps(new.verdict).encode(), f"applications:{application_id}:verdict"),
                "signature_sha256": new.signed_once or None,
                "accepted_by": new.accepted_by,
                "rules_version": new.rules_version,
                "rules_digest": digest,
                "channel_row": write_channel(new),
                "promised_on": new.promised.on if new.promised else None,
                "promised_clause": new.promised.clause if new.promised else None,
                "promised_assumed": new.promised.assumed if new.promised else None,
                "promised_provisional": new.promised.provisional if new.promised else None,
                "received_at": new.received_at,
                "accepted_at": new.accepted_at,
                "traceparent": traceparent,
            },
        )
        wakeup = {"application_id": application_id, "due_at": new.received_at, "reason": "accepted", "version": 0}
        connection.execute(_ADD_WAKEUP, wakeup)
        tell_due(connection, [application_id])
        if new.origin is not None:
            keep_origin(connection, self._sealer, application_id, new.client, new.origin, new.received_at)
        told = [Told("application_accepted", Audience.ALL, {})]
        by = Bringer(new.client.id, new.accepted_by or new.client.employee or new.client.name, new.received_at)
        for n, paper in enumerate(new.papers):
            document_id = insert_document(connection, self._sealer, application_id, paper, by, n)
            data = {"document": document_id, "kind": paper.kind, "cells": [], "by": by.name, "sha256": paper.sha256}
            told.append(Told("document_added", Audience.PROVIDER, data))
        add_events(connection, application_id, new.received_at, told)
        place = cast("Row[int]", added.inserted_primary_key)
        return application_id, place[0]


def _check_replay(connection: Connection, signed: str) -> None:
    if signed and connection.execute(_SIGNED, {"of": signed}).first() is not None:
        detail = "an application with this very signature was accepted before"
        raise Conflict(problems=(Problem("signature-replayed", "/signature/value", detail),))


def _find_accepted(connection: Connection, client_id: str, idempotency_key: str) -> tuple[str, str] | None:
    row = connection.execute(_ACCEPTED, {"client": client_id, "key": idempotency_key}).one_or_none()
    return (row.id, row.request_sha256) if row else None


def _is_there(connection: Connection, application_id: str) -> bool:
    a = t.applications.c
    return connection.execute(select(a.seq).where(a.id == application_id)).first() is not None


def _same_body(earlier: tuple[str, str], request_sha256: str) -> str:
    application_id, first = earlier
    if first != request_sha256:
        detail = "this Idempotency-Key came before with another body"
        raise Conflict(detail, problems=(Problem("idempotency-conflict", "", detail),))
    return application_id
