"""What a portal is sent: the event as GET …/events shows it, and the signature that binds it to its moment."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from gateway.core.calendar import ALMATY
from gateway.store.webhook_queue import Owed

SIGNATURE_VERSION = "v1"


def write_event_id(owed: Owed) -> str:
    """The same at every try: by it a portal knows an event that it has taken already."""
    return f"{owed.application_id}-{owed.event.seq}"


def write_body(owed: Owed) -> bytes:
    """JSON in UTF-8; no personal data, for events hold none."""
    event = owed.event
    body = {
        "event_id": write_event_id(owed),
        "application": owed.application_id,
        "number": owed.number,
        "seq": event.seq,
        "previous": owed.previous,
        "at": event.at.astimezone(ALMATY).isoformat(),
        "kind": event.kind,
        "data": event.data,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def write_headers(owed: Owed, body: bytes, now: datetime) -> Mapping[str, str]:
    """Each try is signed anew, so that a late one is not mistaken for a replay."""
    timestamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Asp-Event-Id": write_event_id(owed),
        "Asp-Timestamp": timestamp,
        "Asp-Signature": f"{SIGNATURE_VERSION}={sign(owed.secret, timestamp, body)}",
    }


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over `timestamp.body`, in hexadecimal."""
    return hmac.digest(secret, timestamp.encode() + b"." + body, "sha256").hex()
