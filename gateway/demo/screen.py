"""What the demo shows: a table of the requests that fills itself in a terminal, plain lines anywhere else."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Mapping
from typing import TextIO

_SIGNS = {
    "found": ("\x1b[32m●\x1b[0m", "found"),
    "no_record": ("\x1b[34m○\x1b[0m", "no record"),
    "not_applicable": ("\x1b[90m–\x1b[0m", "does not apply"),
    "on_paper": ("\x1b[33m■\x1b[0m", "on paper"),
    "no_answer": ("\x1b[31m…\x1b[0m", "no answer yet"),
}
_LEGEND = "      " + "   ".join(f"{sign} {word}" for sign, word in _SIGNS.values())
_MARGIN, _GAP = 6, 2
"""Columns of the number with its blanks, and between title and signs."""
_FEWEST_SIGNS = 6
"""Columns are kept for so many from the start, so that the titles do not change while signs come."""
_PLAIN_WIDTH, _LEAST_WIDTH = 62, 20
_LINES_BESIDE = 2
"""The legend, and the line of the cursor."""


def measure(out: TextIO) -> tuple[int, int] | None:
    """(columns, lines) of the terminal, None where there is none."""
    try:
        size = os.get_terminal_size(out.fileno()) if out.isatty() else None
    except (OSError, ValueError):
        return None
    return (size.columns, size.lines) if size else None


class Screen:
    """Told of each inquiry as it is answered. The table is for a terminal that is high and wide enough to hold it."""

    def __init__(
        self,
        titles: Mapping[int, str],
        out: TextIO,
        measure: Callable[[TextIO], tuple[int, int] | None] = measure,
    ) -> None:
        self._titles = titles
        self._out = out
        self._cells: dict[int, dict[str, str]] = {number: {} for number in titles}
        self._columns, lines = measure(out) or (0, 0)
        self._live = lines >= len(titles) + _LINES_BESIDE and self._width() >= _LEAST_WIDTH
        self._drawn = False

    def say(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()

    def show(self, number: int, subject: str, outcome: str, cause: str) -> None:
        self._cells.setdefault(number, {})[subject] = outcome
        if self._live:
            self._draw()
        else:
            why = f" ({cause})" if cause else ""
            self.say(f"  {number:>2}  {self._title(number, _PLAIN_WIDTH)}  {subject or '-':<10} {outcome}{why}")

    def _draw(self) -> None:
        if self._drawn:
            self._out.write(f"\x1b[{len(self._cells) + 1}A")
        self._drawn = True
        width = self._width()
        for number, cells in self._cells.items():
            signs = " ".join(_SIGNS.get(outcome, ("?",))[0] for outcome in cells.values())
            self._out.write(f"\r\x1b[2K  {number:>2}  {self._title(number, width)}  {signs}\n")
        self._out.write(f"\r\x1b[2K{_LEGEND}\n")
        self._out.flush()

    def _width(self) -> int:
        """Columns for a title: no line may be wider than the terminal, or moving up would miss the first line."""
        most = max([_FEWEST_SIGNS, *(len(cells) for cells in self._cells.values())])
        return self._columns - _MARGIN - _GAP - 2 * most

    def _title(self, number: int, width: int) -> str:
        """The title in exactly `width` columns, cut between words."""
        whole = self._titles.get(number, "")
        short = textwrap.shorten(whole, max(width, 1), placeholder="…")
        if short != whole:
            short = f"{short.removesuffix('…').rstrip(' ,;:-')}…"
        return f"{short:<{width}}"
