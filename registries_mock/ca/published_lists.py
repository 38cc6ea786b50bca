"""The lists that the centre publishes: written when they are asked for, so that a revocation is in them at once.

Numbers grow with time and with each revocation, as RFC 5280, 5.2.3 wants, without anything being remembered of lists
that were given out. A list of changes adds to the full list of the midnight before last, so that a full list that
somebody fetched within a day is never too old for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from registries_mock.ca.journal import Revocation
from registries_mock.ca.parts import Issuer
from registries_mock.ca.revocation_lists import build_list

FULL_HOLDS: Final = timedelta(days=1)
_DELTA_HOLDS: Final = timedelta(hours=1)
_MOST_A_SECOND: Final = 100_000


def write_list(
    issuer: Issuer,
    revocations: Iterable[Revocation],
    at: datetime,
    *,
    delta: bool = False,
) -> bytes:
    """The DER of the full list as of `at`, or of the list of changes; `revocations` are the issuer's own."""
    told = [one for one in revocations if one.at <= at]
    base = _begin_changes(at)
    listed = [one for one in told if one.known_since > base] if delta else told
    return build_list(
        issuer,
        [(one.serial_number, one.at, one.reason_code) for one in listed],
        number=_number(at, len(told)),
        this_update=at,
        next_update=at + (_DELTA_HOLDS if delta else FULL_HOLDS),
        delta_of=_number(base, len([one for one in told if one.known_since <= base])) if delta else None,
    )


def _begin_changes(at: datetime) -> datetime:
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=1)


def _number(at: datetime, count: int) -> int:
    return int(at.timestamp()) * _MOST_A_SECOND + count
