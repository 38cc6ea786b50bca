"""The working days of a calendar, counted once: how many there are before a day, and which day is the so manieth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.legal.calendar import CalendarData
from gateway.core.known import once_for_each

_SATURDAY = 5
_YEARS_AROUND = 2
"""Counted before the first year that is told and after the last one: past them days are looked at one by one."""


def is_worked(day: date, calendar: CalendarData) -> bool:
    return day in calendar.working or (day.weekday() < _SATURDAY and day not in calendar.off)


@dataclass(frozen=True)
class WorkingDays:
    """Of whole years, the first of which begins on `first` (an ordinal)."""

    first: int
    before: tuple[int, ...]
    """By days since `first`: how many working days were before that day."""
    days: tuple[date, ...]

    def find(self, day: date, number: int) -> date | None:
        """The working day of that number, 0 being the first one on or after `day`; None where it is not counted."""
        place = day.toordinal() - self.first
        if not 0 <= place < len(self.before):
            return None
        found = self.before[place] + number
        return self.days[found] if found < len(self.days) else None


@once_for_each
def count_working_days(calendar: CalendarData) -> WorkingDays:
    years = list(calendar.years) or [1]
    first = date(max(min(years) - _YEARS_AROUND, 1), 1, 1).toordinal()
    last = date(min(max(years) + _YEARS_AROUND, 9998) + 1, 1, 1).toordinal()
    before: list[int] = []
    days: list[date] = []
    for ordinal in range(first, last):
        day = date.fromordinal(ordinal)
        before.append(len(days))
        if is_worked(day, calendar):
            days.append(day)
    return WorkingDays(first, tuple(before), tuple(days))
