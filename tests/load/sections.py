"""The sections of the report: what each runs, and how long; shorter forms of them are for a first look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.load.climbing import Climb
from tests.load.passing import Part, Size
from tests.load.scene import Setup
from tests.load.shapes import FAMILIES_2024, FIFTY_THOUSAND, ORDINARY_DAY, OUTAGE, QUARTER_START, RECORD_DAY
from tests.load.telling import CHART
from tests.load.weather import HANGS

HOURS, STRESS, AWAY, HANGING, UNPACED = "hours", "stress", "outage", "hanging", "unpaced"
TITLES: Final[Mapping[str, str]] = {
    HOURS: "Busy hours at their real rates",
    STRESS: "Stress: how much one gateway carries",
    AWAY: "A registry away for two hours",
    HANGING: "A registry that holds whoever asks it",
    UNPACED: "A registry away of which no quota is known",
}
DOWN: Final = "gbdrn"
PER_MINUTE: Final = 1200
"""Assumed: no quota is public. Less than what this machine could ask."""
FACTOR: Final = 30.0
SECONDS: Final = 300.0
"""Of each busy hour: the quarter's has 150 applications then, enough for its percentiles."""
_HANG_FACTOR: Final = 6.0
"""A caller is held for as long as in the country: thirty times as many at once would be a load of another kind."""
_SHARE: Final = 5
"""Of the applications of the outage, one in so many comes in the smaller forms of it."""
_BEHIND: Final = 12.5
"""One application behind the return of the registry for so many before it."""
_SETTLE_SECONDS: Final = 1200.0
_STAIRS: Final = (
    FIFTY_THOUSAND.a_second / 3, FAMILIES_2024.a_second / 3, 4.0, FIFTY_THOUSAND.a_second, 6.5, FAMILIES_2024.a_second,
)  # fmt: skip
"""The means of both days, their busiest hours, and what is between them."""


def describe_setup(kind: str, down: str, database: str, *, is_signed: bool) -> Setup:
    return Setup(down, PER_MINUTE, database, is_signed, has_quota=kind != UNPACED)


def name_chart(kind: str) -> str:
    """A file for each section: none is drawn over by another."""
    return CHART if kind == AWAY else f"load-backlog-{kind}.svg"


def describe_size(kind: str, applications: int, seconds: float = SECONDS) -> Size:
    """`applications`: of the outage; `seconds`: of each busy hour, and of the rate that a gateway carries."""
    behind = max(1, round(applications / _BEHIND))
    smaller = max(1, applications // _SHARE)
    parts: list[Part] = []
    match kind:
        case "hours":
            # On an ordinary day applications come one by one: a few of them say it.
            lengths = {ORDINARY_DAY: seconds * 0.4, QUARTER_START: seconds, RECORD_DAY: seconds}
            parts = [Part(shape, max(1, round(length * shape.a_second))) for shape, length in lengths.items()]
        case "stress":
            return Size([], _SETTLE_SECONDS, climb=Climb(_STAIRS, seconds / 5, seconds))
        case "hanging":
            # Half as many: the same time goes by while they come more slowly.
            parts = [Part(OUTAGE, max(1, smaller // 2), _HANG_FACTOR, behind=behind // _SHARE or 1, how=HANGS)]
        case "unpaced":
            parts = [Part(OUTAGE, smaller, FACTOR, behind=behind // _SHARE or 1)]
        case _:
            parts = [Part(OUTAGE, applications, FACTOR, behind=behind)]
    return Size(parts, _SETTLE_SECONDS)
