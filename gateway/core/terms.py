"""The dates of a case: acceptance, the promised date, the due date after registration; each with its clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.request import Channel
from gateway.core.calendar import add_days, is_provisional, local_day
from gateway.core.case import Case
from gateway.core.law import Law


@dataclass(frozen=True)
class LegalDate:
    """A date with its clause; `assumed`: the clause's confidence is below 4; `provisional`: the calendar may change."""

    on: date
    clause: str
    assumed: bool
    provisional: bool


@dataclass(frozen=True)
class Terms:
    accepted_on: date
    promised: LegalDate
    """T0 + term: printed at intake, kept."""
    registered_on: date | None
    due: LegalDate | None
    """Start event + term; None while the start event has not come."""
    rules_version: str
    calendar_version: str


def read_terms(case: Case, channel: Channel, law: Law) -> Terms:
    accepted = local_day(case.accepted_at)
    # A package that is whole before the application counts as accepted (filed at night) is registered with it.
    registered = max(local_day(case.registered_at), accepted) if case.registered_at else None
    start = registered if channel.start_event == "package_registered" else accepted
    return Terms(
        accepted_on=accepted,
        promised=_date_after(accepted, channel, law),
        registered_on=registered,
        due=_date_after(start, channel, law) if start else None,
        rules_version=law.rules.version,
        calendar_version=law.calendar.version,
    )


def _date_after(start: date, channel: Channel, law: Law) -> LegalDate:
    end = add_days(start, channel.days, channel.unit, law.calendar)
    return LegalDate(end, channel.clause, channel.confidence < 4, is_provisional(start, end, law.calendar))
