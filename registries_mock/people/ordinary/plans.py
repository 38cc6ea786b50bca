"""The layout of the serial band: plans of a family, a serial for each seat, and what cohorts of heads make of them.

A plan says what becomes of a family in its time. What of it stands in the registries hangs on the head's birth year
alone, never on the day on which one looks: who is there once is there for good.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

HEAD: Final = "head"
SPOUSE: Final = "spouse"
PARENT: Final = "parent"


@dataclass(frozen=True)
class Plan:
    """What becomes of a family in its time: no child is there before its birth, no spouse before the wedding."""

    children: int = 0
    spouse: bool = True
    parent: bool = False
    """A widowed parent of the head lives with the family."""
    divorces: bool = False
    mother_alone: bool = False
    """The head is a woman, never married; the father is recorded by her statement."""
    gone: int = 0
    """So many of the children, the first ones, have long left: nobody is told of them, their seats are empty."""

    @property
    def born(self) -> tuple[str, ...]:
        """Seats of all children, the eldest first, those of the gone ones too."""
        return tuple(f"child{number}" for number in range(1, self.children + 1))

    @property
    def seats(self) -> tuple[str, ...]:
        spouse = (SPOUSE,) if self.spouse else ()
        return (HEAD, *spouse, *self.born[self.gone :], *((PARENT,) if self.parent else ()))


_SHARES: Final = (
    # of the families of one birth day and sex of the head; assumed, so that the published figures come out (docs)
    (4, Plan(spouse=False)),
    (5, Plan()),
    (9, Plan(1)),
    (32, Plan(2)),
    (53, Plan(3)),
    (32, Plan(4)),
    (16, Plan(5)),
    (5, Plan(6)),
    (5, Plan(1, divorces=True)),
    (8, Plan(2, divorces=True)),
    (2, Plan(1, spouse=False, mother_alone=True)),
    (3, Plan(2, parent=True)),
    (2, Plan(3, parent=True)),
)


def _spread(shares: tuple[tuple[int, Plan], ...]) -> tuple[Plan, ...]:
    """In an order of which each beginning has all plans in about their shares."""
    places = sorted(((number + 0.5) / share, at) for at, (share, _) in enumerate(shares) for number in range(share))
    return tuple(shares[at][1] for _, at in places)


PLANS: Final = _spread(_SHARES)
"""The whole plan of each row of a head's birth day and sex."""

SEATS: Final = tuple((row, seat) for row, plan in enumerate(PLANS) for seat in plan.seats)
"""Which row and seat a serial addresses: SEATS[serial - 9000]."""


@dataclass(frozen=True)
class Cohort:
    """Heads born from a day on, until the next cohort begins."""

    since: int
    rows: int
    """How many rows of PLANS have a family."""
    kept: float
    """The part of the children, the last ones, whose seats are taken: the others have families of their own by now."""


COHORTS: Final = (
    Cohort(date(1936, 1, 1).toordinal(), 82, 0.0),
    Cohort(date(1956, 1, 1).toordinal(), 101, 0.2),
    Cohort(date(1966, 1, 1).toordinal(), 105, 0.34),
    Cohort(date(1976, 1, 1).toordinal(), 176, 1.0),
)
_BEGINS: Final = tuple(cohort.since for cohort in COHORTS)


def _keep(plan: Plan, kept: float) -> Plan:
    return replace(plan, gone=plan.children - round(plan.children * kept))


_OF_COHORTS: Final = tuple(tuple(_keep(plan, cohort.kept) for plan in PLANS[: cohort.rows]) for cohort in COHORTS)


def cohort_of(day: int) -> int:
    """The number of the cohort of a head's birth day (ordinal)."""
    return max(bisect_right(_BEGINS, day) - 1, 0)


def plan_of(day: int, row: int) -> Plan | None:
    """What stands in the registries of the family of that row; None where this cohort has no such row."""
    plans = _OF_COHORTS[cohort_of(day)]
    return plans[row] if row < len(plans) else None
