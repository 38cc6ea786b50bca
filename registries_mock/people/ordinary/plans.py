"""The layout of the serial band: 120 plans of a family, each with as many serials as it has seats."""

from __future__ import annotations

from dataclasses import dataclass
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

    @property
    def seats(self) -> tuple[str, ...]:
        spouse = (SPOUSE,) if self.spouse else ()
        children = tuple(f"child{number}" for number in range(1, self.children + 1))
        return (HEAD, *spouse, *children, *((PARENT,) if self.parent else ()))


_SHARES: Final = (
    # of 120 families: assumed, near the 3.1 people a family of the published totals (6.3 m families, 19.5 m people)
    (8, Plan(spouse=False)),
    (10, Plan()),
    (18, Plan(1)),
    (24, Plan(2)),
    (22, Plan(3)),
    (10, Plan(4)),
    (5, Plan(5)),
    (2, Plan(6)),
    (5, Plan(1, divorces=True)),
    (4, Plan(2, divorces=True)),
    (3, Plan(1, spouse=False, mother_alone=True)),
    (6, Plan(2, parent=True)),
    (3, Plan(1, parent=True)),
)

PLANS: Final = tuple(plan for share, plan in _SHARES for _ in range(share))
"""The plan of each row `r` of a head's birth day and sex."""

SEATS: Final = tuple((row, seat) for row, plan in enumerate(PLANS) for seat in plan.seats)
"""Which row and seat a serial addresses: SEATS[serial - 9000]."""
