"""BER rewritten as DER: one pass over what others sent, with a budget, so that later readers meet plain bytes only.

Java software writes content of indefinite length and in pieces; what is signed are the attributes in DER all the same.
"""

from __future__ import annotations

from typing import Final

from signing.asn1_bounds import (
    CONSTRUCTED,
    LONG_LENGTH,
    LONG_TAG,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_LENGTH_BYTES,
    check_size,
)

OCTET_STRING: Final = 0x04
SEQUENCE: Final = 0x30
SET: Final = 0x31
EXPLICIT: Final = 0xA0
"""The tag [0], which wraps the content of a message."""
_OCTET_STRING_IN_PIECES: Final = 0x24
_CLASS: Final = 0xC0
_INDEFINITE: Final = LONG_LENGTH
_END: Final = b"\x00\x00"

_Element = tuple[int, bytes]
"""The tag octet, and the contents in DER."""


def to_der(data: bytes, *, sort_sets: bool = False, max_elements: int = MAX_ELEMENTS) -> bytes:
    """The one element that `data` is: definite shortest lengths, strings in one piece. ValueError for anything else.

    Sets keep their order unless `sort_sets` asks for that of DER. Contents of strings and numbers stay as they are;
    those that would cost the decoder much are refused, as in `check_identifiers`.
    """
    rewriter = _Rewriter(data, sort_sets, max_elements)
    element, end = rewriter.rewrite(0, len(data), 0)
    if end != len(data):
        raise ValueError("there are bytes after the element")
    return encode(*element)


def encode(tag: int, contents: bytes) -> bytes:
    """The element of a tag octet and its contents."""
    size = len(contents)
    if size < _INDEFINITE:
        return bytes((tag, size)) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _INDEFINITE | len(octets))) + octets + contents


class _Rewriter:
    """One pass over one message; what is nested too deep or has too many parts is refused before it costs much."""

    def __init__(self, data: bytes, sort_sets: bool, max_elements: int) -> None:
        self._data = data
        self._sort_sets = sort_sets
        self._elements_left = max_elements

    def rewrite(self, at: int, end: int, depth: int) -> tuple[_Element, int]:
        """The element that begins at `at` and must not pass `end`, and where the next one begins."""
        self._elements_left -= 1
        if depth > MAX_DEPTH or self._elements_left < 0:
            raise ValueError("the element is too complex")
        if end - at < 2:
            raise ValueError("the element is cut short")
        tag = self._data[at]
        if tag & LONG_TAG == LONG_TAG:
            raise ValueError("no element here has such a tag")
        size, start = self._length(at + 1, end)
        if size is None:
            if not tag & CONSTRUCTED:
                raise ValueError("an element of indefinite length has no parts")
            parts, after = self._parts_until_end(start, end, depth)
            return self._join(tag, parts), after
        if not tag & CONSTRUCTED:
            check_size(tag, size)
            return (tag, self._data[start : start + size]), start + size
        return self._join(tag, self._parts(start, start + size, depth)), start + size

    def _length(self, at: int, end: int) -> tuple[int | None, int]:
        """The length, None where it is indefinite, and where the contents begin."""
        first = self._data[at]
        if first == _INDEFINITE:
            return None, at + 1
        start, size = at + 1, first
        if first > _INDEFINITE:
            start += first & ~_INDEFINITE
            if start > end or start - at - 1 > MAX_LENGTH_BYTES:
                raise ValueError("the length of an element is not readable")
            size = int.from_bytes(self._data[at + 1 : start], "big")
        if size > end - start:
            raise ValueError("the element is cut short")
        return size, start

    def _parts(self, at: int, end: int, depth: int) -> list[_Element]:
        parts = []
        while at < end:
            part, at = self.rewrite(at, end, depth + 1)
            parts.append(part)
        return parts

    def _parts_until_end(self, at: int, end: int, depth: int) -> tuple[list[_Element], int]:
        parts = []
        while self._data[at : min(at + 2, end)] != _END:
            part, at = self.rewrite(at, end, depth + 1)
            parts.append(part)
        return parts, at + 2

    def _join(self, tag: int, parts: list[_Element]) -> _Element:
        if tag == _OCTET_STRING_IN_PIECES:
            if any(piece != OCTET_STRING for piece, _ in parts):
                raise ValueError("a string has a piece that is no string")
            return OCTET_STRING, b"".join(contents for _, contents in parts)
        if not tag & _CLASS and tag not in (SEQUENCE, SET):
            raise ValueError("only octet strings come in pieces here")
        encoded = [encode(*part) for part in parts]
        if tag == SET and self._sort_sets:
            encoded.sort()
        return tag, b"".join(encoded)
