"""The table of parts in the suite's README: how well each is known, what is assumed; as a module, it refreshes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from contracts.catalogue import load_catalogue
from contracts.passport import Passport

_MARKS: Final = ("<!-- parts: written from the passports -->\n", "<!-- end of parts -->")


def write_parts() -> str:
    """The table in Markdown, by key."""
    rows = [_row(one) for _, one in sorted(load_catalogue().passports.items())]
    head = ("| part | service | over | shape | what is not the real thing |", "|---|---|---|---|---|")
    return "\n".join((*head, *rows)) + "\n"


def refresh(page: str) -> str:
    """The page with its table as it is now; raises ValueError where it has no place for one."""
    before, found, rest = page.partition(_MARKS[0])
    _, closed, after = rest.partition(_MARKS[1])
    if not found or not closed:
        raise ValueError(f"the page has no marks like {_MARKS[0].strip()}")
    return f"{before}{_MARKS[0]}{write_parts()}{_MARKS[1]}{after}"


def _row(passport: Passport) -> str:
    told = " ".join([*_say_id(passport), *passport.assumptions]) or "–"
    cells = (f"`{passport.key}`", passport.title.en or passport.title.ru, passport.protocol, passport.confidence, told)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _say_id(passport: Passport) -> list[str]:
    """How well the service id is known, where that is another thing than the shape, and nothing more is said of it."""
    alike = passport.service_id_confidence == passport.confidence or not passport.service_id
    said = any("service id" in one for one in passport.assumptions)
    return [] if alike or said else [f"The service id is {passport.service_id_confidence}."]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.write_text(refresh(place.read_text(encoding="utf-8")), encoding="utf-8")
