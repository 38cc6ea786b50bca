"""When the applications of a year come: ordinary days, starts of quarters, one record day, portals at night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from contracts.legal.calendar import CalendarData
from gateway.core.calendar import ALMATY, is_working_day
from tests.simulation.year.assumptions import ArrivalShapes, Year
from tests.simulation.year.chance import Chance

_SLOT_PLACES = 30
"""Places in the spread of the slots: the fraction of the second in which a case came gives it one, a minute apart."""
_PLACE_MICROSECONDS = 33_334
_PORTAL = "portal"


@dataclass(frozen=True)
class Arrival:
    received_at: datetime
    channel: str


@dataclass(frozen=True)
class Batch:
    """Applications that come one after another on one day: what one virtual clock runs, to the end of the last."""

    day: date
    first: int
    count: int


def plan_batches(year: Year, calendar: CalendarData, applications: int, most: int) -> list[Batch]:
    """The days of the year with their applications, none of a batch more than `most`; together exactly so many."""
    days = [year.first_day + timedelta(days=n) for n in range((year.last_day - year.first_day).days + 1)]
    weights = [_weigh(day, year.arrivals, calendar) for day in days]
    whole, seen, before = sum(weights), 0.0, 0
    batches = []
    for day, weight in zip(days, weights, strict=True):
        seen += weight
        until = round(applications * seen / whole)
        for first in range(before, until, most):
            batches.append(Batch(day, first, min(most, until - first)))
        before = until
    return batches


def draw_arrival(batch: Batch, shapes: ArrivalShapes, calendar: CalendarData, number: int, chance: Chance) -> Arrival:
    """Counters take applications in working hours, portals at any hour; a day off is the portals' alone."""
    channel = _draw_channel(shapes, chance) if is_working_day(batch.day, calendar) else _PORTAL
    low, high = (0, 24 * 60) if channel == _PORTAL else (9 * 60, 18 * 60)
    minute = int(chance.between(low, high))
    place = number % _SLOT_PLACES * _PLACE_MICROSECONDS
    at = datetime.combine(batch.day, time(minute // 60, minute % 60, 0, place), ALMATY)
    return Arrival(at, channel)


def _draw_channel(shapes: ArrivalShapes, chance: Chance) -> str:
    drawn = chance.between(0.0, sum(shapes.channels.values()))
    for channel, share in shapes.channels.items():
        drawn -= share
        if drawn < 0:
            return channel
    return _PORTAL


def _weigh(day: date, shapes: ArrivalShapes, calendar: CalendarData) -> float:
    if day == shapes.record_day:
        return shapes.record_weight
    if not is_working_day(day, calendar):
        return shapes.day_off
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    worked = sum(1 for one in _days(first, day) if is_working_day(one, calendar))
    return shapes.quarter_start if worked <= shapes.quarter_start_working_days else shapes.ordinary


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)
