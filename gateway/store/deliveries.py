"""Deliveries of notices: what came of a try that the gateway made itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from gateway.core.proceedings import DeliveryChannel, DeliveryState
from gateway.store.course_tables import deliveries
from gateway.store.database import Database
from gateway.store.ending import hold_application
from gateway.store.events import add_events
from gateway.store.rows import Audience, Told


@dataclass(frozen=True)
class DeliveryResult:
    state: DeliveryState
    at: datetime
    cause: str = ""
    """Code of the failure."""
    next_try_at: datetime | None = None
    receipt: str = ""


@dataclass(frozen=True)
class DeliveryStore:
    database: Database

    def save(self, application_id: str, n: int, channel: DeliveryChannel, result: DeliveryResult) -> None:
        """A try is counted; what is delivered stays so."""

        def change(connection: Connection) -> None:
            hold_application(connection, application_id)
            d = deliveries
            mine = (d.c.application_id == application_id) & (d.c.n == n) & (d.c.channel == channel.value)
            done = result.state is DeliveryState.DELIVERED
            values: dict[str, Any] = {
                "state": result.state.value,
                "tries": d.c.tries + 1,
                "next_try_at": result.next_try_at,
                "cause": result.cause,
                "delivered_at": result.at if done else None,
                "receipt": result.receipt,
            }
            open_still = d.c.state == DeliveryState.WAITING.value
            if not connection.execute(update(d).where(mine, open_still).values(values)).rowcount:
                return
            data = {"notice": n, "channel": channel.value}
            if done:
                add_events(connection, application_id, result.at, (Told("notice_delivered", Audience.ALL, data),))
            elif result.state is DeliveryState.FAILED:
                told = Told("notice_undeliverable", Audience.PROVIDER, data | {"cause": result.cause})
                add_events(connection, application_id, result.at, (told,))

        self.database.write(change)
