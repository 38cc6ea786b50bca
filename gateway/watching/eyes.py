"""What is seen of the work: each request, round and exchange as a span, a figure, and of an exchange one log line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from gateway.core.case import Case, Exchange
from gateway.logs import log_event
from gateway.store.results import ExchangeResult
from gateway.traces import current_trace, read_traceparent
from gateway.watching.meters import Meters
from gateway.watching.spans import STATUS, Span, Spans

T = TypeVar("T")


@dataclass(frozen=True)
class Eyes:
    """Safe for threads. It changes nothing of what it sees, and raises only what the work itself raises."""

    spans: Spans
    meters: Meters
    monotonic: Callable[[], float]

    @contextmanager
    def watch_request(self, route: str, traceparent: str) -> Iterator[Span]:
        """A request of the API; the trace of its header goes on, and without one that can be read a new one begins.

        Who answers writes the status among the span's facts.
        """
        began = self.monotonic()
        with self.spans.open(route, read_traceparent(traceparent)) as span:
            try:
                yield span
            finally:
                status = int(span.facts.get(STATUS, 500))
                span.failed = status >= 500
                self.meters.count_request(route, status, self.monotonic() - began)

    def watch_rounds(
        self, advance: Callable[[str], T], read_traceparent_of: Callable[[str], str]
    ) -> Callable[[str], T]:
        """The same work; it goes on in the trace of the request that brought the application."""

        def watched(application_id: str) -> T:
            began, failed = self.monotonic(), True
            with self.spans.open("round", read_traceparent(read_traceparent_of(application_id))) as span:
                span.facts["asp.application"] = application_id
                try:
                    result = advance(application_id)
                    failed = False
                    return result
                finally:
                    span.failed, seconds = failed, self.monotonic() - began
                    self.meters.count_round(failed=failed, seconds=seconds)
                    log_event(
                        "round", level=logging.DEBUG, application=application_id, failed=failed, ms=_round_off(seconds)
                    )

        return watched

    def see_package(self, case: Case, complete: bool) -> None:
        """The stage from the acceptance to a package that was registered just now."""
        if case.registered_at is not None:
            passed = case.registered_at - case.accepted_at
            self.meters.count_package(complete=complete, seconds=passed.total_seconds())

    def watch_exchange(self, exchange: Exchange, ask: Callable[[], ExchangeResult]) -> ExchangeResult:
        began = self.monotonic()
        with self.spans.open("exchange", current_trace()) as span:
            result = ask()
            seconds, failures = self.monotonic() - began, [attempt.failure for attempt in result.attempts]
            outcome = result.cause or result.state.value
            span.facts |= {
                "asp.exchange": exchange.id,
                "asp.passport": exchange.passport,
                "asp.outcome": outcome,
                "asp.messages": len(failures),
            }
            span.failed = bool(failures and failures[-1])
            self.meters.count_exchange(exchange.passport, outcome, failures, seconds)
            log_event(
                "exchange",
                exchange=exchange.id,
                passport=exchange.passport,
                state=result.state.value,
                cause=result.cause,
                messages=[attempt.message_id for attempt in result.attempts],
                ms=_round_off(seconds),
            )
            return result


def _round_off(seconds: float) -> float:
    return round(seconds * 1000, 1)
