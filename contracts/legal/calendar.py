"""The calendar of non-working days as data: which days of which year, by which source, and what is not confirmed.

A deployment may lay a file of its own over the packaged one: a year that it tells takes the place of the packaged year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from contracts.legal.rules import find_files
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


def load_calendar(folders: Iterable[Path] = ()) -> CalendarData:
    """The packaged years, then those of each `<folder>/legal/calendar.toml` in their place; raises CatalogueInvalid."""
    names = (PACKAGED / "legal" / "calendar.toml", *find_files(folders, "calendar.toml"))
    files = [read_row(_File, read_toml(file), file.name) for file in names]
    years = {year.year: year for file in files for year in file.year}.values()
    return CalendarData(
        version="+".join(file.version for file in files),
        off=frozenset(day for year in years for day in year.off),
        working=frozenset(day for year in years for day in year.working),
        unconfirmed=frozenset(day for year in years for day in year.unconfirmed),
        known_years=frozenset(year.year for year in years if year.status != "estimated"),
    )
