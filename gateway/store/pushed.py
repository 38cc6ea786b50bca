"""Messages of the bus that began something here, or were refused: each once, with what the bus is still owed for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, false, insert, select, update

from contracts.errors import Conflict, Problem
from contracts.exchange import Arrival, StatusChange
from gateway.store.database import Database
from gateway.store.pushed_rows import PushedMessage, PushedState, SentMessage
from gateway.store.pushed_tables import bus_messages, pushed
from gateway.store.rows import Client, Origin
from gateway.store.sealing import Sealer

_P = pushed.c
_GRACE = timedelta(seconds=30)
"""What is owed is done by who took the message; only after so long does the sweep take it for left behind."""


@dataclass(frozen=True)
class PushedStore:
    database: Database
    sealer: Sealer = field(repr=False)

    def find(self, message_id: str) -> PushedMessage | None:
        with self.database.read() as connection:
            row = connection.execute(select(pushed).where(_P.message_id == message_id)).one_or_none()
        return _read(row) if row else None

    def find_origin(self, application_id: str) -> PushedMessage | None:
        """The message that brought an application; None where it came otherwise."""
        with self.database.read() as connection:
            row = connection.execute(select(pushed).where(_P.application_id == application_id)).first()
        return _read(row) if row else None

    def find_announced(self, client: Client, reference: str) -> PushedMessage | None:
        """The last announcement of an application under the client's own id of it."""
        mine = (_P.client_id == client.id, _P.reference == reference, _P.state == PushedState.ANNOUNCED.value)
        with self.database.read() as connection:
            query = select(pushed).where(*mine).order_by(_P.received_at.desc()).limit(1)
            row = connection.execute(query).first()
        return _read(row) if row and reference else None

    def knows_chain(self, correlation_id: str) -> bool:
        """Whether a message of this chain began something here, or was refused."""
        query = select(_P.message_id).where(_P.correlation_id == correlation_id).limit(1)
        with self.database.read() as connection:
            return bool(correlation_id) and connection.execute(query).first() is not None

    def find_chain_client(self, correlation_id: str) -> str:
        """The id of the client whose chain it is; "" where nothing came on such a chain."""
        query = select(_P.client_id).where(_P.correlation_id == correlation_id).order_by(_P.received_at).limit(1)
        with self.database.read() as connection:
            return str(connection.execute(query).scalar_one_or_none() or "")

    def has_application(self, message: PushedMessage) -> bool:
        """Whether an application was accepted on the message's chain, or under its sender's id of it."""
        sender = select(_P.client_id).where(_P.message_id == message.message_id).scalar_subquery()
        same = (_P.reference == message.reference) & (_P.client_id == sender)
        its = (_P.correlation_id == message.correlation_id) | (same if message.reference else false())
        query = select(_P.message_id).where(_P.state == PushedState.ACCEPTED.value, its).limit(1)
        with self.database.read() as connection:
            return connection.execute(query).first() is not None

    def keep_refused(
        self,
        arrival: Arrival,
        client: Client,
        state: PushedState,
        code: str,
        problems: Iterable[Problem],
        at: datetime,
        reference: str = "",
    ) -> PushedMessage:
        """Of what was refused its ids alone."""
        told = {
            "code": code[:80],
            "problems": json.dumps([asdict(one) for one in problems], ensure_ascii=False),
            "reference": reference,
        }
        return self._keep_once(_row(arrival, client, state, at) | told)

    def keep_announced(
        self, arrival: Arrival, client: Client, reference: str, accepted_by: str, at: datetime
    ) -> PushedMessage:
        row = _row(arrival, client, PushedState.ANNOUNCED, at)
        return self._keep_once(row | {"reference": reference, "accepted_by": accepted_by})

    def _keep_once(self, row: dict[str, Any]) -> PushedMessage:
        """Of two at once the first counts."""

        def change(connection: Connection) -> Row[Any]:
            known = select(pushed).where(_P.message_id == row["message_id"])
            if connection.execute(known).first() is None:
                connection.execute(insert(pushed).values(row))
            return connection.execute(known).one()

        return _read(self.database.write(change))

    def list_owed(self, now: datetime, limit: int = 100) -> tuple[PushedMessage, ...]:
        """Messages of which the bus is to be told something now, the oldest first."""
        query = select(pushed).where(_P.due_at <= now).order_by(_P.due_at).limit(limit)
        with self.database.read() as connection:
            return tuple(map(_read, connection.execute(query).all()))

    def next_owed(self) -> datetime | None:
        query = select(_P.due_at).where(_P.due_at.is_not(None)).order_by(_P.due_at).limit(1)
        with self.database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def make_due(self, now: datetime) -> None:
        """For the start of a process: what a killed one left behind is due at once."""
        self.database.write(lambda c: c.execute(update(pushed).where(_P.due_at.is_not(None)).values(due_at=now)))

    def set_notified(self, message_id: str, at: datetime) -> None:
        self._set(message_id, notified_at=at)

    def set_settled(self, message_id: str, at: datetime, *, answered: bool) -> None:
        """The bus is owed nothing more for the message."""
        self._set(message_id, due_at=None, **({"answered_at": at} if answered else {}))

    def postpone(self, message_id: str, due_at: datetime | None) -> None:
        """None where it is given up."""
        self._set(message_id, due_at=due_at, tries=_P.tries + 1)

    def keep_sent(self, message_id: str, application_id: str, seq: int, kind: str, at: datetime) -> None:
        row = {"message_id": message_id[:100], "application_id": application_id, "seq": seq, "kind": kind}

        def change(connection: Connection) -> None:
            known = select(bus_messages.c.seq).where(bus_messages.c.message_id == row["message_id"])
            if connection.execute(known).first() is None:
                connection.execute(insert(bus_messages).values(row | {"sent_at": at}))

        self.database.write(change)

    def note_state(self, told: StatusChange, at: datetime) -> bool:
        """What the bus told of a message's way; False where the message is none of these."""
        mine = update(bus_messages).where(bus_messages.c.message_id == told.message_id[:100])
        return self.database.write(lambda c: c.execute(mine.values(state=told.state, state_at=at)).rowcount > 0)

    def list_sent(self, application_id: str) -> tuple[SentMessage, ...]:
        b = bus_messages.c
        columns = select(b.message_id, b.seq, b.kind, b.sent_at, b.state, b.state_at)
        query = columns.where(b.application_id == application_id).order_by(b.seq, b.sent_at)
        with self.database.read() as connection:
            return tuple(SentMessage(*row) for row in connection.execute(query).all())

    def _set(self, message_id: str, **values: Any) -> None:
        self.database.write(lambda c: c.execute(update(pushed).where(_P.message_id == message_id).values(values)))


def keep_origin(
    connection: Connection, sealer: Sealer, application_id: str, client: Client, origin: Origin, at: datetime
) -> None:
    """Within the write that commits an application: the message that brought it, whole, as evidence.

    Raises Conflict where the sender has had this application accepted already, in another message.
    """
    arrival = origin.arrival
    same = (_P.client_id == client.id, _P.reference == origin.reference, _P.state == PushedState.ACCEPTED.value)
    if origin.reference and connection.execute(select(_P.message_id).where(*same)).first() is not None:
        detail = "the sender's application of this id was accepted before"
        raise Conflict(problems=(Problem("push-reference-known", "", detail),))
    sealed = sealer.seal(arrival.raw, f"pushed:{arrival.message_id}")
    row = _row(arrival, client, PushedState.ACCEPTED, at) | {
        "application_id": application_id,
        "reference": origin.reference,
        "sealed_raw": sealed,
    }
    connection.execute(insert(pushed).values(row))


def _row(arrival: Arrival, client: Client, state: PushedState, at: datetime) -> dict[str, Any]:
    return {
        "message_id": arrival.message_id,
        "correlation_id": arrival.correlation_id,
        "service_id": arrival.service_id,
        "client_id": client.id,
        "state": state.value,
        "raw_sha256": hashlib.sha256(arrival.raw).hexdigest(),
        "received_at": at,
        "due_at": at + _GRACE,
    }


def _read(row: Row[Any]) -> PushedMessage:
    return PushedMessage(
        message_id=row.message_id,
        correlation_id=row.correlation_id,
        service_id=row.service_id,
        state=PushedState(row.state),
        application_id=row.application_id or "",
        reference=row.reference,
        accepted_by=row.accepted_by,
        code=row.code,
        problems=tuple(Problem(**one) for one in json.loads(row.problems)),
        received_at=row.received_at,
        raw_sha256=row.raw_sha256,
        tries=row.tries,
        notified_at=row.notified_at,
        answered_at=row.answered_at,
    )
