"""A family on the page: who belongs to it, and for each of its people which requests would find a record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.catalogue import Catalogue
from contracts.vocabulary.terms import Record
from registries_mock.needs import Need, list_needs
from registries_mock.page.words import Speech
from registries_mock.people.application import relate_to
from registries_mock.people.chance import age_on
from registries_mock.people.facts import Family, Person
from registries_mock.ports import People, Persona

Known = Literal["record", "no_record", "not_asked"]


@dataclass(frozen=True)
class Member:
    iin: str
    """"" for one without."""
    name: str
    born: date
    died: date | None
    relation: str
    """A word of the page."""
    together: bool
    """Whether it lives at the family's address, or applies."""
    looked_up: bool


@dataclass(frozen=True)
class KnownRow:
    number: int
    title: str
    known: tuple[Known, ...]
    """In the order of `FamilyView.asked`."""


@dataclass(frozen=True)
class FamilyView:
    persona: Persona | None
    members: tuple[Member, ...]
    asked: tuple[Member, ...]
    """About whom registries can be asked: who has an IIN and lives with the applicant."""
    known: tuple[KnownRow, ...]
    application: str
    """JSON; "" where nobody can apply."""


def view_family(iin: str, people: People, catalogue: Catalogue, speech: Speech) -> FamilyView:
    """The family of who bears the IIN; raises LookupError where nobody does."""
    family = people.family_of(iin)
    persona = next((one for one in people.personas() if iin in people.iins_of(one.name)), None)
    members = tuple(_member(one, family, iin) for one in family.people)
    asked = tuple(one for one in members if one.iin and one.together and one.died is None)
    return FamilyView(
        persona, members, asked, _known(asked, people, catalogue, speech), _application(people, persona, family)
    )


def _member(one: Person, family: Family, looked_up: str) -> Member:
    applicant = family.person(family.applicant) if family.applicant else None
    relation = "other" if applicant is None else relate_to(applicant, one, family)
    return Member(
        iin=one.iin or "",
        name=" ".join(filter(None, (one.surname, one.name, one.patronymic))),
        born=one.born,
        died=one.died,
        relation="applicant" if one is applicant else relation,
        together=one is applicant or one in family.household(),
        looked_up=one.iin == looked_up,
    )


def _known(asked: tuple[Member, ...], people: People, catalogue: Catalogue, speech: Speech) -> tuple[KnownRow, ...]:
    found = [(one, people.record(people.find({"iin": one.iin})[0])) for one in asked]
    needs = list_needs(catalogue)
    rows = []
    for need, absent in zip(needs[::2], needs[1::2], strict=True):
        known = tuple(_look(need, absent, one, record, people.today) for one, record in found)
        rows.append(KnownRow(need.row.number, speech.pick(need.row.title), known))
    return tuple(rows)


def _look(need: Need, absent: Need, one: Member, record: Record, today: date) -> Known:
    is_applicant, age = one.relation == "applicant", age_on(one.born, today)
    if need.is_met(record, is_applicant=is_applicant, age=age):
        return "record"
    return "no_record" if absent.is_met(record, is_applicant=is_applicant, age=age) else "not_asked"


def _application(people: People, persona: Persona | None, family: Family) -> str:
    try:
        declared = people.describe_application(persona.name if persona else family)
    except LookupError:
        return ""
    return json.dumps(declared, ensure_ascii=False, indent=2, default=str)
