"""What is swept again and again beside the gathering: what is owed to the bus, old codes, replies to be fetched."""

from __future__ import annotations

from collections.abc import Callable

from gateway.engine.periodic import Periodic
from gateway.telling import tell_changes
from gateway.wiring.house import House

_OWED_SECONDS = 30.0
_FORGET_SECONDS = 900.0
Work = Callable[[], object]


def make_sweeps(house: House, only: Callable[[Work], Work] = lambda work: work) -> list[Periodic]:
    """`only` lets the work be done where it is this process's to do."""
    arrivals, settling, codes = house.gathering.arrivals, house.way.intake.settling, house.submit.codes
    rows: list[tuple[str, float, Work]] = [
        ("late-replies", _OWED_SECONDS, arrivals.finish_owed),
        ("pushes", _OWED_SECONDS, settling.settle_owed),
    ]
    if codes is not None:
        rows.append(("codes", _FORGET_SECONDS, codes.forget_old))
    if house.settings.pull_seconds:
        rows.append(("pull", house.settings.pull_seconds, arrivals.fetch_pending))
    return [Periodic(name, seconds, tell_changes(name, only(work))) for name, seconds, work in rows]
