"""The population of a seed: who bears an IIN, what registries know of them - computed when asked, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from contracts.vocabulary.terms import Record
from registries_mock.dice import Dice
from registries_mock.people.application import describe_application
from registries_mock.people.chance import years_later
from registries_mock.people.facts import Family, Person
from registries_mock.people.numbers import PERSONA_SERIALS, SERIALS, Sex, holder_of, phone_of, read_iin
from registries_mock.people.ordinary.addressing import FIRST_DAY, LAST_DAY, Addressing, Row, family_at, number_of
from registries_mock.people.ordinary.families import build_family
from registries_mock.people.ordinary.kin import given_name, is_there, relate
from registries_mock.people.ordinary.plans import SEATS
from registries_mock.people.persona import Persona, load_personas
from registries_mock.people.record import write_record

_KEPT_FAMILIES: Final = 64
"""Families kept at hand while their members are asked about; memory does not grow with the population."""
_KEPT_RECORDS: Final = 64
"""Records kept at hand: an application asks some ten registries about each person."""
_KEPT_DAYS: Final = 4
"""Earlier days whose people are kept at hand."""
_SEXES: Final[tuple[Sex, Sex]] = ("male", "female")


class Citizen(NamedTuple):
    """A key of one person: a seat of an ordinary family, or a member of a persona (by its name)."""

    place: Row | str
    seat: str


class Population:
    """The people of a seed on a day. Same seed, same people, anywhere; personas are the same under every seed."""

    def __init__(self, seed: int, today: date, folders: Iterable[Path] = ()) -> None:
        """`folders` hold more personas (*.toml), beside the packaged ones; raises PersonaInvalid."""
        if not FIRST_DAY < years_later(today, -18).toordinal() <= LAST_DAY:
            raise ValueError("people are known from 1955 to 2073")
        self.seed, self.today = seed, today
        self._addressing = Addressing(seed)
        folders = tuple(folders)
        self._personas = load_personas(folders, today)
        self._by_number = {persona.number: persona for persona in self._personas.values()}
        self._build = lru_cache(_KEPT_FAMILIES)(lambda row: build_family(self._addressing, row, today))
        self._told = lru_cache(_KEPT_RECORDS)(lambda citizen: self._tell(citizen))
        self._before = lru_cache(_KEPT_DAYS)(lambda days: Population(seed, today - timedelta(days=days), folders))

    @property
    def families(self) -> int:
        """How many indices of ordinary families there are: a few of them (about 1 in 40) are not given out."""
        return number_of(Row(years_later(self.today, -18).toordinal() + 1, "male", 0))

    def find(self, words: Mapping[str, str]) -> tuple[Citizen, ...]:
        """Who fits: by `iin`, or by `birth_date` (ISO) with `surname` or `name`; a `patronymic` must fit where given.

        An empty answer means that there is no such person on the day. A search by name looks through all who were born
        on that day, sixteen hundred places, and takes some tens of milliseconds.
        """
        if words.get("iin"):
            found = self._find_number(words["iin"])
            return (found,) if found else ()
        if not words.get("birth_date") or not (words.get("surname") or words.get("name")):
            return ()
        try:
            born = date.fromisoformat(words["birth_date"][:10])
        except ValueError:
            return ()
        asked = {word: words[word].upper() for word in ("surname", "name", "patronymic") if words.get(word)}
        return tuple(self._find_personas(born, asked)) + tuple(self._find_born(born, asked))

    def record(self, citizen: Citizen | str) -> Record:
        """The person's full vocabulary tree (roots person, household, account); {} for an IIN that nobody bears.

        All who ask share one tree: whoever wants it otherwise copies it. Raises LookupError as `family_of` does.
        """
        key = self._find_number(citizen) if isinstance(citizen, str) else citizen
        told: Record = self._told(key) if key else {}
        return told

    def family_of(self, citizen: Citizen | str) -> Family:
        """The family of a citizen or IIN; raises LookupError where nobody bears it."""
        key = self._find_number(citizen) if isinstance(citizen, str) else citizen
        family = None
        if key:
            family = self._personas[key.place].family if isinstance(key.place, str) else self._build(key.place)
        if family is None:
            raise LookupError("nobody bears this number")
        return family

    def person(self, citizen: Citizen | str) -> Person:
        """The facts of one person; raises LookupError as `family_of` does."""
        key = self._find_number(citizen) if isinstance(citizen, str) else citizen
        if key is None:
            raise LookupError("nobody bears this number")
        return self.family_of(key).person(key.seat)

    def personas(self) -> tuple[Persona, ...]:
        """All personas, by number."""
        return tuple(self._by_number[number] for number in sorted(self._by_number))

    def persona(self, name: str) -> Persona:
        """Raises LookupError for a name that no persona has."""
        if name not in self._personas:
            raise LookupError(f"no persona {name!r}; there are {', '.join(sorted(self._personas))}")
        return self._personas[name]

    def iins_of(self, persona: str) -> frozenset[str]:
        """Those of the people of a persona who have one; raises LookupError."""
        return frozenset(one.iin for one in self.persona(persona).family.people if one.iin)

    def family(self, index: int) -> Family | None:
        """The ordinary family of that index, 0 to `families` - 1; None where the index is not given out."""
        if not 0 <= index < self.families:
            raise IndexError("no family has this index")
        family: Family | None = self._build(family_at(index))
        return family

    def sample(self, count: int, seed: int = 0) -> list[Family]:
        """`count` ordinary families, drawn from all by a seed of the draw; each has someone who can apply."""
        dice, tried = Dice(self.seed, "sample", seed), 0
        found: list[Family] = []
        while len(found) < count:
            family = self.family(dice.number(str(tried), self.families))
            tried += 1
            if family and family.applicant:
                found.append(family)
        return found

    def as_of(self, days: int) -> Population:
        """The same people, as registries knew them so many days before; kept, as one is asked about again and again."""
        return self._before(days) if days else self

    def account(self, iban: str) -> Record | None:
        """What the bank knows of an IBAN: root `account`, and `person.iin` of the holder; None where there is none."""
        iin = holder_of(iban)
        record = self.record(iin) if iin else {}
        if not iin or record.get("account", {}).get("iban") != iban:
            return None
        return {"account": record["account"], "person": {"iin": iin}}

    def phone(self, iin: str) -> str:
        """The one mobile phone of a person."""
        return phone_of(iin)

    def describe_application(self, whose: Persona | Family | str) -> dict[str, Any]:
        """A declared application of a persona (or its name) or a family, in the words of the application."""
        if isinstance(whose, Family):
            return describe_application(whose, self.today)
        persona = self.persona(whose) if isinstance(whose, str) else whose
        return describe_application(persona.family, self.today, persona.declares)

    def _tell(self, citizen: Citizen) -> Record:
        family = self.family_of(citizen)
        return write_record(family.person(citizen.seat), family, self.today)

    def _find_number(self, iin: str) -> Citizen | None:
        read = read_iin(iin)
        if read is None or read[2] not in SERIALS:
            return None
        if read[2] in PERSONA_SERIALS:
            persona = self._by_number.get(read[2] - PERSONA_SERIALS[0])
            people = persona.family.people if persona else ()
            return next((Citizen(persona.name, one.key) for one in people if one.iin == iin), None) if persona else None
        place = self._addressing.find_seat(iin)
        return Citizen(*place) if place and is_there(self._addressing, *place, self.today) else None

    def _find_personas(self, born: date, asked: Mapping[str, str]) -> Iterable[Citizen]:
        for persona in self.personas():
            for one in persona.family.people:
                if one.born == born and all(getattr(one, word) == value for word, value in asked.items()):
                    yield Citizen(persona.name, one.key)

    def _find_born(self, born: date, asked: Mapping[str, str]) -> Iterable[Citizen]:
        for serial in SERIALS[: len(SEATS)]:
            for sex in _SEXES:
                place = self._addressing.trace(born, sex, serial)
                if place is None or asked.get("name") not in (None, given_name(self._addressing, *place)):
                    continue
                if is_there(self._addressing, *place, self.today) and self._fits(Citizen(*place), asked):
                    yield Citizen(*place)

    def _fits(self, citizen: Citizen, asked: Mapping[str, str]) -> bool:
        kinship = relate(self._addressing, citizen.place, self.today) if isinstance(citizen.place, Row) else None
        kin = next((one for one in kinship.members if one.seat == citizen.seat), None) if kinship else None
        return kin is not None and all(getattr(kin, word) == value for word, value in asked.items())
