"""Characters that XML 1.0 cannot hold (section 2.2), and noncharacters: such a text could be sent to no registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_UNWRITABLE = re.compile(
    # Halves of surrogate pairs are not here: JSON with one is malformed, and told so.
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)


def is_unwritable(text: str) -> bool:
    return _UNWRITABLE.search(text) is not None


def find_unwritable(document: Any) -> Iterator[tuple[str | int, ...]]:
    """The place of each text with such a character in decoded JSON."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, str):
            if is_unwritable(node):
                yield place
        elif isinstance(node, dict | list):
            inside = node.items() if isinstance(node, dict) else enumerate(node)
            waiting.extend(((*place, step), value) for step, value in inside)
