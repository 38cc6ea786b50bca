"""The calendar of non-working days as data: which days of which year, by which source, and what is not confirmed.

A deployment may lay a file of its own over the packaged one: a year that it tells takes the place of the packaged year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from contracts.legal.rules import find_files
from contracts.tables import PACKAGED, Row, read_row, read_toml

Status = Literal["decreed", "published", "estimated"]
_SATURDAY = 5


class Year(Row):
    year: int
    status: Status
    """Decreed by the government; published, and not decreed in all its days; or only estimated."""
    source: str
    off: tuple[date, ...]
    """Weekdays that are not worked."""
    working: tuple[date, ...] = ()
    """Weekend days that are worked."""
    unconfirmed: tuple[date, ...] = ()
    """Days, off or not, of which what the calendar says may still change."""

    @model_validator(mode="after")
    def _days_are_what_they_say(self) -> Year:
        for day in (*self.off, *self.working, *self.unconfirmed):
            if day.year != self.year:
                raise ValueError(f"{day} is no day of {self.year}")
        for day in self.off:
            if day.weekday() >= _SATURDAY:
                raise ValueError(f"{day} is a weekend day, which is off without being told")
        for day in self.working:
            if day.weekday() < _SATURDAY:
                raise ValueError(f"{day} is a weekday, which is worked without being told")
        return self


class _File(Row):
    version: str
    year: tuple[Year, ...] = Field(min_length=1)


@dataclass(frozen=True)
class CalendarData:
    """Every year that is told, and its days together; of other years only weekends are known."""

    version: str
    years: Mapping[int, Year]
    off: frozenset[date]
    working: frozenset[date]
    unconfirmed: frozenset[date]
    known_years: frozenset[int]
    """Those that are more than estimated."""


def _digest(years: Iterable[Year]) -> str:
    """Of the days themselves: an edit that kept the version is another calendar all the same."""
    rows = sorted(year.model_dump_json(include={"year", "off", "working"}) for year in years)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:8]


def load_calendar(folders: Iterable[Path] = ()) -> CalendarData:
    """The packaged years, then those of each `<folder>/legal/calendar.toml` in their place; raises CatalogueInvalid."""
    names = (PACKAGED / "legal" / "calendar.toml", *find_files(folders, "calendar.toml"))
    files = [read_row(_File, read_toml(file), file.name) for file in names]
    by_number = {year.year: year for file in files for year in file.year}
    years = by_number.values()
    return CalendarData(
        version=f"{'+'.join(file.version for file in files)} {_digest(by_number.values())}",
        years=by_number,
        off=frozenset(day for year in years for day in year.off),
        working=frozenset(day for year in years for day in year.working),
        unconfirmed=frozenset(day for year in years for day in year.unconfirmed),
        known_years=frozenset(year.year for year in years if year.status != "estimated"),
    )
