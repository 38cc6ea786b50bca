"""W3C Trace Context: a traceparent read and written, and the trace that this thread works for (pools: carrying.py).

A trace id says which request of a portal something belongs to. It is random: nobody is known by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

NewBytes = Callable[[int], bytes]
"""Port: that many random bytes."""
_FIELD = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_LONGEST_FIELD = 512


@dataclass(frozen=True)
class Trace:
    """Where one is in a trace: its id, and the span that is under way, both in hexadecimal digits."""

    trace_id: str
    span_id: str
    sampled: bool = True
    """Whether who began the trace keeps it."""

    def write(self) -> str:
        """The value of the header `traceparent`."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def read_traceparent(text: str) -> Trace | None:
    """The trace that a header names; None for what the standard has ignored, so that a new trace begins."""
    found = _FIELD.fullmatch(text) if len(text) <= _LONGEST_FIELD else None
    if found is None:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    # A later version may say more behind a hyphen; ours says nothing more, and ff is none.
    if version == "ff" or (version == "00" and more is not None) or not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return Trace(trace_id, span_id, bool(int(flags, 16) & 1))


def begin_trace(parent: Trace | None, new_bytes: NewBytes) -> Trace:
    """A new span below `parent`, or that of a new trace."""
    span_id = _draw(8, new_bytes)
    return Trace(parent.trace_id, span_id, parent.sampled) if parent else Trace(_draw(16, new_bytes), span_id)


def current_trace() -> Trace | None:
    """The trace that this thread works for at this moment."""
    return _current.get()


def tell_traceparent() -> str:
    """The header's value for what goes out at this moment; "" where no trace is under way."""
    trace = _current.get()
    return trace.write() if trace else ""


@contextmanager
def within_trace(trace: Trace) -> Iterator[Trace]:
    """Work for a trace, and then again for what was worked for before."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def _draw(size: int, new_bytes: NewBytes) -> str:
    text = new_bytes(size).hex()
    # All zeros mean "none" in the standard.
    return text if text.strip("0") else "1".rjust(2 * size, "0")
