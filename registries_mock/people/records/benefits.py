"""Benefits and past aid: what the state pays follows from age, disability, children, losses and study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registries_mock.dice import Dice
from registries_mock.people.chance import age_on, years_later
from registries_mock.people.facts import Family, Person
from registries_mock.people.occupations import PENSION_AGES
from registries_mock.people.records.shape import Part, known, past


@dataclass(frozen=True)
class Kind:
    """A kind of benefit; the codes are invented. `base` is the amount of 2026 in tenge."""

    code: str
    name: str
    base: int


PENSION = Kind("0101", "Пенсия по возрасту", 96000)
DISABILITY = {
    "1": Kind("0301", "Пособие по инвалидности первой группы", 110000),
    "2": Kind("0302", "Пособие по инвалидности второй группы", 88000),
    "3": Kind("0303", "Пособие по инвалидности третьей группы", 60000),
    "child": Kind("0304", "Пособие ребёнку с инвалидностью", 84000),
}
LOSS = Kind("0401", "Пособие по случаю потери кормильца", 57000)
CARE = Kind("0501", "Пособие по уходу за ребёнком до полутора лет", 25000)
MANY_CHILDREN = Kind("0502", "Пособие многодетной семье", 70000)
STIPEND = Kind("0601", "Государственная стипендия", 52000)

_YEARS_TOLD = 3
"""Benefits that ended longer ago are no longer told."""
_INDEXED_BY = Decimal("1.08")
"""Amounts rise on 1 January; assumed."""


def tell(person: Person, family: Family, today: date) -> Part:
    return known(
        benefits=[
            _write(kind, since, until, person, family, today)
            for kind, since, until in _due(person, family, today)
            if since <= min(today, person.died or today) and (until or today) >= years_later(today, -_YEARS_TOLD)
        ],
        social_aid=_aid(person, family, today),
    )


def _due(person: Person, family: Family, today: date) -> Iterator[tuple[Kind, date, date | None]]:
    """Kinds of benefit with the first and last day, whether they have ended or not."""
    yield PENSION, years_later(person.born, PENSION_AGES[person.sex]), None
    for disability in person.disabilities:
        yield DISABILITY[disability.group], disability.since, disability.until
    for study in person.studies:
        if study.stipend:
            yield STIPEND, study.since, min(study.ends, study.left_on or study.ends)
    for birth in family.births:
        lost = min(filter(None, (family.person(key).died for key in (birth.mother, birth.father) if key)), default=None)
        if birth.child == person.key and lost and age_on(person.born, lost) < 18:
            yield LOSS, lost, years_later(person.born, 18)
    mother_of = [family.person(birth.child) for birth in family.births if birth.mother == person.key]
    for child in mother_of:
        if child.iin and child.died is None:
            yield (
                CARE,
                child.born,
                date(child.born.year + 1 + (child.born.month + 5) // 12, (child.born.month + 5) % 12 + 1, 1),
            )
    minors = sorted(child.born for child in mother_of if child.died is None and age_on(child.born, today) < 18)
    if len(minors) >= 4 and person.home == "family":
        yield MANY_CHILDREN, minors[3], years_later(minors[-4], 18)


def _write(kind: Kind, since: date, until: date | None, person: Person, family: Family, today: date) -> Part:
    dice = Dice(family.key, person.key, kind.code, since)
    closed = past(min(filter(None, (until, person.died)), default=None), today)
    now = closed or today
    current, previous = _amount(kind, dice, now.year), _amount(kind, dice, now.year - 1)
    return known(
        iin=person.iin,
        kind=kind.code,
        kind_name=kind.name,
        amount=current,
        current_amount=current,
        previous_amount=previous if since.year < now.year else None,
        since=since,
        until=until,
        closed_on=closed,
        status="Прекращена" if closed else "Выплачивается",
    )


def _amount(kind: Kind, dice: Dice, year: int) -> Decimal:
    own = Decimal(kind.base) * (100 + dice.number("amount", 40)) / 100
    return (own * _INDEXED_BY ** (year - 2026)).quantize(Decimal("1.00"))


def _aid(person: Person, family: Family, today: date) -> Part | None:
    if family.aid is None or person not in family.household():
        return None
    return {"receiving": family.aid.until >= today, "since": family.aid.since, "until": family.aid.until}
