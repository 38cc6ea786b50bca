"""Which messages a late reply is made of, and when they are sent: as the registry does, or as a failure wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from registries_mock.failure_rows import Failure

_REDELIVERIES: Final = 3


@dataclass(frozen=True)
class Planned:
    """One message, so many seconds after the request was taken."""

    after: float
    kind: Literal["NOTIFICATION", "RESPONSE"]
    again: bool = False
    """It is the RESPONSE that was sent before, under the same id."""


def plan_messages(failure: Failure | None, delay: float, *, interim: bool) -> tuple[Planned, ...]:
    """The messages in their order; `delay` is the usual one, `interim` whether one comes before the reply."""
    kind = failure.kind if failure else ""
    seconds = failure.seconds if failure else 0.0
    notice, reply = delay / 2, delay
    match kind:
        case "slow":
            notice, reply = seconds / 2, seconds
        case "late":
            # Word that the request is in work comes as usual: it is the answer that takes its time.
            reply = max(seconds, notice)
        case "reordered":
            notice, reply = reply, notice
    planned = [Planned(reply, "RESPONSE")]
    if interim:
        # Of two messages that are due at once the first in line is the first to be sent.
        planned.insert(1 if kind == "reordered" else 0, Planned(notice, "NOTIFICATION"))
    if kind == "redelivery":
        pause = seconds or delay
        planned += [Planned(reply + pause * nth, "RESPONSE", again=True) for nth in range(1, _REDELIVERIES + 1)]
    if failure is not None and kind == "duplicate":
        planned.append(Planned(reply + (seconds or delay), "RESPONSE", again=failure.variant == "same-id"))
    return tuple(planned)
