"""What a decision is made by: the rules in force, the calendar, the passports that say how sources find a subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from contracts.legal.calendar import CalendarData
from contracts.legal.rules import Rules
from contracts.passport import Passport


@dataclass(frozen=True)
class Law:
    rules: Rules
    calendar: CalendarData
    passports: Mapping[str, Passport]


FindLaw = Callable[[str, date], Law]
"""Port: the law of a service on a day; a case is judged by that of its T0, whatever changes later."""
