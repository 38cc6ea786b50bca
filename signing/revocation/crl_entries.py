"""The certificates that a list takes back, however many: an index of eight bytes each beside the list's own bytes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing.revocation.der import (
    ENUMERATED,
    INTEGER,
    SEQUENCE,
    UTC_TIME,
    Element,
    expect,
    read_element,
    read_extensions,
    read_time,
)

REASON: Final = b"\x55\x1d\x15"
CERTIFICATE_ISSUER: Final = b"\x55\x1d\x1d"
_LOW: Final = 0xFFFFFFFF
# Lists repeat the same few blocks of extensions; this many different ones are read once each.
_REMEMBERED: Final = 64
_DAY, _CLOCK = 6, 7
"""Characters of a UTCTime: YYMMDD and HHMMSSZ."""


@dataclass(frozen=True)
class Entry:
    """Since when a certificate is taken back, and why: a code of RFC 5280, 5.3.1, or None where the list is silent."""

    revoked_at: datetime
    reason: int | None


class Entries:
    """Entries by serial number, found in the bytes when they are asked for.

    The index holds the serial number's last four bytes and the entry's offset, sorted: a list of a million entries
    costs 8 MB beside its bytes, where a dictionary would take hundreds.
    """

    def __init__(self, data: bytes, start: int, stop: int) -> None:
        """Check every entry of the content of revokedCertificates; ValueError where one is not as it should be."""
        self._data = data
        self._stop = stop
        self._index = _Check(data).index(start, stop)

    def __len__(self) -> int:
        return len(self._index)

    def find(self, serial_number: int) -> Entry | None:
        """The entry of the certificate, the first in the list where there are several."""
        low = serial_number & _LOW
        place = bisect_left(self._index, low << 32)
        while place < len(self._index) and self._index[place] >> 32 == low:
            element = expect(self._data, self._index[place] & _LOW, self._stop, SEQUENCE)
            serial, entry = _read(self._data, element)
            if serial == serial_number:
                return entry
            place += 1
        return None


class _Check:
    """One pass over all entries. What was read once (days, times of day, blocks of extensions) is not read again."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._days: set[bytes] = set()
        self._clocks: set[bytes] = set()
        self._blocks: set[bytes] = {b""}

    def index(self, start: int, stop: int) -> array[int]:
        found: list[int] = []
        data = self._data
        at = start
        while at < stop:
            # The shape of nearly all entries, with one byte for each length, looked at without a call for each part.
            end, size = at + 2 + data[at + 1], data[at + 3]
            since = at + 4 + size
            if (
                data[at] == SEQUENCE
                and data[at + 1] < 0x80
                and data[at + 2] == INTEGER
                and 0 < size < 0x80
                and since + 15 <= end <= stop
                and data[since] == UTC_TIME
                and data[since + 1] == _DAY + _CLOCK
            ):
                serial = int.from_bytes(data[at + 4 : since], signed=True)
                self._check_time(data[since + 2 : since + 8], data[since + 8 : since + 15])
                self._check_block(data[since + 15 : end])
            else:
                element = expect(data, at, stop, SEQUENCE)
                serial, _ = _read(data, element)
                end = element.stop
            found.append((serial & _LOW) << 32 | at)
            at = end
        found.sort()
        return array("Q", found)

    def _check_time(self, day: bytes, clock: bytes) -> None:
        if day not in self._days:
            read_time(UTC_TIME, day + b"000000Z")
            self._days.add(day)
        if clock not in self._clocks:
            read_time(UTC_TIME, b"000101" + clock)
            self._clocks.add(clock)

    def _check_block(self, block: bytes) -> None:
        if block not in self._blocks:
            _read_reason(block)
            if len(self._blocks) < _REMEMBERED:
                self._blocks.add(block)


def _read(data: bytes, entry: Element) -> tuple[int, Entry]:
    """The serial number and what is said of it."""
    number = expect(data, entry.start, entry.stop, INTEGER)
    since = read_element(data, number.stop, entry.stop)
    if number.start == number.stop:
        raise ValueError("an entry has no serial number")
    serial = int.from_bytes(data[number.start : number.stop], signed=True)
    revoked_at = read_time(since.tag, data[since.start : since.stop])
    return serial, Entry(revoked_at, _read_reason(data[since.stop : entry.stop]))


def _read_reason(block: bytes) -> int | None:
    if not block:
        return None
    extensions = expect(block, 0, len(block), SEQUENCE)
    if extensions.stop != len(block):
        raise ValueError("an entry has more than it should")
    reason: int | None = None
    for one in read_extensions(block, extensions.start, extensions.stop):
        if one.oid == REASON:
            code = expect(one.value, 0, len(one.value), ENUMERATED)
            if code.stop != len(one.value) or code.stop - code.start != 1:
                raise ValueError("a reason is not written as it should be")
            reason = one.value[code.start]
        elif one.critical or one.oid == CERTIFICATE_ISSUER:
            # An entry about a certificate of another issuer shifts the meaning of all that follow it.
            raise ValueError("an entry has an extension that is not understood")
    return reason
