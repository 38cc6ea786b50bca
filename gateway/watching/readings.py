"""Figures that are read when somebody asks: backlog in the database, breakers, retry budgets, readiness."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from adapters.breakers import Reading, State
from contracts.errors import GatewayError
from gateway.clock import Clock
from gateway.logs import log_crash
from gateway.store.backlog import Backlog
from gateway.watching.bounded import BoundedLook

SECONDS: Final = 5.0
"""How long the database may take for its part of an answer."""
_LASTS: Final = 10.0
"""Seconds for which a backlog is told again, however many collectors ask."""
_COUNTS: Final = (
    ("wakeups_due", "Applications that are due and claimed by nobody."),
    ("wakeups_leased", "Applications that are being carried forward."),
    ("extensions", "Applications whose package is formed in an extension."),
    ("terms_passed", "Terms of open applications that passed undone."),
    ("arrivals_due", "Messages of the bus that are still to be read or told of."),
    ("arrivals_unmatched", "Messages of the bus that nobody awaited."),
    ("incidents", "Outages of owners that are open."),
    ("webhooks_owed", "Applications of which a client is still to be told."),
    ("webhooks_failing", "Of these, those whose last telling failed."),
)


@dataclass(frozen=True)
class _Kept:
    backlog: Backlog | None
    at: datetime
    until: float


class Readings(Collector):
    """Safe for threads. Where the database does not say, `asp_backlog_up` is 0 and its figures are left out."""

    def __init__(
        self,
        read_backlog: Callable[[datetime], Backlog],
        read_breakers: Callable[[], Sequence[Reading]],
        read_budgets: Callable[[], Mapping[str, float]],
        clock: Clock,
        monotonic: Callable[[], float],
        *,
        seconds: float = SECONDS,
    ) -> None:
        self._look = BoundedLook(lambda: read_backlog(clock()), "backlog")
        self._read_breakers = read_breakers
        self._read_budgets = read_budgets
        self._clock = clock
        self._monotonic = monotonic
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: _Kept | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing: what is there is known when it is read."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield from self._tell_registries()
        kept = self._read()
        yield GaugeMetricFamily(
            "asp_backlog_up", "Whether the database told its figures.", int(kept.backlog is not None)
        )
        if kept.backlog is not None:
            yield from _tell_backlog(kept.backlog, kept.at)

    def _tell_registries(self) -> Iterator[Metric]:
        breakers = GaugeMetricFamily(
            "asp_breaker", "1 at the state of a registry's breaker.", labels=("registry", "state")
        )
        for reading in self._read_breakers():
            for state in get_args(State):
                breakers.add_metric((reading.registry, state), int(reading.state == state))
        yield breakers
        budgets = GaugeMetricFamily("asp_retry_budget", "Retries that a registry may have now.", labels=("registry",))
        for registry, tokens in sorted(self._read_budgets().items()):
            budgets.add_metric((registry,), tokens)
        yield budgets

    def _read(self) -> _Kept:
        with self._lock:
            if self._kept is None or self._monotonic() >= self._kept.until:
                backlog = self._read_backlog()
                # A failure is not kept: the next collector asks again.
                lasts = _LASTS if backlog is not None else 0.0
                self._kept = _Kept(backlog, self._clock(), self._monotonic() + lasts)
            return self._kept

    def _read_backlog(self) -> Backlog | None:
        try:
            return self._look.begin().result(self._seconds)
        except (GatewayError, WaitedTooLong):
            return None
        except Exception as error:
            log_crash(error, work="backlog")
            return None


def _tell_backlog(backlog: Backlog, at: datetime) -> Iterator[Metric]:
    for name, told in _COUNTS:
        yield GaugeMetricFamily(f"asp_{name}", told, getattr(backlog, name))
    if backlog.workers is not None:
        yield GaugeMetricFamily("asp_workers", "Workers that take jobs.", backlog.workers)
    waited = (at - backlog.wakeups_oldest).total_seconds() if backlog.wakeups_oldest else 0.0
    yield GaugeMetricFamily(
        "asp_wakeups_oldest_seconds", "How long the first of those due has waited.", max(0.0, waited)
    )
    exchanges = GaugeMetricFamily("asp_exchanges_open", "Exchanges that are not over.", labels=("passport", "state"))
    for (passport, state), count in sorted(backlog.exchanges.items()):
        exchanges.add_metric((passport, state), count)
    yield exchanges
    inquiries = GaugeMetricFamily("asp_inquiries_open", "Inquiries that wait for a source.", labels=("request",))
    for number, count in sorted(backlog.inquiries.items()):
        inquiries.add_metric((str(number),), count)
    yield inquiries
