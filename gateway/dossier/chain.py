"""The chain of the bus on which an application came, as the dossier shows it: ids, moments and hashes, never bytes."""

from __future__ import annotations

from typing import Any

from gateway.core.calendar import ALMATY
from gateway.store.rows import Evidence


def describe_chain(evidence: Evidence) -> dict[str, Any] | None:
    """None where the application came otherwise.

    The chain's own id stays in the store: who knows it could send on it.
    """
    origin = evidence.origin
    if origin is None:
        return None
    return {
        "message_id": origin.message_id,
        "service_id": origin.service_id,
        "received_at": origin.received_at.astimezone(ALMATY).isoformat(),
        "sha256": origin.raw_sha256,
        "delivery_told_at": origin.notified_at.astimezone(ALMATY).isoformat() if origin.notified_at else None,
        "sent": [
            {
                "message_id": one.message_id,
                "seq": one.seq,
                "kind": one.kind,
                "sent_at": one.sent_at.astimezone(ALMATY).isoformat(),
                "state": one.state,
                "state_at": one.state_at.astimezone(ALMATY).isoformat() if one.state_at else None,
            }
            for one in evidence.sent
        ],
    }
