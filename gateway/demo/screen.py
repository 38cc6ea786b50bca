"""What the demo shows: a table of the 24 requests that fills itself in a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

_SIGNS = {
    "found": "\x1b[32m●\x1b[0m",
    "no_record": "\x1b[34m○\x1b[0m",
    "not_applicable": "\x1b[90m–\x1b[0m",
    "on_paper": "\x1b[33m■\x1b[0m",
    "no_answer": "\x1b[31m…\x1b[0m",
}
_WIDTH = 62


class Screen:
    """Told of each inquiry as it is answered."""

    def __init__(self, titles: Mapping[int, str], out: TextIO) -> None:
        self._titles = titles
        self._out = out
        self._live = out.isatty()
        self._cells: dict[int, dict[str, str]] = {number: {} for number in titles}
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
            self.say(
                f"  {number:>2}  {self._titles.get(number, ''):<{_WIDTH}.{_WIDTH}}  {subject or '-':<10} {outcome}{why}"
            )

    def _draw(self) -> None:
        if self._drawn:
            self._out.write(f"\x1b[{len(self._cells)}A")
        self._drawn = True
        for number, cells in self._cells.items():
            signs = " ".join(_SIGNS.get(outcome, "?") for outcome in cells.values())
            self._out.write(f"\x1b[2K  {number:>2}  {self._titles.get(number, ''):<{_WIDTH}.{_WIDTH}}  {signs}\n")
        self._out.flush()
