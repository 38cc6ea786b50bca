"""Dates that follow from the case: the extension's end, the result at the latest, the due date; set when they change.

A date is recomputed at every look by the pinned rules and the calendar as it is known now. What was told before stays
in the record: a change is a new date with its cause, and a notice follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from contracts.request import Channel
from gateway.core.calendar import add_days, end_of_day, is_provisional, local_day, roll
from gateway.core.case import Case
from gateway.core.law import CERTAIN, Law
from gateway.core.proceedings import DateCause, DateKind, DateSet
from gateway.core.steps import NewDate, SetDates, Why

OF_EXTENSION = ("extension.anchor", "extension.end")
"""What the end of an extension rests on beside its length."""
LAST, NEXT_WORKING_DAY, FROM_REGISTRATION = "last", "next_working_day", "from_registration"


def keep_dates(case: Case, now: datetime, law: Law) -> tuple[SetDates, ...]:
    """The dates that differ from what was told, together; a day that still runs is not moved into the past."""
    changed = tuple(
        NewDate(kind, on, start, _cause(told, start, law), is_provisional(start, on, law.calendar), why)
        for kind, start, on, why in _compute(case, law)
        if ((told := case.proceedings.date(kind)) is None or told.on != on)
        and not (told is not None and on < min(local_day(now), told.on))
    )
    return (SetDates(changed),) if changed else ()


def limit_of_extension(case: Case) -> datetime | None:
    """The last moment of the extension as it was told; None where there is none."""
    told = case.proceedings.date(DateKind.EXTENSION_UNTIL)
    return end_of_day(told.on) if told else None


def anchor_of_extension(case: Case, law: Law) -> date | None:
    """The day of the letter that the extension runs from."""
    sent = [letter.sent_at for letter in case.proceedings.sent_letters() if letter.sent_at is not None]
    if not sent:
        return None
    return local_day(sent[-1] if law.rules.word("extension.anchor") == LAST else sent[0])


def _compute(case: Case, law: Law) -> Iterator[tuple[DateKind, date, date, Why]]:
    """(kind, day of the event that it runs from, day, why) of each date as it stands."""
    channel = case.service.channel(case.channel)
    if channel is None:
        return
    anchor = anchor_of_extension(case, law)
    until = _extend(anchor, law) if anchor else None
    if case.registered_at is None and anchor and until:
        yield DateKind.EXTENSION_UNTIL, anchor, until, law.why("extension.days", *OF_EXTENSION)
    term = why_channel(channel, law)
    moves = law.rules.word("term.of_handed_in") == FROM_REGISTRATION and until is not None
    if channel.start_event != "package_registered" and not moves:
        handed_in = case.received_at if channel.start_event == "handed_in" else None
        start = local_day(handed_in or case.accepted_at)
        yield DateKind.DUE, start, add_days(start, channel.days, channel.unit, law.calendar), term
    elif case.registered_at is not None:
        # A package that is whole before the application counts as accepted (filed at night) is registered with it.
        start = max(local_day(case.registered_at), local_day(case.accepted_at))
        yield DateKind.DUE, start, add_days(start, channel.days, channel.unit, law.calendar), term
    elif anchor is not None and until is not None:
        rests = replace(term, assumed=term.assumed or law.is_assumed("package.registered_by", *OF_EXTENSION))
        yield DateKind.NO_LATER_THAN, anchor, add_days(until, channel.days, channel.unit, law.calendar), rests


def _extend(anchor: date, law: Law) -> date:
    end = date.fromordinal(anchor.toordinal() + law.rules.number("extension.days"))
    return roll(end, law.calendar) if law.rules.word("extension.end") == NEXT_WORKING_DAY else end


def why_channel(channel: Channel, law: Law) -> Why:
    """The term of a channel as the reason of a date."""
    return Why(f"channel.{channel.key}", channel.clause, law.rules.version, channel.confidence < CERTAIN)


def _cause(told: DateSet | None, start: date, law: Law) -> DateCause:
    """The calendar is the cause where the same event comes to another day than it did by an earlier calendar."""
    if told is None:
        return DateCause.FIRST
    same_event = told.runs_from is None or told.runs_from == start
    return DateCause.CALENDAR if same_event and told.calendar_version != law.calendar.version else DateCause.COURSE
