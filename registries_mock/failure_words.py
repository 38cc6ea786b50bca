"""The words that every kind of failure on demand is told with: how often, for how long, in which variant, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

HELD_SECONDS: Final = 60.0
"""The longest that a reply is held back on an open connection: nothing waits for ever."""
LATE_SECONDS: Final = 400 * 86_400.0
"""The longest that anything is late, or of another time."""
YEAR_SECONDS: Final = 365 * 86_400.0
MOMENTS: Final = ("from", "until")
COMMON: Final = frozenset({"kind", "variant", "seconds", "times", *MOMENTS})


def read_variant(variant: str, variants: tuple[str, ...]) -> str:
    """The first where none is said; ValueError for another."""
    variant = variant or next(iter(variants), "")
    if variant and variant not in variants:
        raise ValueError(f"variant is one of {', '.join(variants)}" if variants else "there are no variants")
    return variant


def read_seconds(wanted: Mapping[str, Any], default: float | None, most: float) -> float:
    """ValueError where they are none, or more; with no default also where none are said."""
    seconds = wanted.get("seconds", default)
    # Written so that NaN, which Python's JSON takes for a number, is none.
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= most:
        raise ValueError(f"seconds is a number from 0 to {most:.0f}")
    return seconds


def read_times(wanted: Mapping[str, Any]) -> int | None:
    """How often it happens, None for until it is taken away."""
    times = wanted.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError("times is a whole number from 1")
    return times


def read_probability(wanted: Mapping[str, Any]) -> float:
    """How likely an exchange that fits fails, above 0 and at most 1; 1 where nothing is said."""
    probability = wanted.get("probability", 1.0)
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 < probability <= 1:
        raise ValueError("probability is above 0 and at most 1")
    return float(probability)


def read_window(wanted: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """From when, and before when; None where nothing is said."""
    since, until = (_read_moment(wanted, name) for name in MOMENTS)
    if since is not None and until is not None and since >= until:
        raise ValueError("from is before until")
    return since, until


def is_within(now: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since <= now) and (until is None or now < until)


def describe_window(row: dict[str, Any]) -> dict[str, Any]:
    """The row's fields in the words of the control API."""
    since, until = row.pop("since"), row.pop("until")
    return row | {"from": since and since.isoformat(), "until": until and until.isoformat()}


def _read_moment(wanted: Mapping[str, Any], name: str) -> datetime | None:
    if (text := wanted.get(name)) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{name} is a moment with its zone, like 2026-10-05T10:00:00+05:00")
    return moment
