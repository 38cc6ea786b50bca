"""What came of applications, as counts that add up: of one batch, of a process, of the year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.core.calendar import add_days, local_day
from gateway.core.case import Case
from gateway.core.law import FindLaw, Law
from gateway.core.proceedings import DateCause, DateKind
from tests.simulation.year.assumptions import Year
from tests.simulation.year.verdict import find_ended, list_late

AMENDED_RULE = "extension.anchor"
"""One of those that the amendment of the year has a row of."""
SHOWN = 5
"""Faults and silent passings that are told by name."""


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    days: dict[str, Counter[int]] = field(default_factory=dict)
    """By what was counted: whole calendar days, how many cases had so many."""
    troubles: list[str] = field(default_factory=list)
    """What must not be: faults, days that passed silently, cases that nothing carries on."""
    cpu_seconds: float = 0.0

    def add(self, other: Tally) -> None:
        self.counts.update(other.counts)
        for name, days in other.days.items():
            self.days.setdefault(name, Counter()).update(days)
        self.troubles += other.troubles
        self.cpu_seconds += other.cpu_seconds

    def measure(self, name: str, begin: date, end: date) -> None:
        self.days.setdefault(name, Counter())[(end - begin).days] += 1


def judge(tally: Tally, name: str, case: Case, law: Law, now: datetime, *, waits: bool) -> None:
    """Count one case at the end of the run; `waits`: a wake-up ahead carries it on."""
    course, counts, ended = case.proceedings, tally.counts, find_ended(case)
    counts["out"] += 1
    counts[f"channel: {case.channel}"] += 1
    counts["people asked about"] += len(case.subjects) - 1
    counts["exchanges"] += len(case.exchanges)
    counts["inquiries"] += len(case.inquiries)
    if ended is not None:
        outcome = course.decision.outcome
        counts["withdrawn" if course.withdrawn_at else outcome.value if outcome else "decided"] += 1
    elif waits:
        counts["open, and woken again"] += 1
    else:
        counts["lost"] += 1
        tally.troubles.append(f"{name}: neither over nor woken again")
    for kind, recorded in list_late(case, law, now):
        counts[f"late, recorded: {kind}" if recorded else f"late in silence: {kind}"] += 1
        if not recorded:
            tally.troubles.append(f"{name}: a day of its {kind} passed in silence")
    _count_course(tally, case, ended)


def check_law(tally: Tally, name: str, case: Case, year: Year, before: FindLaw, after: FindLaw) -> None:
    """Each case by the law of its acceptance, and its day counted by the calendar that was known when it ended."""
    on = local_day(case.accepted_at)
    amended = case.rules is not None and case.rules.rule(AMENDED_RULE).valid_from == year.law_changes_on
    tally.counts["under the amended law"] += amended
    if amended != (on >= year.law_changes_on):
        tally.troubles.append(f"{name}: judged by the law of another day")
    told, ended, channel = case.proceedings.date(DateKind.DUE), find_ended(case), case.service.channel(case.channel)
    if told is None or told.runs_from is None or ended is None or channel is None:
        return
    known = after if ended >= year.calendar_changes_at else before
    due = add_days(told.runs_from, channel.days, channel.unit, known(case.service.code, on).calendar)
    if told.on != due and due >= local_day(year.calendar_changes_at):
        tally.troubles.append(f"{name}: its day was counted by a calendar that no longer holds")


def _count_course(tally: Tally, case: Case, ended: datetime | None) -> None:
    course, counts = case.proceedings, tally.counts
    sent = course.sent_letters()
    extended = course.date(DateKind.EXTENSION_UNTIL) is not None
    counts["letters drafted"] += len(course.letters)
    counts["letters sent"] += len(sent)
    counts["applications with a letter sent"] += bool(sent)
    counts["extensions"] += extended
    counts["notices"] += len(course.notices)
    counts["complaints"] += len(course.complaints)
    counts["hearings set anew"] += max(0, len(course.decision.hearings) - 1)
    counts["dates moved by the calendar"] += sum(1 for one in course.dates if one.cause is DateCause.CALENDAR)
    if case.registered_at is not None:
        counts["registered complete" if course.registered_complete else "registered with gaps"] += 1
        tally.measure("to registration", local_day(case.received_at or case.accepted_at), local_day(case.registered_at))
    if ended is not None and course.withdrawn_at is None:
        kind = "to decision, extended" if extended else "to decision, not extended"
        tally.measure(kind, local_day(case.received_at or case.accepted_at), local_day(ended))
    for letter in sent:
        if letter.sent_at is not None:
            tally.measure("from draft to sent letter", local_day(letter.drafted_at), local_day(letter.sent_at))


def percentiles(days: Counter[int], shares: Iterable[float]) -> Iterator[int]:
    """The smallest number of days within which so large a share of the cases was."""
    whole = sum(days.values())
    for share in shares:
        seen = 0
        for number in sorted(days):
            seen += days[number]
            if seen >= share * whole:
                yield number
                break
