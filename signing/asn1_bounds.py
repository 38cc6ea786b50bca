"""How large one element of ASN.1 may be: looked at before the decoder, which makes one number of all of it.

An object identifier of 200 kB costs the decoder many seconds, in which no other thread runs: its time grows with the
square of the length. So does that of a long tag, and of the text of a long number.
"""

from __future__ import annotations

from typing import Final

MAX_ELEMENTS: Final = 50_000
MAX_DEPTH: Final = 32
MAX_LENGTH_BYTES: Final = 4
MAX_IDENTIFIER_BYTES: Final = 64
"""Those of НУЦ РК have 10, those of PKCS#12 11."""
MAX_NUMBER_BYTES: Final = 64
"""RFC 5280, 4.1.2.2: serial numbers have 20 at most. Keys and signatures lie in strings, and are no numbers here."""

CONSTRUCTED: Final = 0x20
LONG_TAG: Final = 0x1F
LONG_LENGTH: Final = 0x80
_INTEGER: Final = 0x02
_OBJECT_IDENTIFIER: Final = 0x06
_ENUMERATED: Final = 0x0A
_RELATIVE_IDENTIFIER: Final = 0x0D
_LIMITS: Final = {
    _OBJECT_IDENTIFIER: MAX_IDENTIFIER_BYTES,
    _RELATIVE_IDENTIFIER: MAX_IDENTIFIER_BYTES,
    _INTEGER: MAX_NUMBER_BYTES,
    _ENUMERATED: MAX_NUMBER_BYTES,
}


def check_identifiers(der: bytes, *, max_elements: int = MAX_ELEMENTS) -> None:
    """Pass over elements of definite length, into the constructed ones; ValueError where one is beyond its bounds.

    Every length must fit. Primitive strings are not looked into: what lies in one is checked when it is taken out.
    """
    # One loop, not many small functions: it runs for every certificate of every message.
    at, stop, elements = 0, len(der), 0
    outer_stops: list[int] = []
    while True:
        while at == stop:
            if not outer_stops:
                return
            stop = outer_stops.pop()
        elements += 1
        if elements > max_elements or len(outer_stops) > MAX_DEPTH:
            raise ValueError("the element is too complex")
        start = at + 2
        if start > stop:
            raise ValueError("the element is cut short")
        tag, size = der[at], der[at + 1]
        if tag & LONG_TAG == LONG_TAG:
            raise ValueError("no element here has such a tag")
        if size >= LONG_LENGTH:
            start += size - LONG_LENGTH
            if start > stop or not LONG_LENGTH < size <= LONG_LENGTH + MAX_LENGTH_BYTES:
                raise ValueError("the length of an element is not readable")
            size = int.from_bytes(der[at + 2 : start], "big")
        end = start + size
        if end > stop:
            raise ValueError("the element is cut short")
        if tag & CONSTRUCTED:
            outer_stops.append(stop)
            at, stop = start, end
        else:
            check_size(tag, size)
            at = end


def check_size(tag: int, size: int) -> None:
    """ValueError where an element of this tag octet may not have so many bytes of contents."""
    if size > _LIMITS.get(tag, size):
        raise ValueError("an identifier or a number is too long")
