"""The tables of docs/people.md: personas, and the figures beside published ones; run as a module, it refreshes them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Final

from registries_mock.people.persona import Persona
from registries_mock.people.population import Population
from registries_mock.people.proportions import draw_families, load_figures, measure

_DAY: Final = date(2026, 12, 1)
"""The day on which the table shows the personas; only the newborn's age depends on it."""
_SEED: Final = 1
_FAMILIES: Final = 3000
"""Drawn for the figures: a share then has an error of sampling below one hundredth."""
_PERSONAS: Final = ("<!-- personas: written from the persona files -->\n", "<!-- end of personas -->")
_FIGURES: Final = ("<!-- figures: measured over drawn families -->\n", "<!-- end of figures -->")


def write_personas() -> str:
    """The table in Markdown."""
    rows = [
        f"| `{one.name}` | {one.title} | {one.applicant.iin} | {_members(one)} | {_cases(one)} | {one.shows} |"
        for one in Population(0, _DAY).personas()
    ]
    head = ("| persona | who | applicant's IIN | others | odd case of | shows |", "|---|---|---|---|---|---|")
    return "\n".join((*head, *rows)) + "\n"


def write_figures() -> str:
    """Published and ours, in Markdown."""
    people = Population(_SEED, _DAY)
    ours = measure(draw_families(people, _FAMILIES), people.today)
    rows = [
        f"| {one.title} | {one.published:g} | {ours[one.key]:.3g} | {one.error:g} | "
        f"{'yes' if one.holds else '**no**'} | {one.source} ({one.confidence}, {one.year}). {one.why} |"
        for one in load_figures()
    ]
    head = ("| figure | published | ours | stated error | holds | source |", "|---|---|---|---|---|---|")
    return "\n".join((*head, *rows)) + "\n"


def refresh(page: str) -> str:
    """The page with its tables as they are now; raises ValueError where the page has no place for one."""
    return _put(_put(page, _PERSONAS, write_personas()), _FIGURES, write_figures())


def _put(page: str, marks: tuple[str, str], table: str) -> str:
    before, found, rest = page.partition(marks[0])
    _, closed, after = rest.partition(marks[1])
    if not found or not closed:
        raise ValueError(f"the page has no marks like {marks[0].strip()}")
    return f"{before}{marks[0]}{table}{marks[1]}{after}"


def _cases(persona: Persona) -> str:
    return ", ".join(f"`{key}`" for key in persona.odd) or "–"


def _members(persona: Persona) -> str:
    others = [one for one in persona.family.people if one.key != persona.family.applicant]
    return "; ".join(f"{one.key} {one.iin or 'without IIN'}" for one in others) or "–"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(refresh(page.read_text(encoding="utf-8")), encoding="utf-8")
