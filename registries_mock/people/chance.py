"""Days and ages: what lies how long after what, in full days and full years."""

from __future__ import annotations

from datetime import date, timedelta

YEAR = 365.25


def after(day: date, days: float) -> date:
    return day + timedelta(days=int(days))


def years_later(day: date, years: int) -> date:
    """The same day of a later year; 1 March for 29 February where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def age_on(born: date, day: date) -> int:
    """Full years of age."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
