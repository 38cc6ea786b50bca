"""One exchange as the journal has it: who asked what, which part answered, which failure it met, how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

Channel = Literal["sync", "async", "soap", "rest", "push", "nowhere"]
CHANNELS: Final[tuple[Channel, ...]] = ("sync", "async", "soap", "rest", "push", "nowhere")
"""push: the bus brings a message to a participant; nowhere: an address that is none."""
Verdict = Literal["", "none", "good", "refused", "not-looked-at"]


@dataclass(frozen=True)
class Facts:
    """What an exchange turned out to be, as far as it got; an empty text is what nobody came to know."""

    operation: str = ""
    sender: str = ""
    service_id: str = ""
    """As it was asked for, known or not."""
    passport: str = ""
    """The part that answered, or would have."""
    registry: str = ""
    iin: str = ""
    message_id: str = ""
    correlation_id: str = ""
    failure: str = ""
    """The kind of the failure on demand that it met."""
    failure_id: int = 0
    signature: Verdict = ""
    signature_says: str = ""
    """The family of a good one, the reason of a refused one."""
    refused: str = ""
    """The code with which it was refused."""
    root: str = ""
    """The local name of what stood in the body, where no service knew it."""


@dataclass(frozen=True)
class Entry:
    """One exchange; `done` is false while the reply is still held back."""

    number: int
    at: datetime
    """By the suite's clock."""
    channel: Channel
    address: str
    facts: Facts
    done: bool
    status: int = 0
    """HTTP; 0 where no reply was sent, or not yet."""
    dropped: str = ""
    """close or reset: how the connection ended without a reply."""
    took_ms: float = 0.0
    """Real time from the request to the reply, what was held back included."""
    held_ms: float = 0.0
    """How much of it was held back on purpose."""
    request_digest: str = ""
    """The same where the same bytes come again, of one process; tells nothing of what they are."""
    request_size: int = 0
    reply_size: int = 0
    """Bytes."""
    request: bytes | None = field(default=None, repr=False)
    reply: bytes | None = field(default=None, repr=False)
    """None where it is not kept (any more)."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Passwords and tokens that were met in it: none of them is shown."""

    def words(self) -> Mapping[str, Any]:
        """All that can be asked for by name."""
        return {
            "number": self.number,
            "channel": self.channel,
            "address": self.address,
            "done": self.done,
            "status": self.status,
            "dropped": self.dropped,
        } | vars(self.facts)
