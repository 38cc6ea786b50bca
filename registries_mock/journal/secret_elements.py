"""Where elements that hold secrets stand in a text that may be no XML, may end anywhere, and may want to mislead."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from registries_mock.journal.unescaping import Unescaped

HIDDEN: Final = "***"
_PREFIX: Final = r"(?:[^\s<>/:=\"'&]*:)?"
_BARE_TAG: Final = re.compile(r"\s*(/?)>")
_WHOLE_TAG: Final = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^\"'<>])*(?=/>)")
_BEGINNING: Final = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>")
_ENTITY: Final = re.compile(r"<!ENTITY\b([^>]*)")
_APART: Final = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)

Span = tuple[int, int, str]
"""From where to where of the text, and what is shown there instead."""


def tag_of(name: str) -> re.Pattern[str]:
    """Where a tag begins or ends whose name matches; `name` is a pattern with the group `name`."""
    return re.compile(rf"<(?P<end>/?){_PREFIX}{name}(?=[\s/>]|\Z)", re.IGNORECASE)


def find_elements(plain: Unescaped, tag: re.Pattern[str]) -> Iterator[Span]:
    """What stands in them, and all their attributes; where it can be read in two ways, by both."""
    text = plain.text
    tags = list(tag.finditer(text))
    yield from _between(text, tags, [()] * len(tags))
    # Within a comment or CDATA, or in an escaped document, a tag is none for those without.
    apart = [(found.start(), found.end()) for found in _APART.finditer(text)] if tags else []
    yield from _between(text, tags, [(_piece_of(one.start(), apart), plain.as_written(one.start())) for one in tags])
    if tags:
        yield from ((found.start(1), found.end(1), f" {HIDDEN}") for found in _ENTITY.finditer(text))


def _piece_of(at: int, apart: Sequence[tuple[int, int]]) -> int:
    """The number of the comment or such that it stands in; 0 where in none."""
    nth = bisect_right(apart, (at, at))
    return nth if nth and at < apart[nth - 1][1] else 0


def _between(text: str, tags: Sequence[re.Match[str]], pieces: Sequence[Hashable]) -> Iterator[Span]:
    """What stands between beginnings and ends of one name in one piece."""
    of: dict[tuple[str, Hashable], list[re.Match[str]]] = {}
    for tag, piece in zip(tags, pieces, strict=True):
        of.setdefault((tag["name"].lower(), piece), []).append(tag)
    for alike in of.values():
        yield from _to_last_end(text, alike)
        yield from _to_own_end(text, alike)


def _to_last_end(text: str, alike: Sequence[re.Match[str]]) -> Iterator[Span]:
    """From each beginning to the last end before the next one: where an end is none, a later one is."""
    ends = [tag.start() for tag in alike if tag["end"]]
    begun = [tag for tag in alike if not tag["end"]]
    for tag, following in zip(begun, [*(one.start() for one in begun[1:]), len(text)], strict=False):
        nth = bisect_left(ends, following) - 1
        yield from _inside(text, tag.end(), following, ends[nth] if nth >= 0 and ends[nth] >= tag.end() else None)


def _to_own_end(text: str, alike: Sequence[re.Match[str]]) -> Iterator[Span]:
    """From each beginning to its own end, where one stands in another; without one, to the end of the message."""
    depth = begin = tag_to = 0
    for tag, following in zip(alike, [*(one.start() for one in alike[1:]), len(text)], strict=True):
        if tag["end"]:
            if tag.start() < tag_to:
                continue  # in an attribute
            depth -= depth > 0
            if not depth and begin:
                yield from _inside(text, begin, tag.start(), tag.start())
                begin = 0
        elif not _is_empty(text, tag.end(), following):
            depth += 1
            if not begin:
                begin = tag.end()
                tag_to = found.end() if (found := _BEGINNING.match(text, begin)) else len(text)
    if begin:
        yield from _inside(text, begin, len(text), len(text))


def _is_empty(text: str, begin: int, following: int) -> bool:
    bare = _BARE_TAG.match(text, begin, following)
    return bool(bare[1]) if bare else _WHOLE_TAG.match(text, begin, following) is not None


def _inside(text: str, begin: int, following: int, end: int | None) -> Iterator[Span]:
    """Of an element whose name ends at `begin`; at `end` is its end tag, at `following` the next such element."""
    bare = _BARE_TAG.match(text, begin, following)
    if bare is not None:
        if end is not None or not bare[1]:
            yield bare.end(), following if end is None else end, HIDDEN
    elif end is None and (whole := _WHOLE_TAG.match(text, begin, following)) is not None:
        yield begin, whole.end(), f" {HIDDEN}"
    else:
        yield begin, following if end is None else end, f">{HIDDEN}"
