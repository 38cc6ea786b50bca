"""The night as a flow: families open, their messages queue at registries, workers and the database carry so much.

Step by step each resource does what it can of what has come to it; a family is done when all have done their part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.simulation.country.costs import Costs

SECONDS_AN_HOUR = 3600
_STEP_SECONDS = 300.0
_LONGEST_SECONDS = 60 * 24 * SECONDS_AN_HOUR
"""Sixty days: what takes longer is given as that."""


@dataclass(frozen=True)
class Setup:
    """What is there to do it with."""

    name: str
    cores: int
    database_servers: int
    connections: int
    quota_factor: float = 1.0
    """Of what registries are assumed to take."""
    share_asked: float = 1.0
    """The families that are asked about at all: the others have no change since the last time."""
    messages_factor: float = 1.0
    """Messages left of each, where one carries many persons; the answers to be kept are as many as before."""


@dataclass(frozen=True)
class Resource:
    name: str
    needs: float
    """Units of one family."""
    a_second: float
    """Units that it gives."""

    @property
    def families_a_second(self) -> float:
        return self.a_second / self.needs if self.needs else float("inf")


@dataclass(frozen=True)
class Night:
    setup: Setup
    hours: float
    """Until the last family is done."""
    bottleneck: str
    """The resource that was busy for the largest part of that time."""
    busy: dict[str, float]
    """By resource: its part of that time."""
    waiting: float
    """Families open at one time, at most."""


def list_resources(costs: Costs, setup: Setup) -> tuple[Resource, ...]:
    """Every resource with what a family needs of it; a registry is one by itself."""
    messages = costs.messages * setup.messages_factor
    signed = costs.value("signature.sign_ms") + costs.value("signature.verify_ms")
    cpu = (costs.messages * costs.value("gateway.exchange_cpu_ms") + messages * signed) / 1000
    quota = costs.value("registry.quota_per_second") * setup.quota_factor
    return (
        Resource("gateway cores", cpu, setup.cores),
        Resource("database", costs.messages, costs.value("database.answers_per_second") * setup.database_servers),
        Resource(
            "job queue",
            costs.value("queue.jobs_per_family"),
            costs.value("queue.jobs_per_second") * setup.database_servers,
        ),
        Resource("connections", messages * costs.value("exchange.seconds"), setup.connections),
        *(
            Resource(f"registry {name}", count * setup.messages_factor, quota)
            for name, count in sorted(costs.exchanges.items())
        ),
    )


def run_night(costs: Costs, setup: Setup) -> Night:
    """Flow until all families are done, or for sixty days."""
    resources = list_resources(costs, setup)
    families = costs.night.families * setup.share_asked
    done = [0.0] * len(resources)
    """Families of which each resource has done its part."""
    waiting, seconds = 0.0, 0.0
    while (finished := min(done)) < families - 1e-6 and seconds < _LONGEST_SECONDS:
        opened = min(families, finished + costs.night.open_families)
        waiting = max(waiting, opened - finished)
        step = min(_STEP_SECONDS, _shortest(resources, done, opened))
        for n, resource in enumerate(resources):
            done[n] = min(opened, done[n] + resource.families_a_second * step)
        seconds += step
    busy = {one.name: min(1.0, families / one.families_a_second / seconds) for one in resources}
    return Night(setup, seconds / SECONDS_AN_HOUR, max(busy, key=lambda name: busy[name]), busy, waiting)


def _shortest(resources: Sequence[Resource], done: Sequence[float], opened: float) -> float:
    """Seconds until the slowest resource has done what is open: the next moment at which more is opened."""
    slowest = min(range(len(resources)), key=lambda n: done[n])
    left = opened - done[slowest]
    return max(left / resources[slowest].families_a_second, 0.1)


def count_needed(costs: Costs, setup: Setup) -> dict[str, float]:
    """By resource: how many times what the set-up has would be enough for the night's hours."""
    families = costs.night.families * setup.share_asked
    seconds = costs.night.hours * SECONDS_AN_HOUR
    return {one.name: families / seconds / one.families_a_second for one in list_resources(costs, setup)}


def size_for_night(costs: Costs, setup: Setup) -> Setup:
    """The set-up with as many cores, servers and connections as the night needs, a fifth more; quotas as they are."""
    needed = count_needed(costs, setup)
    return replace(
        setup,
        cores=_enough(setup.cores * needed["gateway cores"]),
        database_servers=_enough(setup.database_servers * max(needed["database"], needed["job queue"])),
        connections=_enough(setup.connections * needed["connections"]),
    )


def _enough(count: float) -> int:
    return max(1, int(1.2 * count) + 1)
