"""The mock's look at the time: Kazakhstan's, UTC+5, on a chosen day where one is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Final

Clock = Callable[[], datetime]
KAZAKHSTAN: Final = timezone(timedelta(hours=5))


def now() -> datetime:
    """The present moment, +05:00."""
    return datetime.now(KAZAKHSTAN)


def clock_of(today: date | None) -> Clock:
    """The real clock, or one that keeps the time of day and says that it is `today`."""
    if today is None:
        return now
    shift = today - now().date()
    return lambda: now() + shift
