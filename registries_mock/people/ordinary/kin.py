"""Who belongs to an ordinary family on a day: birth, names, wedding, divorce, death - no more than kinship needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from registries_mock.dice import Dice
from registries_mock.people.chance import YEAR, after, years_later
from registries_mock.people.names import feminine, patronymic, pick_given, pick_surname
from registries_mock.people.numbers import Sex
from registries_mock.people.ordinary.addressing import Addressing, Row
from registries_mock.people.ordinary.plans import HEAD, PARENT, SPOUSE

_NATIONS: Final = (("kazakh", 0.78), ("russian", 0.22))
_LIFESPANS: Final = (
    (0.0, 0),
    (0.01, 15),
    (0.02, 20),
    (0.07, 45),
    (0.16, 58),
    (0.3, 67),
    (0.5, 75),
    (0.7, 82),
    (1.0, 101),
)
"""Part of those born that has died by an age; assumed, near the life expectancy of 75 years."""
_HEAD_LIVES = 65
"""No head dies younger: the head is the one who can apply, and no child under 18 is left without parents."""


@dataclass(frozen=True)
class Kin:
    seat: str
    iin: str
    sex: Sex
    born: date
    died: date | None
    surname: str
    name: str
    patronymic: str | None


@dataclass(frozen=True)
class Kinship:
    """The family's kinship on a day; `wed` and `divorced` only where they have come to pass."""

    members: tuple[Kin, ...]
    nation: str
    wed: date | None
    divorced: date | None
    husband: str
    wife: str
    stated_father: str


def relate(addressing: Addressing, family: Row, today: date) -> Kinship | None:
    """None where there is no such family (yet): the head or spouse has no number, or the head is under 18."""
    if not _is_family(addressing, family, today):
        return None
    plan, dice = family.plan, _dice(addressing, family)
    children = list(plan.born)
    born = {seat: addressing.birth_day(family, seat) for seat in (*plan.seats, *children)}
    sexes = {seat: addressing.sex(family, seat) for seat in plan.seats}
    husband, wife = (HEAD, SPOUSE) if sexes[HEAD] == "male" else (SPOUSE, HEAD)
    wedding = divorce = None
    if plan.spouse:
        wedding = _wedding(dice, born, children)
        divorce = after(born[children[-1]], dice.between("divorce", 200, 2500)) if plan.divorces else None

    nation = _nation(dice)
    given = {seat: pick_given(Dice(addressing.seed, *family, seat), nation, sexes[seat]) for seat in plan.seats}
    surname, maiden = pick_surname(dice, "surname", nation), pick_surname(dice, "maiden", nation)
    surnames = dict.fromkeys(plan.seats, surname)
    if plan.spouse and not dice.happens("takes the husband's surname", 0.8):
        surnames[wife] = maiden
    if plan.spouse and wedding and wedding > today:
        surnames[HEAD] = surname if sexes[HEAD] == "male" else maiden
    if plan.parent:
        surnames[PARENT] = surname if sexes[HEAD] == "male" else maiden
    stated = pick_given(dice, nation, "male")
    fathers = {seat: given[husband] if plan.spouse else stated for seat in children}
    if plan.parent and sexes[PARENT] == "male":
        fathers[HEAD] = given[PARENT]

    members = []
    for seat in plan.seats:
        joined = wedding if seat == SPOUSE and wedding else born[seat]
        iin = addressing.iin(family, seat)
        if iin is None or joined > today:
            continue
        own = Dice(addressing.seed, *family, seat)
        least = _least_life(seat, born, children, wedding, divorce)
        died = max(after(born[seat], _lifespan(own, sexes[seat], seat == HEAD) * YEAR), least)
        father = fathers.get(seat) or pick_given(Dice(addressing.seed, *family, seat, "father"), nation, "male")
        members.append(
            Kin(
                seat, iin, sexes[seat], born[seat], died if died <= today else None,
                surnames[seat] if sexes[seat] == "male" else feminine(surnames[seat]),
                given[seat], patronymic(nation, father, sexes[seat]),
            )
        )  # fmt: skip
    wed = wedding if wedding and wedding <= today else None
    divorced = divorce if divorce and divorce <= today else None
    return Kinship(tuple(members), nation, wed, divorced, husband, wife, stated)


def is_there(addressing: Addressing, family: Row, seat: str, today: date) -> bool:
    """Whether `relate` would name that seat, found out with little work."""
    if not _is_family(addressing, family, today):
        return False
    if seat == HEAD:
        return True
    if addressing.iin(family, seat) is None:
        return False
    if seat != SPOUSE:
        return addressing.birth_day(family, seat) <= today
    first = family.plan.born[:1]
    born = {one: addressing.birth_day(family, one) for one in (HEAD, SPOUSE, *first)}
    return _wedding(_dice(addressing, family), born, list(first)) <= today


def given_name(addressing: Addressing, family: Row, seat: str) -> str:
    """The given name of a seat, as `relate` has it."""
    own = Dice(addressing.seed, *family, seat)
    return pick_given(own, _nation(_dice(addressing, family)), addressing.sex(family, seat))


def _is_family(addressing: Addressing, family: Row, today: date) -> bool:
    plan = family.plan
    if plan.mother_alone and family.sex == "male":
        return False
    if years_later(date.fromordinal(family.day), 18) > today or addressing.iin(family, HEAD) is None:
        return False
    return not plan.spouse or addressing.iin(family, SPOUSE) is not None


def _dice(addressing: Addressing, family: Row) -> Dice:
    return Dice("kin", addressing.seed, *family)


def _nation(dice: Dice) -> str:
    return dice.weigh("nation", _NATIONS)


def _wedding(dice: Dice, born: dict[str, date], children: list[str]) -> date:
    """Of the children, the first counts: the wedding is before its birth."""
    if children:
        return after(born[children[0]], -dice.between("wedding", 310, 480))
    return after(max(born[HEAD], born[SPOUSE]), dice.between("wedding", 7305, 12000))


def _lifespan(dice: Dice, sex: Sex, head: bool) -> float:
    """Years from birth to death."""
    share = dice.share("lifespan")
    (low, young), (high, old) = next((one, two) for one, two in pairwise(_LIFESPANS) if share < two[0])
    years = young + (old - young) * (share - low) / (high - low)
    if years > 20:
        years += 3.5 if sex == "female" else -3.5
    return max(years, _HEAD_LIVES + dice.share("lives on")) if head else years


def _least_life(
    seat: str, born: dict[str, date], children: list[str], wedding: date | None, divorce: date | None
) -> date:
    """The day before which the kinship does not let a person die."""
    if seat == SPOUSE and wedding:
        return max(
            after(day, 366) for day in (wedding, divorce or wedding, born[children[-1]] if children else wedding)
        )
    if seat == PARENT:
        return after(born[HEAD], 366)
    return born[seat]
