"""The DER of long lists, walked by offsets: an object for each of a million elements would be too many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
ENUMERATED: Final = 0x0A
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
TIMES: Final = frozenset({UTC_TIME, GENERALIZED_TIME})
_FALSE_OR_TRUE: Final = (b"\x00", b"\xff")
_TIME_LENGTHS: Final = {UTC_TIME: 13, GENERALIZED_TIME: 15}
# RFC 5280, 4.1.2.5.1: two digits from 50 on are of the last century.
_CENTURY_TURNS: Final = 50


class Element(NamedTuple):
    """One element: its tag, where it begins, where its content begins, and where it ends."""

    tag: int
    begin: int
    start: int
    stop: int


class Extension(NamedTuple):
    """One extension: `oid` is the content of its identifier, `value` what the OCTET STRING holds."""

    oid: bytes
    critical: bool
    value: bytes


def read_element(data: bytes, at: int, stop: int) -> Element:
    """The element at `at`, which must end at `stop` or before; ValueError for what is no DER."""
    start = at + 2
    if start > stop:
        raise ValueError("an element is cut off")
    length = data[at + 1]
    if length >= 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size])
        # Neither an endless element nor a length written longer than it needs to be is DER.
        if not 1 <= size <= 4 or length < 0x80 or length >> (8 * (size - 1)) == 0:
            raise ValueError("a length is not DER")
        start += size
    end = start + length
    if end > stop:
        raise ValueError("an element is cut off")
    return Element(data[at], at, start, end)


def expect(data: bytes, at: int, stop: int, tag: int) -> Element:
    """The element at `at`, of this tag; else ValueError."""
    element = read_element(data, at, stop)
    if element.tag != tag:
        raise ValueError(f"an element has the tag {element.tag:#x} instead of {tag:#x}")
    return element


def walk(data: bytes, start: int, stop: int) -> Iterator[Element]:
    """The elements that fill the content from `start` to `stop`."""
    while start < stop:
        element = read_element(data, start, stop)
        yield element
        start = element.stop


def read_time(tag: int, content: bytes) -> datetime:
    """A UTCTime or GeneralizedTime of a certificate or list: with seconds, in UTC, no fractions (RFC 5280, 5.1.2.4)."""
    if len(content) != _TIME_LENGTHS.get(tag) or content[-1:] != b"Z" or not content[:-1].isdigit():
        raise ValueError("a time is not written as it should be")
    text = content.decode()
    if tag == UTC_TIME:
        text = ("19" if int(text[:2]) >= _CENTURY_TURNS else "20") + text
    return datetime(
        int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:14]), tzinfo=UTC
    )


def read_extensions(data: bytes, start: int, stop: int) -> list[Extension]:
    """All extensions of the SEQUENCE OF content; ValueError where one is given twice or there is none."""
    found = [_read_extension(data, one) for one in walk(data, start, stop)]
    if not found or len({one.oid for one in found}) != len(found):
        raise ValueError("an extension is given twice, or there is none")
    return found


def _read_extension(data: bytes, element: Element) -> Extension:
    if element.tag != SEQUENCE:
        raise ValueError("an extension is no sequence")
    oid, *flag, value = walk(data, element.start, element.stop)
    tags = [oid.tag, *(one.tag for one in flag), value.tag]
    if tags not in ([OID, OCTET_STRING], [OID, BOOLEAN, OCTET_STRING]):
        raise ValueError("an extension has another shape")
    critical = bool(flag) and _read_boolean(data[flag[0].start : flag[0].stop])
    return Extension(data[oid.start : oid.stop], critical, data[value.start : value.stop])


def _read_boolean(content: bytes) -> bool:
    return bool(_FALSE_OR_TRUE.index(content))
