"""The documents of requests and of the vocabulary are what the catalogue says today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.catalogue import Catalogue
from contracts.catalogue_page import render_markdown, render_vocabulary
from tests.contracts.catalogue_files import packaged

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("name", "render"), [("requests.md", render_markdown), ("vocabulary.md", render_vocabulary)])
def test_the_page_is_fresh(name: str, render: Callable[[Catalogue], str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == render(packaged()), f"write docs/{name} anew"


def test_the_page_shows_every_row_every_part_and_every_passport_with_its_assumptions() -> None:
    page = render_markdown(packaged())
    for _, row, part in packaged().parts():
        assert f"| {row.number} | `{row.key}` | {row.title.ru} |" in page
        assert f"{part.key}: [`{part.passport}`](#{part.passport})" in page
    for passport in packaged().passports.values():
        section = page.split(f"\n### {passport.key}\n")[1].split("\n### ")[0]
        assert f"* shape: {passport.confidence}\n" in section
        assert passport.source in section
        assert all(assumption in section for assumption in passport.assumptions)


def test_every_line_of_a_table_has_as_many_cells_as_its_head() -> None:
    for page in (render_markdown(packaged()), render_vocabulary(packaged())):
        head = 0
        for line in page.splitlines():
            cells = line.replace("\\|", "").count("|")
            head = (head or cells) if cells else 0
            assert cells == head, line
