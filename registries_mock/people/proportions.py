"""How the ordinary families stand to published statistics: each figure, measured over a sample of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import count as count_up
from itertools import islice
from typing import Any, Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, TypeAdapter

from registries_mock.dice import Dice
from registries_mock.people.chance import age_on
from registries_mock.people.facts import Family, Person
from registries_mock.people.occupations import PENSION_AGES
from registries_mock.people.population import Population
from registries_mock.people.stock import read_stock

_ALMATY, _ASTANA, _TURKISTAN = "750000000", "710000000", "610000000"
_OF_AGE: Final = 15


class Figure(BaseModel):
    """A published share or mean, and how far ours may lie from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    title: str
    published: float
    error: float
    holds: bool
    """Whether ours lies within it."""
    year: int
    source: str
    confidence: Literal["published", "cited", "assumed"]
    why: str


@dataclass(frozen=True)
class Someone:
    """A living person, with the family's facts."""

    person: Person
    family: Family
    age: int
    standing: Literal["married", "divorced", "widowed", "single"]

    @property
    def home(self) -> Any:
        return self.family.homes.get(self.person.home)


class Lasting(Protocol):
    """What begins, and may end."""

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


Measure = Callable[[Sequence[Someone], date], Fraction]


def draw_families(people: Population, count: int) -> tuple[Family, ...]:
    """Ordinary families with somebody alive, drawn from all."""
    dice = Dice(people.seed, "proportions")
    drawn = (people.family(dice.number(str(n), people.families)) for n in count_up())
    living = (one for one in drawn if one is not None and any(person.died is None for person in one.people))
    return tuple(islice(living, count))


def load_figures() -> tuple[Figure, ...]:
    return TypeAdapter(tuple[Figure, ...]).validate_python(read_stock("statistics")["figure"])


def measure(families: Iterable[Family], today: date) -> Mapping[str, float]:
    """Each figure by its key, over these families."""
    looked_at = tuple(families)
    people = [one for family in looked_at for one in _living(family, today)]
    told = {key: float(of(people, today)) for key, of in _MEASURES.items()}
    cars = sum(car.kind == "car" and _is_now(car, today) for family in looked_at for car in family.cars)
    aided = sum(family.aid is not None and _is_now(family.aid, today) for family in looked_at)
    return told | {
        "people_in_a_family": len(people) / len(looked_at),
        "cars_in_a_family": cars / len(looked_at),
        "aided_families": aided / len(looked_at),
    }


def _living(family: Family, today: date) -> Iterable[Someone]:
    for person in family.people:
        if person.died is None:
            yield Someone(person, family, age_on(person.born, today), _standing(person, family))


def _standing(person: Person, family: Family) -> Literal["married", "divorced", "widowed", "single"]:
    for act in family.marriages:
        if person.key not in (act.husband, act.wife):
            continue
        if act.divorced_on:
            return "divorced"
        other = family.person(act.wife if person.key == act.husband else act.husband)
        return "widowed" if other.died else "married"
    return "widowed" if person.key == "parent" else "single"


def _share(who: Callable[[Someone], bool], of: Callable[[Someone], bool] = lambda _: True) -> Measure:
    def measured(people: Sequence[Someone], _: date) -> Fraction:
        meant = [one for one in people if of(one)]
        return Fraction(sum(map(who, meant)), len(meant))

    return measured


def _share_now(lasting: Callable[[Someone], Iterable[Lasting]]) -> Measure:
    """Of those for whom one of these goes on."""

    def measured(people: Sequence[Someone], today: date) -> Fraction:
        return Fraction(sum(any(_is_now(one, today) for one in lasting(who)) for who in people), len(people))

    return measured


def _is_now(lasting: Lasting, today: date) -> bool:
    return lasting.since <= today and (lasting.until is None or lasting.until > today)


def _is_grown(one: Someone) -> bool:
    return one.age >= _OF_AGE


def _lives_in(region: str) -> Measure:
    return _share(lambda one: one.home is not None and one.home.region == region)


_MEASURES: Final[Mapping[str, Measure]] = {
    "women": _share(lambda one: one.person.sex == "female"),
    "children_to_15": _share(lambda one: one.age <= _OF_AGE),
    "mean_age": lambda people, _: Fraction(sum(one.age for one in people), len(people)),
    "aged_65": _share(lambda one: one.age >= 65),
    "urban": _share(lambda one: one.home is not None and not one.home.rural),
    "married": _share(lambda one: one.standing == "married", _is_grown),
    "divorced": _share(lambda one: one.standing == "divorced", _is_grown),
    "widowed": _share(lambda one: one.standing == "widowed", _is_grown),
    "in_almaty": _lives_in(_ALMATY),
    "in_astana": _lives_in(_ASTANA),
    "in_turkistan": _lives_in(_TURKISTAN),
    "with_disability": _share_now(lambda one: one.person.disabilities),
    "of_pension_age": _share(lambda one: one.age >= PENSION_AGES[one.person.sex]),
    "sole_proprietors": _share_now(lambda one: [one.person.business] if one.person.business else []),
}
