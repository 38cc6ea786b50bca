"""A registry that is back: what waited for it is asked at the pace that is left to whoever carries it forward."""

from __future__ import annotations

from collections.abc import Callable

from adapters.breakers import Breakers
from contracts.catalogue import Catalogue
from gateway.clock import Clock
from gateway.store.waking import wake_waiting
from gateway.wiring.foundation import Foundation


def make_wake(base: Foundation, quota_share: int, clock: Clock) -> Callable[[str], None]:
    """What waits for a registry is asked at once when its breaker closes."""

    def wake(registry: str) -> None:
        own = [one for one in base.catalogue.passports.values() if one.registry == registry]
        quotas = [one.limits.per_minute for one in own if one.limits.per_minute]
        pace = min(quotas) * read_part(base, quota_share) if quotas else None
        if wake_waiting(base.database, [one.key for one in own], clock(), pace):
            base.applications.announce(woken=True)

    return wake


def make_wake_if_back(
    catalogue: Catalogue, breakers: Breakers, wake: Callable[[str], None]
) -> Callable[[frozenset[str]], None]:
    """Who was turned away by a breaker and is committed only after it closed was not there to be woken: it is now."""

    def wake_if_back(passports: frozenset[str]) -> None:
        for registry in sorted({catalogue.passports[key].registry for key in passports}):
            if breakers.state(registry) == "closed":
                wake(registry)

    return wake_if_back


def read_part(base: Foundation, quota_share: int) -> float:
    """Of a quota: what those who carry applications forward may send together. The others' parts are not theirs."""
    if base.queue is None:
        return 1 / quota_share
    with base.database.read() as connection:
        return min(1.0, max(1, base.queue.count_workers(connection)) / quota_share)
