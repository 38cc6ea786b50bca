"""How a term was counted, day by day: which days were skipped and why, and what in the calendar may still change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from contracts.legal.calendar import CalendarData
from gateway.core.calendar import add_working_days, find_unconfirmed, find_unknown_years, is_working_day, roll

Reason = Literal["weekend", "day_off"]


@dataclass(frozen=True)
class SkippedDay:
    """A day that is not worked: skipped in a term of working days, rolled over at the end of one of calendar days."""

    on: date
    why: Reason
    rolled: bool
    status: str
    """Of the year that tells a day off (decreed, published, estimated), as is `source`; a weekend has neither."""
    source: str
    unconfirmed: bool


@dataclass(frozen=True)
class TermCount:
    """A counted term; it is provisional where a year of it is only estimated or a day of it not confirmed."""

    end: date
    raw_end: date
    """Before it was rolled to a working day."""
    skipped: tuple[SkippedDay, ...]
    unknown_years: tuple[int, ...]
    """Those that the calendar only estimates or, having nothing on them, takes for weekends alone."""
    unconfirmed: tuple[date, ...]

    @property
    def provisional(self) -> bool:
        return bool(self.unknown_years or self.unconfirmed)


def explain_term(start: date, days: int, unit: str, calendar: CalendarData) -> TermCount:
    """Count as `add_days` does and keep what was skipped; `unit` is working_days or calendar_days."""
    if unit == "working_days":
        raw_end = end = add_working_days(start, days, calendar)
        seen, rolled = start + timedelta(days=1), False
    else:
        raw_end = start + timedelta(days=days)
        end = roll(raw_end, calendar)
        seen, rolled = raw_end, True
    return TermCount(
        end,
        raw_end,
        tuple(_list_skipped(seen, end, rolled, calendar)),
        find_unknown_years(start, end, calendar),
        find_unconfirmed(start, end, calendar),
    )


def _list_skipped(first: date, end: date, rolled: bool, calendar: CalendarData) -> Iterator[SkippedDay]:
    for n in range((end - first).days):
        day = first + timedelta(days=n)
        if is_working_day(day, calendar):
            continue
        unconfirmed = day in calendar.unconfirmed
        if day in calendar.off:
            year = calendar.years[day.year]
            yield SkippedDay(day, "day_off", rolled, year.status, year.source, unconfirmed)
        else:
            yield SkippedDay(day, "weekend", rolled, "", "", unconfirmed)
