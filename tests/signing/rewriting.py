"""DER written again with one element changed, so that every length around it still fits; made for tests alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from asn1crypto import parser

OBJECT_IDENTIFIER = 0x06
INTEGER = 0x02
_OCTET_STRING = 0x04
_SEQUENCE = b"\x30"

Change = Callable[[int, bytes], bytes]
"""From the tag octet and the contents of a primitive element to other contents."""


def rewritten(der: bytes, change: Change) -> bytes:
    """The elements with the contents that `change` gives them."""
    encoded, at = b"", 0
    while at < len(der):
        class_, constructed, tag, header, contents, trailer = parser.parse(der[at:])
        changed = rewritten(contents, change) if constructed else change(der[at], contents)
        encoded += parser.emit(class_, constructed, tag, changed)
        at += len(header) + len(contents) + len(trailer)
    return encoded


def each_changed(der: bytes, tag: int, contents: bytes, *, inside_strings: bool = False) -> Iterator[bytes]:
    """Once for each element of the tag: all of `der`, with other contents in that one."""
    for nth in count():
        places = count()
        met = False

        def change(octet: int, old: bytes, nth: int = nth, places: Iterator[int] = places) -> bytes:
            nonlocal met
            if octet == tag and next(places) == nth:
                met = True
                return contents
            if inside_strings and octet == _OCTET_STRING and old.startswith(_SEQUENCE):
                return rewritten(old, change)
            return old

        changed = rewritten(der, change)
        if not met:
            return
        yield changed
