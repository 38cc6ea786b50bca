"""The desk: every open case, its wake-ups and its agenda, and how a person's act changes a case and wakes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.core.calendar import local_day
from gateway.core.case import Case
from gateway.core.law import FindLaw, Law, law_of
from gateway.core.working_hours import add_working_minutes
from tests.simulation.year.agenda import Agenda
from tests.simulation.year.assumptions import Year
from tests.simulation.year.memory import MemoryWakeups, OpenCase

Change = Callable[[Case, datetime, Law], Case]
Act = Callable[["Desk", str, datetime], None]
WORKING_DAY_MINUTES = 540


@dataclass
class Desk:
    year: Year
    clock: Callable[[], datetime]
    find_law: FindLaw
    """As it is known now: another one once the calendar changes."""
    agenda: Agenda
    wakeups: MemoryWakeups
    cases: dict[str, OpenCase] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """What broke while a case was carried forward: any is a failure of the run."""

    def law(self, case: Case) -> Law:
        return law_of(case, self.find_law)

    def change(self, application_id: str, now: datetime, change: Change) -> None:
        """A person's act, or a late answer: the case is looked at anew. A case that stays as it was is left alone."""
        file = self.cases[application_id]
        with file.lock:
            before = file.case
            file.case = change(before, now, self.law(before))
            changed = file.case is not before
        if changed:
            self.wakeups.wake(application_id, now)

    def plan(self, application_id: str, at: datetime, act: Act) -> None:
        self.agenda.put(at, application_id, lambda now: act(self, application_id, now))

    def plan_working(self, application_id: str, now: datetime, minutes: float, act: Act) -> None:
        """After so many minutes of working time, of the calendar as it is known now."""
        self.plan(application_id, self.after_working(now, minutes), act)

    def after_working(self, now: datetime, minutes: float) -> datetime:
        law = self.find_law("asp", local_day(now))
        return add_working_minutes(now, max(1, round(minutes)), law.rules.hours("working_hours"), law.calendar)

    def plan_days(self, application_id: str, now: datetime, days: float, act: Act) -> None:
        """After so many calendar days, within working time."""
        self.plan_working(application_id, now + timedelta(days=days), 1, act)
