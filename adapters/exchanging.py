"""One message pair on the wire, with its evidence: whatever becomes of it, the attempt is recorded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from adapters.ports import Clock, Deadline, HttpReply, Transport
from contracts.errors import GatewayError
from contracts.exchange import Attempt, RecordAttempt

R = TypeVar("R")


@dataclass(frozen=True)
class Message:
    """A message ready for the wire: retries send these very bytes under this very id."""

    id: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    max_bytes: int


@dataclass(frozen=True)
class Wire:
    """Posts messages and has the answers read."""

    transport: Transport
    clock: Clock

    def exchange(
        self, message: Message, *, deadline: Deadline, record: RecordAttempt, read: Callable[[HttpReply], R]
    ) -> R:
        """Return what `read` makes of the reply, and record the attempt; raises what the transport or `read` raises."""
        started, reply, failure = self.clock(), None, GatewayError.code
        try:
            reply = self.transport.post(
                message.url, message.body, message.headers, deadline=deadline, max_bytes=message.max_bytes
            )
            result = read(reply)
            failure = ""
        except GatewayError as error:
            failure = error.code
            raise
        finally:
            record(
                Attempt(
                    message_id=message.id,
                    started_at=started,
                    ended_at=self.clock(),
                    request=message.body,
                    reply=reply.body if reply else b"",
                    http_status=reply.status if reply else None,
                    failure=failure,
                )
            )
        return result
