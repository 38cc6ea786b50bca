"""The calendar of non-working days as data: which days of which year, by which source, and what is not confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from contracts.tables import PACKAGED, Row, read_row, read_toml


class Year(Row):
    year: int
    status: Literal["decreed", "published", "estimated"]
    source: str
    off: tuple[date, ...]
    """Weekdays that are not worked."""
    working: tuple[date, ...] = ()
    """Weekend days that are worked."""
    unconfirmed: tuple[date, ...] = ()


class _File(Row):
    version: str
    year: tuple[Year, ...] = Field(min_length=1)


@dataclass(frozen=True)
class CalendarData:
    version: str
    off: frozenset[date]
    working: frozenset[date]
    unconfirmed: frozenset[date]
    known_years: frozenset[int]


def load_calendar(file: Path = PACKAGED / "legal" / "calendar.toml") -> CalendarData:
    table = read_row(_File, read_toml(file), file.name)
    return CalendarData(
        version=table.version,
        off=frozenset(day for year in table.year for day in year.off),
        working=frozenset(day for year in table.year for day in year.working),
        unconfirmed=frozenset(day for year in table.year for day in year.unconfirmed),
        known_years=frozenset(year.year for year in table.year),
    )
