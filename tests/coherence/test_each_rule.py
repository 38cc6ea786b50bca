"""A suite in which one agreement is broken is found out by the rule of that agreement; without it nobody would see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.vocabulary.terms import Record
from registries_mock.app import create_app
from registries_mock.people.facts import Family as Facts
from registries_mock.ports import People, Persona
from registries_mock.settings import Settings
from registries_mock.suite import real_world
from registries_mock.web.beside import serving
from tests.coherence.breaking import BREAKS, Change
from tests.coherence.family import Family, Walk
from tests.coherence.registries import MOMENT, Registries
from tests.coherence.rules import RULES, find_broken
from tests.coherence.sampling import sample
from tests.repository.files import ROOT

FAMILIES = 12
SEED = 20261
PERSONAS = (
    "guardian-with-ward",
    "adopted-child",
    "aid-already-received",
    "alimony-debtors-family",
    "student-of-twenty",
    "sole-proprietor",
)
"""Who have what ordinary families have not, or seldom."""


class Broken:
    """The people of a suite, of whom one is told otherwise than the others know."""

    def __init__(self, people: People) -> None:
        self._people = people
        self.whom = ""
        self.change: Change = lambda record: False

    def find(self, words: Mapping[str, str]) -> Sequence[Any]:
        return self._people.find(words)

    def record(self, citizen: Any) -> Record:
        return self._told(self._people.record(citizen))

    @property
    def today(self) -> date:
        return self._people.today

    def as_of(self, days: int) -> People:
        return self._people.as_of(days)

    def family_of(self, citizen: str) -> Facts:
        return self._people.family_of(citizen)

    def account(self, iban: str) -> Record | None:
        return self._people.account(iban)

    def phone(self, iin: str) -> str:
        return self._people.phone(iin)

    def personas(self) -> Sequence[Persona]:
        return self._people.personas()

    def iins_of(self, persona: str) -> frozenset[str]:
        return self._people.iins_of(persona)

    def describe_application(self, whose: str | Facts) -> dict[str, Any]:
        return self._people.describe_application(whose)

    def breaks(self, iin: str, change: Change) -> set[str]:
        """The terms of a person that the change breaks: none where there is nothing to break."""
        told = self._people.record(self._people.find({"iin": iin})[0])
        changed = deepcopy(told)
        if not change(changed):
            return set()
        roots = told.keys() | changed.keys()
        return {
            f"{root}.{word}"
            for root in roots
            for word in told.get(root, {}).keys() | changed.get(root, {}).keys()
            if told.get(root, {}).get(word) != changed.get(root, {}).get(word)
        }

    def _told(self, record: Record) -> Record:
        if not self.whom or record.get("person", {}).get("iin") != self.whom:
            return record
        changed = deepcopy(record)
        self.change(changed)
        return changed


class World:
    """A served suite that can be broken, and families that were read while it was whole."""

    def __init__(self, people: Broken, registries: Registries, walk: Walk) -> None:
        self.people = people
        self._walk = walk
        personas = [registries.control("GET", f"/_mock/people/{name}") for name in PERSONAS]
        self.families = walk.read([*sample(FAMILIES, SEED), *personas])

    def broken_by(self, change: Change) -> set[str]:
        """The rules that see what the change makes of the first person who has what it breaks."""
        for family in self.families:
            for iin in family.people:
                if words := self.people.breaks(iin, change):
                    return self._read(family, iin, change, words)
        return {"nobody has what it breaks"}

    def _read(self, family: Family, iin: str, change: Change, words: set[str]) -> set[str]:
        def is_touched(passport: Passport) -> bool:
            """Who has another number is another person to all."""
            told = {".".join(bind.split(".")[:2]).removesuffix("[]") for bind in passport.binds}
            return "person.iin" in words or bool(words & told)

        self.people.whom, self.people.change = iin, change
        try:
            return {rule for rule, _ in find_broken(self._walk.read_again(family, iin, is_touched))}
        finally:
            self.people.whom = ""


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """On a free port of this machine."""
    with serving(app) as url:
        try:
            yield url
        finally:
            app.extensions["suite"].close()


@pytest.fixture(scope="module")
def world(catalogue: Catalogue) -> Iterator[World]:
    settings = Settings(seed=SEED, clock_start=datetime.fromisoformat(MOMENT))
    outside = real_world(settings)
    people = Broken(outside.people)
    app = create_app(settings, replace(outside, people=people))
    with listening(app) as address, closing(Registries(address, catalogue)) as registries:
        yield World(people, registries, Walk(registries, catalogue))


def test_each_rule_is_broken_once() -> None:
    assert [rule.__name__ for rule in RULES] == list(BREAKS)


def test_each_rule_stands_in_the_documents() -> None:
    page = " ".join((ROOT / "docs" / "people.md").read_text(encoding="utf-8").split())
    assert [rule.__name__ for rule in RULES if rule.__name__.replace("_", " ") not in page] == []


def test_whole_families_break_no_rule(world: World) -> None:
    assert [(family.applicant, told) for family in world.families for told in find_broken(family)] == []


def test_a_broken_agreement_is_told_by_the_name_of_its_rule(world: World) -> None:
    """Whatever else sees it."""
    unseen = {rule: seen for rule, change in BREAKS.items() if rule not in (seen := world.broken_by(change))}
    assert unseen == {}
