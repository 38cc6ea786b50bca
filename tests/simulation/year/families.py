"""Families of the mock's population with what each registry would answer about each of their members, made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.application import SCHEMA_ID, Application
from contracts.catalogue import Catalogue
from contracts.vocabulary.terms import Record
from gateway.core.records import is_present, project, take
from gateway.core.subjects import HOUSEHOLD
from registries_mock.people import Population
from tests.simulation.year.assumptions import FamilyShapes
from tests.simulation.year.chance import Chance

SERVICE = "asp"
_MOST_DRAWN = 20
"""Families drawn for each one that is kept, at most."""


@dataclass(frozen=True)
class Household:
    application: Application = field(repr=False)
    records: Mapping[tuple[str, str], Record] = field(repr=False)
    """By (passport, subject); {} where the registry has no record."""

    @property
    def people(self) -> int:
        return 1 + len(self.application.family)


def draw_families(catalogue: Catalogue, shapes: FamilyShapes, on: date, seed: int, most: int = 0) -> list[Household]:
    """A pool of `shapes.pool` families (or `most`), the same for the same seed: applications share it."""
    people, chance = Population(seed, on), Chance(seed, 0)
    wanted = min(shapes.pool, most) if most else shapes.pool
    found: list[Household] = []
    for family in people.sample(_MOST_DRAWN * wanted, seed):
        told = people.describe_application(family)
        application = Application.model_validate({"schema": SCHEMA_ID, "service": SERVICE, **told})
        large = 1 + len(application.family) > shapes.small
        if large or chance.happens(shapes.keep_small):
            found.append(Household(application, _tell(catalogue, people, application)))
        if len(found) == wanted:
            return found
    raise ValueError("too few families of some size were drawn")


def _tell(catalogue: Catalogue, people: Population, application: Application) -> dict[tuple[str, str], Record]:
    looked_for: dict[str, list[str]] = {}
    for _, _, part in catalogue.parts():
        looked_for.setdefault(part.passport, []).extend(part.records)
    iins = {"applicant": application.applicant.iin, HOUSEHOLD: application.applicant.iin}
    iins |= {f"member-{n}": member.iin or "" for n, member in enumerate(application.family, start=1)}
    told: dict[tuple[str, str], Record] = {}
    for ref, iin in iins.items():
        whole = people.record(iin) if iin else {}
        for key, paths in looked_for.items():
            record = project(whole, catalogue.passports[key].binds)
            known = any(is_present(item) for path in paths for item in take(record, path))
            told[key, ref] = record if known else {}
    return told
