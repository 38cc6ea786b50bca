"""Invented people for the terminal: personas and families of the seed, each with the application that it declares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from contracts.catalogue import load_catalogue
from registries_mock.needs import Need, read_need
from registries_mock.people.chance import age_on
from registries_mock.people.facts import Family
from registries_mock.people.persona import Persona
from registries_mock.people.population import Population

_DRAWN: Final = 50
_DRAWS: Final = 40
"""So many families are looked at for a need at most; a rare one is a persona's."""
FOUND_USUALLY: Final = 5


class NobodyFound(LookupError):
    """Nobody is as was asked for."""


def choose(
    seed: int, today: date, *, persona: str | None, family: str | None, need: str | None, sample: int | None
) -> list[dict[str, Any]]:
    """The chosen ones with their applications; without a choice all personas. Raises NobodyFound, with a sentence."""
    people = Population(seed, today)
    try:
        if persona is not None:
            return [_show_persona(people, people.persona(persona))]
        if family is not None:
            return [_show_family_of(people, family)]
        if need is not None:
            return find_families(people, read_need(load_catalogue(), need), sample or FOUND_USUALLY)
    except LookupError as failure:
        raise NobodyFound(str(failure)) from failure
    if sample is not None:
        return [{"name": "family", "application": people.describe_application(one)} for one in people.sample(sample)]
    return [{"name": one.name, "title": one.title, "shows": one.shows} for one in people.personas()]


def find_families(people: Population, need: Need, count: int) -> list[dict[str, Any]]:
    """Up to `count` families in which somebody meets the need (`who`), personas first. Raises NobodyFound."""
    found: list[dict[str, Any]] = []
    for whose in _candidates(people):
        family = whose.family if isinstance(whose, Persona) else whose
        if who := _meeting(people, family, need):
            shown = _show_persona(people, whose) if isinstance(whose, Persona) else _show_family(people, whose)
            found.append({"name": shown["name"], "who": who} | shown)
            if len(found) == count:
                break
    if not found:
        raise NobodyFound(f"{need.name()}: no persona, and none of {_DRAWN * _DRAWS} families of the seed")
    return found


def render(rows: list[dict[str, Any]], as_json: bool) -> str:
    """JSON, or a few lines for each."""
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2, default=str)
    return "\n".join(_lines(row) for row in rows)


def _candidates(people: Population) -> Iterator[Persona | Family]:
    yield from (one for one in people.personas() if one.family.applicant and not one.failures)
    for draw in range(_DRAWS):
        yield from people.sample(_DRAWN, draw)


def _meeting(people: Population, family: Family, need: Need) -> list[str]:
    """The IINs of those who meet the need: the applicant, and who lives at the family's address."""
    together = {family.applicant, *(one.key for one in family.household())}
    return [
        one.iin
        for one in family.people
        if one.iin
        and one.key in together
        and need.is_met(
            people.record(one.iin),
            is_applicant=one.key == family.applicant,
            age=age_on(one.born, people.today),
        )
    ]


def _show_family_of(people: Population, iin: str) -> dict[str, Any]:
    family = people.family_of(iin)
    whose = next((one for one in people.personas() if one.family is family), None)
    return _show_persona(people, whose) if whose else _show_family(people, family)


def _show_persona(people: Population, one: Persona) -> dict[str, Any]:
    return {"name": one.name, "shows": one.shows, "application": people.describe_application(one)}


def _show_family(people: Population, family: Family) -> dict[str, Any]:
    name = "family" if family.index is None else f"family {family.index}"
    if not family.applicant:
        return {"name": name, "shows": "Nobody of this family can apply."}
    return {"name": name, "application": people.describe_application(family)}


def _lines(row: dict[str, Any]) -> str:
    head = f"{row['name']}: {row.get('title') or row.get('shows') or ''}".rstrip(": ")
    if who := row.get("who"):
        head += f"\n    who: {', '.join(who)}"
    if "application" not in row:
        return f"{head}\n    {row['shows']}"
    return f"{head}\n{json.dumps(row['application'], ensure_ascii=False, indent=2, default=str)}"
