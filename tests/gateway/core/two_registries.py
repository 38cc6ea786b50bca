"""A case of two registries whose missing record calls for a letter, and how its course is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from gateway.core.calendar import ALMATY
from gateway.core.proceedings import (
    NoticeKind,
)
from tests.gateway.core.builders import LAW, T0, make_case, make_row
from tests.gateway.core.course import Course, Reply

ROWS = (
    make_row(1, (("medical", "person.disabilities[]"),), owner="health", absence="written_request"),
    make_row(2, (("aid", "person.social_aid"),), owner="social", absence="written_request"),
    make_row(3, (("people", "person.address"),), owner="interior"),
)
"""Two registries whose missing record calls for a letter, and one where no record is an answer."""
HEALTH, AID = {"person": {"disabilities": [{"number": "1"}]}}, {"person": {"social_aid": {"number": "1"}}}
FRIDAY = datetime(2026, 10, 9, 17, 0, tzinfo=ALMATY)


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ALMATY)


def start(
    medical: Reply = HEALTH,
    aid: Reply = AID,
    law: Any = LAW,
    moment: datetime = T0,
    *,
    without_phone: bool = False,
    **fields: Any,
) -> Course:
    """A case whose two registries say this."""
    case = make_case(rows=ROWS, at=moment)
    if without_phone:
        applicant = case.application.applicant.model_copy(update={"phone": None})
        case = replace(case, application=case.application.model_copy(update={"applicant": applicant}))
    return Course(case, law, moment, {"medical": medical, "aid": aid}, **fields).settle()


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), ALMATY)


def kinds(course: Course) -> list[NoticeKind]:
    return [notice.kind for notice in course.told.notices]


def marks(course: Course, start: str) -> list[str]:
    return sorted(mark for mark in course.told.marks if mark.startswith(start))
