"""The table of personas in docs/people.md, written from the persona files; run as a module, it refreshes the page."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Final

from registries_mock.people.persona import Persona
from registries_mock.people.population import Population

_DAY: Final = date(2026, 12, 1)
"""The day on which the table shows the personas; only the newborn's age depends on it."""
_BEGIN, _END = "<!-- personas: written from the persona files -->\n", "<!-- end of personas -->"


def write_personas() -> str:
    """The table in Markdown."""
    rows = [
        f"| `{one.name}` | {one.title} | {one.applicant.iin} | {_members(one)} | {one.shows} |"
        for one in Population(0, _DAY).personas()
    ]
    return "\n".join(("| persona | who | applicant's IIN | others | shows |", "|---|---|---|---|---|", *rows)) + "\n"


def refresh(page: str) -> str:
    """The page with the table as it is now; raises ValueError where the page has no place for it."""
    before, found, rest = page.partition(_BEGIN)
    _, closed, after = rest.partition(_END)
    if not found or not closed:
        raise ValueError("the page has no marks around the table of personas")
    return f"{before}{_BEGIN}{write_personas()}{_END}{after}"


def _members(persona: Persona) -> str:
    others = [one for one in persona.family.people if one.key != persona.family.applicant]
    return "; ".join(f"{one.key} {one.iin or 'without IIN'}" for one in others) or "–"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(refresh(page.read_text(encoding="utf-8")), encoding="utf-8")
