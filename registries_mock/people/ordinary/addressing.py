"""IIN <-> family and seat, by arithmetic alone: the serial says row and seat, the birth date leads to the head's.

A family is (head's birth day, head's sex, row). A member's birth day is the head's, moved within its block by a
permutation that can be undone, plus a fixed number of days of the row and seat. Nothing is stored but one small table.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from registries_mock.dice import Dice
from registries_mock.people.numbers import SERIALS, Sex, read_iin, write_iin
from registries_mock.people.ordinary.plans import COHORTS, HEAD, PARENT, PLANS, SEATS, SPOUSE, Plan, cohort_of, plan_of

FIRST_DAY: Final = COHORTS[0].since
LAST_DAY: Final = date(2055, 12, 31).toordinal()
"""Children come up to 43 years later, and no IIN is written for births after 2099."""

_SEXES: Final[tuple[Sex, Sex]] = ("male", "female")
_FIRST: Final = tuple(
    accumulate(((later.since - one.since) * 2 * one.rows for one, later in pairwise(COHORTS)), initial=0)
)
"""The index of the first family of each cohort."""
_SPREAD_SPOUSE, _SPREAD_CHILDREN, _SPREAD_CHILD, _SPREAD_PARENT = 256, 1024, 32, 512
"""Blocks of days in which birth days are permuted: powers of two, so that an odd factor can be undone."""
_EARLIEST_CHILD = 7160
"""Days: 19.6 years, so that both parents are 18 at the wedding before it."""
_LATEST_CHILD = 14600
_CHILD_GAP = 440


class Row(NamedTuple):
    """A family's place: the head's birth day (ordinal), sex, and the row of the plan."""

    day: int
    sex: Sex
    row: int

    @property
    def plan(self) -> Plan:
        """Raises LookupError where the cohort has no such row."""
        plan = plan_of(self.day, self.row)
        if plan is None:
            raise LookupError("heads of this cohort have no such row")
        return plan


@dataclass(frozen=True)
class Move:
    """How a seat's birth day follows from the head's: permutations first, then a constant."""

    shift: int
    spreads: tuple[tuple[str, int], ...]


class Addressing:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._moves = {(row, seat): move for row, plan in enumerate(PLANS) for seat, move in _moves(seed, row, plan)}
        self._serials = {place: SERIALS[at] for at, place in enumerate(SEATS)}

    def find_seat(self, iin: str) -> tuple[Row, str] | None:
        """The family and seat that an IIN addresses; whether the person is born by some day is not asked here."""
        read = read_iin(iin)
        if read is None or read[2] not in SERIALS or read[2] - SERIALS[0] >= len(SEATS):
            return None
        born, sex, serial = read
        return self.trace(born, sex, serial)

    def trace(self, born: date, sex: Sex, serial: int) -> tuple[Row, str] | None:
        row, seat = SEATS[serial - SERIALS[0]]
        day = self._undo(row, seat, born.toordinal())
        head = self._turn(sex, row, seat, day)
        plan = plan_of(day, row) if FIRST_DAY <= day <= LAST_DAY else None
        if plan is None or seat not in plan.seats or (plan.mother_alone and head == "male"):
            return None
        return Row(day, head, row), seat

    def birth_day(self, family: Row, seat: str) -> date:
        move = self._moves[family.row, seat]
        day = family.day
        for tag, size in move.spreads:
            block, place = divmod(day, size)
            factor, shift = self._affine(tag, block, size)
            day = block * size + (place * factor + shift) % size
        return date.fromordinal(day + move.shift)

    def sex(self, family: Row, seat: str) -> Sex:
        return self._turn(family.sex, family.row, seat, family.day)

    def iin(self, family: Row, seat: str) -> str | None:
        """None where the number would have no check digit: that seat stays empty."""
        return write_iin(self.birth_day(family, seat), self.sex(family, seat), self._serials[family.row, seat])

    def _undo(self, row: int, seat: str, day: int) -> int:
        move = self._moves[row, seat]
        day -= move.shift
        for tag, size in reversed(move.spreads):
            block, place = divmod(day, size)
            factor, shift = self._affine(tag, block, size)
            day = block * size + (place - shift) * pow(factor, -1, size) % size
        return day

    def _affine(self, tag: str, block: int, size: int) -> tuple[int, int]:
        drawn = Dice(self.seed, "days", tag).number(str(block), size * size)
        return drawn // size | 1, drawn % size

    def _turn(self, sex: Sex, row: int, seat: str, day: int) -> Sex:
        """The member's sex from the head's or the head's from the member's: the same turn does both."""
        if seat == HEAD:
            return sex
        turned = seat == SPOUSE or Dice(self.seed, "sex", row, seat).number(str(day), 2)
        return _SEXES[1 - _SEXES.index(sex)] if turned else sex


def number_of(family: Row) -> int:
    """The family's index: rows of one day and sex are neighbours, cohorts follow one another."""
    number = cohort_of(family.day)
    cohort = COHORTS[number]
    return _FIRST[number] + ((family.day - cohort.since) * 2 + _SEXES.index(family.sex)) * cohort.rows + family.row


def family_at(index: int) -> Row:
    number = bisect_right(_FIRST, index) - 1
    cohort = COHORTS[number]
    rest, row = divmod(index - _FIRST[number], cohort.rows)
    day, sex = divmod(rest, 2)
    return Row(cohort.since + day, _SEXES[sex], row)


def _moves(seed: int, row: int, plan: Plan) -> list[tuple[str, Move]]:
    dice = Dice(seed, "row", row)
    moves = [(HEAD, Move(0, ()))]
    younger = 0
    if plan.spouse:
        shift = dice.between("spouse", -500, 1300)
        younger = max(0, shift + _SPREAD_SPOUSE)
        moves.append((SPOUSE, Move(shift, ((f"{row}/spouse", _SPREAD_SPOUSE),))))
    at = younger + _EARLIEST_CHILD + _SPREAD_CHILDREN
    slack = max(0, _LATEST_CHILD - at - _CHILD_GAP * (plan.children - 1))
    first = dice.number("first", min(slack // 2, 2500) + 1)
    at, slack = at + first, slack - first
    for number in range(1, plan.children + 1):
        if number > 1:
            at += _CHILD_GAP + dice.number(f"gap{number}", min(1300, slack // (plan.children - 1)) + 1)
        spreads = ((f"{row}/children", _SPREAD_CHILDREN), (f"{row}/child{number}", _SPREAD_CHILD))
        moves.append((f"child{number}", Move(at, spreads)))
    if plan.parent:
        shift = -dice.between("parent", _EARLIEST_CHILD + _SPREAD_PARENT, 13000)
        moves.append((PARENT, Move(shift, ((f"{row}/parent", _SPREAD_PARENT),))))
    return moves
