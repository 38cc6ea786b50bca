"""Personas: documented invented families, each for one odd case, read from TOML files in the shape of the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Final

import tomli
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from registries_mock.people.application import Declares
from registries_mock.people.chance import after
from registries_mock.people.facts import (
    Adoption,
    Aid,
    Birth,
    Car,
    Estate,
    Family,
    Farm,
    Home,
    Income,
    Marriage,
    Person,
    Ward,
    Writ,
)  # fmt: skip
from registries_mock.people.numbers import PERSONA_SERIALS, write_iin

_PACKAGED = Path(__file__).parent / "personas"
_KEPT_DAYS: Final = 8
"""The day of the suite, and those that registries with delay are at."""


class PersonaInvalid(ValueError):
    """A persona file says what cannot be; the message names the file and the place."""


class _File(BaseModel):
    """A persona file. `people` may say `born_days_ago` for `born`, and `numbered = false` for one without IIN."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    number: int = Field(ge=0, lt=len(PERSONA_SERIALS))
    title: str
    shows: str
    odd: tuple[str, ...] = ()
    applicant: str
    people: Annotated[tuple[Person, ...], Field(min_length=1)]
    homes: dict[str, Home]
    marriages: tuple[Marriage, ...] = ()
    births: tuple[Birth, ...] = ()
    estates: tuple[Estate, ...] = ()
    cars: tuple[Car, ...] = ()
    incomes: tuple[Income, ...] = ()
    farm: Farm | None = None
    aid: Aid | None = None
    wards: tuple[Ward, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    writs: tuple[Writ, ...] = ()
    declares: Declares = Declares()
    failures: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Persona:
    name: str
    number: int
    title: str
    shows: str
    """What the persona is for, in a sentence."""
    odd: tuple[str, ...]
    """Keys of the requests whose odd case the persona is."""
    family: Family
    declares: Declares
    failures: tuple[Mapping[str, Any], ...] = ()
    """What befalls whoever asks about one of them: rows as the control API takes them."""

    @property
    def applicant(self) -> Person:
        return self.family.person(self.family.applicant)


def load_personas(folders: Iterable[Path], today: date) -> Mapping[str, Persona]:
    """Personas by name, as they are on the day; raises PersonaInvalid."""
    found: dict[str, Persona] = {}
    numbers: dict[int, str] = {}
    own = (each for folder in folders for each in _read_folder(folder, today))
    for file, persona in chain(_read_packaged(today), own):
        other = numbers.setdefault(persona.number, persona.name)
        if persona.name in found or other != persona.name:
            raise PersonaInvalid(f"{file.name}: name or number is taken by {other}")
        found[persona.name] = persona
    return found


@lru_cache(_KEPT_DAYS)
def _read_packaged(today: date) -> tuple[tuple[Path, Persona], ...]:
    """The same for every space and every seed, and they do not change while a process runs."""
    return tuple(_read_folder(_PACKAGED, today))


def _read_folder(folder: Path, today: date) -> Iterator[tuple[Path, Persona]]:
    for file in sorted(folder.glob("*.toml")):
        yield file, _read(file, today)


def _read(file: Path, today: date) -> Persona:
    try:
        raw = tomli.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        raw["people"] = [_prepare(person, raw.get("number"), today) for person in raw.get("people", ())]
        row = _File.model_validate(raw)
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise PersonaInvalid(f"{file.name}: {failure}") from failure
    except ValidationError as failure:
        first = failure.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise PersonaInvalid(f"{file.name}: {place}: {first['msg']}") from failure
    _check(file.name, row)
    parts = {name: getattr(row, name) for name in _File.model_fields if name in Family.__dataclass_fields__}
    family = _until(Family(key=f"persona/{row.name}", **parts), today)
    failures = tuple({word: _as_json(said) for word, said in one.items()} for one in row.failures)
    return Persona(row.name, row.number, row.title, row.shows, row.odd, family, row.declares, failures)


def _as_json(said: Any) -> Any:
    return float(said) if isinstance(said, Decimal) else said


def _prepare(person: dict[str, Any], number: Any, today: date) -> dict[str, Any]:
    """The row with its birth date and IIN worked out; anything odd is left for the validation to name."""
    if "born_days_ago" in person:
        person["born"] = after(today, -int(person.pop("born_days_ago")))
    born, sex = person.get("born"), person.get("sex")
    if (
        person.pop("numbered", True)
        and isinstance(born, date)
        and sex in ("male", "female")
        and isinstance(number, int)
    ):
        person["iin"] = write_iin(born, sex, PERSONA_SERIALS[0] + number % len(PERSONA_SERIALS))
        if person["iin"] is None:
            raise PersonaInvalid(
                f"{person.get('key')} of persona {number}: no IIN is given out for this birth date and sex"
            )
    return person


def _check(file: str, row: _File) -> None:
    keys = [person.key for person in row.people]
    iins = [person.iin for person in row.people if person.iin]
    named = {row.applicant, *(row.declares.members or ())}
    for act in (
        *row.marriages,
        *row.births,
        *row.wards,
        *row.adoptions,
        *row.writs,
        *row.cars,
        *row.incomes,
        *row.estates,
    ):
        for field in ("husband", "wife", "child", "mother", "father", "guardian", "debtor", "creditor", "owner"):
            named.add(getattr(act, field, None) or row.applicant)
        named.update(getattr(act, "parents", ()) or getattr(act, "owners", ()))
    homes = {home for person in row.people for home in (person.home, person.stays_at) if home}
    if len(set(keys)) < len(keys) or len(set(iins)) < len(iins):
        raise PersonaInvalid(f"{file}: two people with one key, or with one birth date and sex")
    if unknown := sorted((named - set(keys)) | (homes - set(row.homes))):
        raise PersonaInvalid(f"{file}: nobody and no home is called {', '.join(unknown)}")
    if "family" not in row.homes:
        raise PersonaInvalid(f"{file}: there is no home called family")


def _until(family: Family, today: date) -> Family:
    """The family without what lies after the day: people not born, acts not registered."""
    people = tuple(
        replace(one, died=one.died if one.died and one.died <= today else None)
        for one in family.people
        if one.born <= today
    )
    keys = {one.key for one in people}
    return replace(
        family,
        people=people,
        births=tuple(act for act in family.births if act.child in keys),
        marriages=tuple(
            replace(act, divorced_on=act.divorced_on if act.divorced_on and act.divorced_on <= today else None)
            for act in family.marriages
            if act.registered_on <= today
        ),
        estates=tuple(estate for estate in family.estates if estate.since <= today),
        cars=tuple(car for car in family.cars if car.since <= today),
        adoptions=tuple(one for one in family.adoptions if one.decided_on <= today and one.child in keys),
        wards=tuple(one for one in family.wards if one.decided_on <= today and one.child in keys),
        writs=tuple(writ for writ in family.writs if writ.issued_on <= today),
    )
