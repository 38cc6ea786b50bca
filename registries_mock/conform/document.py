"""The table of docs/conform.md: the requirements, as they are tried; run as a module, it refreshes the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from contracts.catalogue import load_catalogue
from registries_mock.conform.requirement import list_requirements
from registries_mock.conform.running import usual_services

_MARKS: Final = ("<!-- requirements: written from requirements.toml and the passports -->\n", "<!-- end of them -->")


def write_requirements() -> str:
    """The table in Markdown; the packaged services stand in it once, as they are tried where none is named."""
    catalogue = load_catalogue()
    rows = [
        f"| {one.id} | {one.severity}{', risky' if one.risky else ''} | {one.sentence} | {one.source} | "
        f"{one.confidence} |"
        for one in list_requirements(catalogue, usual_services(catalogue))
    ]
    return (
        "\n".join(("| id | how strong | requirement | section | confidence |", "|---|---|---|---|---|", *rows)) + "\n"
    )


def refresh(page: str) -> str:
    """The page with its table as it is now; raises ValueError where the page has no place for it."""
    before, found, rest = page.partition(_MARKS[0])
    _, closed, after = rest.partition(_MARKS[1])
    if not found or not closed:
        raise ValueError(f"the page has no marks like {_MARKS[0].strip()}")
    return f"{before}{_MARKS[0]}{write_requirements()}{_MARKS[1]}{after}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(refresh(page.read_text(encoding="utf-8")), encoding="utf-8")
