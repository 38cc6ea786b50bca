"""What the year is made of, as data: shapes of load, how often what fails, how long people take; see year.toml."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from contracts.tables import Row, read_row, read_toml

HERE = Path(__file__).parent
AMENDED, MOVED_DAYS = HERE / "law", HERE / "moved_days"
"""Folders of a deployment: the rules of an amendment, dated; a calendar that is decreed within the year."""


class Spread(Row):
    """A lognormal quantity."""

    median: float
    sigma: float


class Slow(Spread):
    share: float


class ArrivalShapes(Row):
    ordinary: float
    quarter_start: float
    quarter_start_working_days: int
    day_off: float
    record_day: date
    record_weight: float
    channels: dict[str, float]


class FamilyShapes(Row):
    pool: int
    small: int
    """Families of so many people or fewer are kept with a share of `keep_small`."""
    keep_small: float


class SourceShapes(Row):
    seconds: Spread
    slow: Slow
    without_record: float
    dumb: float
    late_minutes: Spread
    late_lost: float


class Outage(Row):
    registry: str
    begins: datetime
    hours: float

    def holds(self, at: datetime) -> bool:
        return self.begins <= at < self.begins + timedelta(hours=self.hours)


class PeopleShapes(Row):
    sign_and_send_minutes: Spread
    body_answers_days: Spread
    body_never_answers: float
    body_answers_beside_the_point: float
    applicant_brings_days: Spread
    applicant_never_brings: float
    phone_reached: float
    hands_over_minutes: Spread
    decides_days: Spread
    decides_late: float
    refused: float
    withdrawn: float
    complains: float
    answers_complaint_days: Spread


class Year(Row):
    first_day: date
    last_day: date
    calendar_changes_at: datetime
    law_changes_on: date
    arrivals: ArrivalShapes
    families: FamilyShapes
    sources: SourceShapes
    outages: tuple[Outage, ...]
    people: PeopleShapes


@cache
def load_year() -> Year:
    return read_row(Year, read_toml(HERE / "year.toml"), "year.toml")
