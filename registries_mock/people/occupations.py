"""What a person did and does: study, job, business, disability, detention - as intervals of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

PENSION_AGES = {"male": 63, "female": 61}
"""Pension ages of 2023-2027 (Social Code); the rise of the women's age from 2028 is left out."""


@dataclass(frozen=True)
class Job:
    since: date
    wage: Decimal
    """A month, tenge, before contributions."""
    until: date | None = None
    employer: int = 0
    """Number of the invented employer."""


@dataclass(frozen=True)
class Study:
    level: Literal["school", "tvet", "bachelor", "master", "doctor"]
    since: date
    ends: date
    form: Literal["full_time", "part_time", "evening", "distance"] = "full_time"
    institution: int = 0
    speciality: int = 0
    stipend: bool = False
    left_on: date | None = None


@dataclass(frozen=True)
class Business:
    since: date
    income: Decimal
    """A month, tenge."""
    until: date | None = None
    regime: str = "Упрощённая декларация"


@dataclass(frozen=True)
class Disability:
    group: Literal["1", "2", "3", "child"]
    since: date
    until: date | None = None
    cause: Literal["illness", "birth", "injury"] = "illness"


@dataclass(frozen=True)
class Detention:
    since: date
    until: date | None = None


def stop(jobs: tuple[Job, ...], on: date) -> tuple[Job, ...]:
    """The jobs as they are if everything ends on that day."""
    return tuple(
        job if job.until and job.until <= on else Job(job.since, job.wage, on, job.employer)
        for job in jobs
        if job.since < on
    )
