"""Figures that grow as work is done: requests, rounds, exchanges by outcome, messages, retries, and how long it took.

Every label has a bounded set of values: routes of the table, passports of the catalogue, codes of the tree of errors.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.registry import Collector

from contracts.errors import walk
from contracts.passport import Passport
from gateway.core.case import ExchangeState
from gateway.gathering.asking import UNCERTAIN

OTHER: Final = "other"
"""What stands in the place of a word that is none of the set."""
_REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_EXCHANGES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)

_DAY: Final = 86_400.0
_PACKAGES: Final = (
    1.0, 5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, _DAY, 3 * _DAY, 7 * _DAY, 15 * _DAY, 30 * _DAY, 60 * _DAY,
)  # fmt: skip


class Meters:
    """The counters of one gateway, in a registry of its own. Safe for threads."""

    def __init__(self, passports: Collection[Passport], routes: Collection[str]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._registries = {passport.key: passport.registry for passport in passports}
        self._routes = frozenset(routes)
        self._words = {state.value for state in ExchangeState} | {kind.code for kind in walk()} | {UNCERTAIN}
        of, to = self.registry, ("registry", "passport")
        self._requests = Counter("asp_requests", "Requests of the API.", ("route", "status"), registry=of)
        self._request_seconds = Histogram(
            "asp_request_seconds", "Time until the answer.", ("route",), registry=of, buckets=_REQUESTS
        )
        self._rounds = Counter("asp_rounds", "Rounds of gathering.", ("outcome",), registry=of)
        self._round_seconds = Histogram(
            "asp_round_seconds", "Length of a round of gathering.", registry=of, buckets=_EXCHANGES
        )
        self._package_seconds = Histogram(
            "asp_package_seconds", "Time from the acceptance to the package.", ("complete",), registry=of,
            buckets=_PACKAGES,
        )  # fmt: skip
        self._exchanges = Counter("asp_exchanges", "Asks of a source, by outcome.", (*to, "outcome"), registry=of)
        self._exchange_seconds = Histogram(
            "asp_exchange_seconds", "Length of an ask, tries and waits included.", to, registry=of, buckets=_EXCHANGES
        )
        self._messages = Counter(
            "asp_messages", "Messages on the wire, by failure (none: it was answered).", (*to, "failure"), registry=of
        )
        self._retries = Counter("asp_retries", "Messages of an ask behind its first.", to, registry=of)

    def add(self, collector: Collector) -> None:
        """Have figures told that are read when somebody asks."""
        self.registry.register(collector)

    def write(self) -> bytes:
        """All figures, in Prometheus's text form."""
        return generate_latest(self.registry)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        name = route if route in self._routes else OTHER
        self._requests.labels(name, str(status)).inc()
        self._request_seconds.labels(name).observe(seconds)

    def count_round(self, *, failed: bool, seconds: float) -> None:
        self._rounds.labels("failed" if failed else "done").inc()
        self._round_seconds.observe(seconds)

    def count_package(self, *, complete: bool, seconds: float) -> None:
        self._package_seconds.labels("yes" if complete else "no").observe(seconds)

    def count_exchange(self, passport: str, outcome: str, failures: Collection[str], seconds: float) -> None:
        """`failures`: of each message that was sent, the code of its failure, "" where it brought an answer."""
        where = (self._registries.get(passport, OTHER), passport if passport in self._registries else OTHER)
        self._exchanges.labels(*where, self._bound(outcome)).inc()
        self._exchange_seconds.labels(*where).observe(seconds)
        for failure in failures:
            self._messages.labels(*where, self._bound(failure) if failure else "none").inc()
        if len(failures) > 1:
            self._retries.labels(*where).inc(len(failures) - 1)

    def _bound(self, word: str) -> str:
        return word if word in self._words else OTHER
