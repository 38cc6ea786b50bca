"""The table of kinds in docs/mock.md, written from their rows; run as a module, it refreshes the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from contracts.words import Protocol
from registries_mock.failure_kinds import KINDS, KindRow

_BEGIN: Final = "<!-- kinds: written from registries_mock/failure_kinds.py -->\n"
_END: Final = "<!-- end of kinds -->"
_DAY: Final = 86_400
_CHANNELS: Final = {
    Protocol.SHEP_SYNC: "SHEP at once",
    Protocol.SHEP_ASYNC: "SHEP later",
    Protocol.SOAP: "SOAP",
    Protocol.REST: "REST",
}


def write_kinds() -> str:
    """The table in Markdown."""
    head = ("| kind | where | half | told with | what happens |", "|---|---|---|---|---|")
    rows = [
        f"| `{kind}` | {_channels(row)} | {_halves(row)} | {_words(row) or '–'} | {row.says} |"
        for kind, row in KINDS.items()
    ]
    return "\n".join((*head, *rows)) + "\n"


def refresh(page: str) -> str:
    """The page with its table as it is now; raises ValueError where the page has no place for it."""
    before, found, rest = page.partition(_BEGIN)
    _, closed, after = rest.partition(_END)
    if not found or not closed:
        raise ValueError(f"the page has no marks like {_BEGIN.strip()}")
    return f"{before}{_BEGIN}{write_kinds()}{_END}{after}"


def _channels(row: KindRow) -> str:
    names = [name for channel, name in _CHANNELS.items() if channel in row.channels]
    return "all" if len(names) == len(_CHANNELS) else ", ".join(names)


def _halves(row: KindRow) -> str:
    if Protocol.SHEP_ASYNC not in row.channels:
        return "–"
    halves = ", ".join(f"`{half}`" for half in row.halves)
    return f"{halves}; of `{row.only_in_replies}` `reply`" if row.only_in_replies else halves


def _words(row: KindRow) -> str:
    words = []
    if row.variants:
        words.append("`variant`: " + ", ".join(f"`{variant}`" for variant in row.variants))
    if row.code:
        words.append(f"`code`: {row.code}")
    if row.takes_seconds:
        usual = "must be said" if row.seconds is None else _time(row.seconds)
        words.append(f"`seconds`: {usual}, at most {_time(row.most)}")
    return "; ".join(words)


def _time(seconds: float) -> str:
    return f"those of {seconds / _DAY:.0f} days" if seconds >= _DAY else f"{seconds:.0f}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(refresh(page.read_text(encoding="utf-8")), encoding="utf-8")
