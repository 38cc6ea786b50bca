"""One message pair on the wire, with its evidence: whatever becomes of it, the attempt is recorded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from adapters.ports import Clock, Deadline, HttpReply, TellTrace, Transport, untraced
from contracts.errors import GatewayError
from contracts.exchange import Attempt, RecordAttempt

R = TypeVar("R")
TRACEPARENT = "traceparent"
"""The header of W3C Trace Context."""


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
    tell_trace: TellTrace = untraced

    def exchange(
        self, message: Message, *, deadline: Deadline, record: RecordAttempt, read: Callable[[HttpReply], R]
    ) -> R:
        """Return what `read` makes of the reply, and record the attempt; raises what the transport or `read` raises.

        The trace travels beside the message, as an HTTP header: no message of the bus has a place of its own for it.
        """
        started, reply, failure = self.clock(), None, GatewayError.code
        traceparent = self.tell_trace()
        headers = {**message.headers, TRACEPARENT: traceparent} if traceparent else message.headers
        try:
            reply = self.transport.post(
                message.url, message.body, headers, deadline=deadline, max_bytes=message.max_bytes
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
                    traceparent=traceparent,
                )
            )
        return result
