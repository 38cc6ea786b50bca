"""When an event that was not taken is sent again: ever later, and for 48 hours after it failed first."""

from __future__ import annotations

from datetime import datetime, timedelta

DELAYS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
)
"""The last one again and again."""
SPAN = timedelta(hours=48)


def schedule_try(failures: int, failing_since: datetime, now: datetime) -> datetime | None:
    """The moment of the next try after so many failures (from 1); None where the event is given up.

    The last try is made at the very end of the span, or at the first look behind it where nobody looked then.
    """
    end = failing_since + SPAN
    if now >= end:
        return None
    return min(now + DELAYS[min(failures, len(DELAYS)) - 1], end)
