"""`asp-gateway deadline`: count a legal term, and say which days were skipped and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.errors import SettingInvalid
from gateway.cli.common import AS_JSON, PASSPORTS, OneLineCommand, clear_errors, echo_json

if TYPE_CHECKING:
    from contracts.legal.calendar import CalendarData
    from gateway.core.term_count import SkippedDay, TermCount

_DAYS = click.IntRange(1, 10_000)


@click.command(cls=OneLineCommand)
@click.option(
    "--from",
    "start",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="DATE",
    help="The day of the event, YYYY-MM-DD; it is not counted.",
)
@click.option("--working-days", type=_DAYS, metavar="N", help="A term that skips the days that are not worked.")
@click.option("--calendar-days", type=_DAYS, metavar="N", help="A term whose end alone rolls to a working day.")
@click.option("--explain", is_flag=True, help="Also the days that were skipped, each with its reason.")
@AS_JSON
@PASSPORTS
def deadline(
    start: datetime,
    working_days: int | None,
    calendar_days: int | None,
    explain: bool,
    as_json: bool,
    folders: tuple[Path, ...],
) -> None:
    """Count a legal term from DATE and print the date on which it ends, a working day.

    Give --working-days or --calendar-days, from 1 to 10000. The calendar is the packaged one, with a deployment's
    legal/calendar.toml laid over it. Of years that it does not have only weekends are skipped; such a date is
    provisional, as --explain and --json say.
    """
    from contracts.legal.calendar import load_calendar
    from gateway.core.term_count import explain_term

    days, unit = (working_days, "working_days") if working_days else (calendar_days, "calendar_days")
    with clear_errors():
        if days is None or (working_days and calendar_days):
            raise SettingInvalid("give --working-days or --calendar-days, one of them")
        calendar = load_calendar(folders)
        try:
            count = explain_term(start.date(), days, unit, calendar)
        except OverflowError as error:
            raise SettingInvalid(f"the term ends after {date.max}") from error
    if as_json:
        echo_json({"from": start.date(), "unit": unit, "days": days} | _flatten(count, calendar))
        return
    click.echo(count.end)
    if explain:
        for line in _explain(count, calendar):
            click.echo(line)


def _flatten(count: TermCount, calendar: CalendarData) -> dict[str, object]:
    return {
        "date": count.end,
        "raw_date": count.raw_end,
        "provisional": count.provisional,
        "unknown_years": count.unknown_years,
        "unconfirmed": count.unconfirmed,
        "skipped": [asdict(day) for day in count.skipped],
        "calendar_version": calendar.version,
    }


def _explain(count: TermCount, calendar: CalendarData) -> Iterator[str]:
    if count.end != count.raw_end:
        yield f"rolled from {count.raw_end}, which is not worked"
    yield from map(_tell_day, count.skipped)
    for day in count.unconfirmed:
        yield f"provisional: what the calendar says of {day} is not confirmed"
    estimated = [year for year in count.unknown_years if year in calendar.years]
    absent = [year for year in count.unknown_years if year not in calendar.years]
    if estimated:
        yield f"provisional: the calendar of {_tell_years(estimated)} is only estimated"
    if absent:
        yield f"provisional: there is no calendar of {_tell_years(absent)}, only weekends are skipped"
    for number in sorted({day.on.year for day in count.skipped if day.source} | set(estimated)):
        yield f"calendar of {number}, {calendar.years[number].status}: {calendar.years[number].source}"
    yield f"calendar version {calendar.version}"


def _tell_day(day: SkippedDay) -> str:
    what = "rolled over" if day.rolled else "skipped"
    why = f"day off, {day.status}{', not confirmed' if day.unconfirmed else ''}" if day.status else "weekend"
    return f"{day.on} {day.on:%a} {what}: {why}"


def _tell_years(years: list[int]) -> str:
    """`2023, 2027-2030`: consecutive years as one span."""
    spans = (list(span) for _, span in groupby(enumerate(years), lambda pair: pair[1] - pair[0]))
    return ", ".join(str(span[0][1]) if len(span) == 1 else f"{span[0][1]}-{span[-1][1]}" for span in spans)
