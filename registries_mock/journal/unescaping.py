"""A message as a reader would take it at last, with all escapes undone; and where in it each sign of that stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ROUNDS: Final = 8
"""A document in a text in a document is escaped twice; nobody needs more than this."""
_ESCAPE: Final = re.compile(
    r"&(?P<word>lt|gt|amp|quot|apos);|&#0*(?P<decimal>\d{1,7});|&#x0*(?P<hex>[0-9a-f]{1,6});"
    r"|\\u(?P<json>[0-9a-f]{4})|\\(?P<sign>[\"'/\\])",
    re.IGNORECASE,
)
_WORDS: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_SIGNS: Final = 0x110000


class TooOftenEscaped(ValueError):
    """Escapes of escapes, deeper than any message needs."""


@dataclass(frozen=True)
class Unescaped:
    """`places` has one more than the text has signs: where the message ends."""

    message: str
    text: str
    places: Sequence[int]

    def as_written(self, at: int) -> str:
        """The sign as the message has it."""
        return self.message[self.places[at] : self.places[at + 1]]


def unescape_all(message: str) -> Unescaped:
    """References of XML and escapes of JSON become what they stand for, in whatever order they lie in one another."""
    text, places = message, list(range(len(message) + 1))
    for _ in range(_ROUNDS):
        pieces: list[str] = []
        kept: list[int] = []
        end = 0
        for found in _ESCAPE.finditer(text):
            pieces += [text[end : found.start()], _read(found)]
            kept += places[end : found.start() + 1]
            end = found.end()
        if not pieces:
            return Unescaped(message, text, places)
        text, places = "".join([*pieces, text[end:]]), kept + places[end:]
    raise TooOftenEscaped


def _read(found: re.Match[str]) -> str:
    if found["word"]:
        return _WORDS[found["word"].lower()]
    if found["sign"]:
        return found["sign"]
    number = int(found["decimal"]) if found["decimal"] else int(found["hex"] or found["json"], 16)
    return chr(number) if number < _SIGNS else "\ufffd"
