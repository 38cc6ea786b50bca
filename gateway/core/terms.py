"""The dates of a case: acceptance, the promised date, the due date after registration; each with its clause.

A term runs from what the channel says: the handing in (whatever the hour), the acceptance (T0), or the registration of
the package. Before that registration a date can only be promised, as from T0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from contracts.request import Channel
from gateway.core.calendar import add_days, end_of_day, is_provisional, local_day
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
    """Printed at intake, kept."""
    registered_on: date | None
    due: LegalDate | None
    """Start event + term; None while the start event has not come."""
    rules_version: str
    calendar_version: str


def promise(accepted_at: datetime, received_at: datetime | None, channel: Channel, law: Law) -> LegalDate:
    """The date that the applicant is told at intake. `received_at` None = handed in at T0."""
    handed_in = received_at if channel.start_event == "handed_in" else None
    return _date_after(local_day(handed_in or accepted_at), channel, law)


def promised_day(case: Case, law: Law) -> date | None:
    """The day that was promised at intake, as it was kept, else as it is counted now; None where no term is known."""
    channel = case.service.channel(case.channel)
    if case.promised_on is not None or channel is None:
        return case.promised_on
    return promise(case.accepted_at, case.received_at, channel, law).on


def end_of_promise(case: Case, law: Law) -> datetime | None:
    """The last moment of the promised day."""
    on = promised_day(case, law)
    return end_of_day(on) if on else None


def count_complaint(registered_at: datetime, told: date | None, law: Law) -> LegalDate:
    """The last day of the answer to a complaint; a day that was told is never moved to a later one."""
    days, unit = law.rules.rule("complaint.days"), law.rules.rule("complaint.unit")
    registered = local_day(registered_at)
    on = add_days(registered, law.rules.number(days.id), law.rules.word(unit.id), law.calendar)
    assumed = law.is_assumed(days.id, unit.id)
    return LegalDate(min(on, told or on), days.clause, assumed, is_provisional(registered, on, law.calendar))


def read_terms(case: Case, channel: Channel, law: Law, *, promised: LegalDate | None = None) -> Terms:
    """The dates as they stand; `promised` is the one kept at intake, which no later rule or calendar changes."""
    accepted = local_day(case.accepted_at)
    # A package that is whole before the application counts as accepted (filed at night) is registered with it.
    registered = max(local_day(case.registered_at), accepted) if case.registered_at else None
    if channel.start_event == "package_registered":
        due = _date_after(registered, channel, law) if registered else None
    else:
        due = promise(case.accepted_at, case.received_at, channel, law)
    return Terms(
        accepted_on=accepted,
        promised=promised or promise(case.accepted_at, case.received_at, channel, law),
        registered_on=registered,
        due=due,
        rules_version=law.rules.version,
        calendar_version=law.calendar.version,
    )


def _date_after(start: date, channel: Channel, law: Law) -> LegalDate:
    end = add_days(start, channel.days, channel.unit, law.calendar)
    return LegalDate(end, channel.clause, channel.confidence < 4, is_provisional(start, end, law.calendar))
