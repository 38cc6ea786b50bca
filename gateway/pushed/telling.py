"""The client on the bus is told: each event of its application, on the chain that it began; the end is the RESPONSE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.ports import Deadline
from contracts.exchange import LaterKind
from contracts.intakes import IntakeProfile
from gateway.pushed.forms.table import FORMS
from gateway.pushed.messages import ToldEvent
from gateway.pushed.taking import Chain
from gateway.store.pushed import PushedStore
from gateway.store.webhook_queue import Owed

_SECONDS = 20.0
"""Total time of one message; below the lease of what is owed."""

Describe = Callable[[Owed], ToldEvent]
"""Port: an event with where its application stands now."""


@dataclass(frozen=True)
class BusTelling:
    chain: Chain
    profiles: Mapping[str, IntakeProfile]
    kept: PushedStore
    describe: Describe
    clock: Callable[[], datetime]

    def send(self, owed: Owed) -> None:
        """Raises GatewayError where the bus did not take it, and the event is owed still.

        What came otherwise than over the bus has no chain to be told on: its events are read where all are.
        """
        origin = self.kept.find_origin(owed.application_id)
        profile = self.profiles.get(origin.service_id) if origin else None
        if origin is None or profile is None:
            return
        told = self.describe(owed)
        kind: LaterKind = "RESPONSE" if told.outcome else "NOTIFICATION"
        message_id = self.chain.send(
            FORMS[profile.form].write_event(told),
            kind=kind,
            correlation_id=origin.correlation_id,
            service_id=origin.service_id,
            deadline=Deadline(_SECONDS),
        )
        self.kept.keep_sent(message_id, owed.application_id, owed.event.seq, kind, self.clock())
