"""Spans: a stretch of work with a name, below the one that it was begun for; kept nowhere unless somebody collects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from gateway.traces import NewBytes, Trace, begin_trace, within_trace

Fact = str | int | float
STATUS = "http.response.status_code"
"""The fact of a request's span that says how it was answered."""


@dataclass
class Span:
    """A span that is under way; who works in it says here what it has come to."""

    trace: Trace
    facts: dict[str, Fact] = field(default_factory=dict)
    """Codes, counts and ids; never what anybody asked or answered."""
    failed: bool = False


class Spans(Protocol):
    """Port: opens spans. While one is open, it is the current trace of this thread and of the pools that it feeds."""

    def open(self, name: str, parent: Trace | None) -> AbstractContextManager[Span]:
        """A span below `parent`; without one it begins a trace."""

    def close(self) -> None:
        """Send on what is still kept, in bounded time."""


@dataclass(frozen=True)
class PlainSpans:
    """Ids alone, for log lines, evidence and headers; nobody collects the spans themselves."""

    new_bytes: NewBytes

    @contextmanager
    def open(self, name: str, parent: Trace | None) -> Iterator[Span]:
        with within_trace(begin_trace(parent, self.new_bytes)) as trace:
            yield Span(trace)

    def close(self) -> None:
        pass
