"""Invented people for the terminal: personas, and the applications that they or families of the seed declare."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from registries_mock.people.population import Population


def choose(
    seed: int, today: date, *, persona: str | None, family: int | None, sample: int | None
) -> list[dict[str, Any]]:
    """The chosen ones with their applications; without a choice all personas. Raises LookupError."""
    people = Population(seed, today)
    if persona is not None:
        one = people.persona(persona)
        return [{"name": one.name, "shows": one.shows, "application": people.describe_application(one)}]
    if family is not None:
        found = people.family(family)
        if found is None:
            raise LookupError("this number is not given out")
        return [{"name": f"family {family}", "application": people.describe_application(found)}]
    if sample is not None:
        return [{"name": "family", "application": people.describe_application(one)} for one in people.sample(sample)]
    return [{"name": one.name, "title": one.title, "shows": one.shows} for one in people.personas()]


def render(rows: list[dict[str, Any]], as_json: bool) -> str:
    """JSON, or a few lines for each."""
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2, default=str)
    return "\n".join(_lines(row) for row in rows)


def _lines(row: dict[str, Any]) -> str:
    head = f"{row['name']}: {row.get('title') or row.get('shows') or ''}".rstrip(": ")
    if "application" not in row:
        return f"{head}\n    {row['shows']}"
    return f"{head}\n{json.dumps(row['application'], ensure_ascii=False, indent=2, default=str)}"
