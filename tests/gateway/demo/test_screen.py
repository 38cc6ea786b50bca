"""What the demo shows fits the terminal: no line wraps, the table is not taller, and a title is cut between words."""

from __future__ import annotations

import io
import re
from typing import TextIO

import pytest

from contracts.catalogue import load_catalogue
from gateway.demo.screen import Screen

TITLES = {row.number: row.title.ru for row in load_catalogue().services["asp"].requests}
SUBJECTS = ("applicant", "spouse", "child1", "child2", "child3")


def draw(columns: int, lines: int) -> str:
    """Everything that is written while each request is answered about five subjects."""
    out = io.StringIO()

    def measure(_: TextIO) -> tuple[int, int]:
        return columns, lines

    screen = Screen(TITLES, out, measure)
    for number in TITLES:
        for subject in SUBJECTS:
            screen.show(number, subject, "found", "")
    return out.getvalue()


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9]*[A-Za-z]|\r", "", text)


def titles_in(lines: list[str]) -> list[str]:
    return [re.split(r" {2,}", line.strip())[1] for line in lines if re.match(r" +\d", line)]


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_a_table_is_drawn_in_place_and_no_line_wraps(columns: int) -> None:
    drawn = draw(columns, 40)
    assert f"\x1b[{len(TITLES) + 1}A" in drawn
    assert max(len(line) for line in bare(drawn).splitlines()) <= max(columns, 80)
    assert max(len(line) for line in bare(drawn).splitlines() if re.match(r" +\d", line)) <= columns


@pytest.mark.parametrize(("columns", "lines"), [(100, 24), (30, 40), (0, 0)])
def test_where_the_table_has_no_room_lines_are_written_one_by_one(columns: int, lines: int) -> None:
    drawn = draw(columns, lines)
    assert "\x1b[" not in drawn
    assert len(drawn.splitlines()) == len(TITLES) * len(SUBJECTS)


@pytest.mark.parametrize(("columns", "lines"), [(60, 40), (80, 40), (0, 0)])
def test_a_title_is_cut_between_words(columns: int, lines: int) -> None:
    seen = set(titles_in(bare(draw(columns, lines)).splitlines()))
    cut = {title for title in seen if title not in TITLES.values()}
    assert cut
    for title in cut:
        begun = title.removesuffix("…")
        (whole,) = {one for one in TITLES.values() if one.startswith(begun)}
        assert title.endswith("…")
        assert not whole[len(begun)].isalnum()


def test_an_answer_that_comes_later_takes_the_place_of_waiting() -> None:
    out = io.StringIO()
    screen = Screen({1: "Title"}, out, lambda _: (80, 24))
    screen.show(1, "applicant", "no_answer", "registry-timed-out")
    screen.show(1, "applicant", "found", "")
    assert bare(out.getvalue()).splitlines()[-2].split() == ["1", "Title", "●"]
