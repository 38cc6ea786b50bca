"""Whether a case kept its promises, judged from its record alone: each legal day kept, or its passing recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from gateway.core.calendar import add_working_days, local_day
from gateway.core.case import Case
from gateway.core.law import Law
from gateway.core.notices import find_reached
from gateway.core.proceedings import DateKind, DateSet, LetterState
from gateway.core.terms import promised_day


def find_result(case: Case) -> DateSet | None:
    """The day of the result that was told last."""
    results = [one for one in case.proceedings.dates if one.kind in (DateKind.DUE, DateKind.NO_LATER_THAN)]
    return results[-1] if results else None


def find_ended(case: Case) -> datetime | None:
    """When the case was over: decided, or withdrawn."""
    told = case.proceedings
    return min((at for at in (told.decision.decided_at, told.withdrawn_at) if at is not None), default=None)


def list_late(case: Case, law: Law, now: datetime) -> Iterator[tuple[str, bool]]:
    """(what passed its day, whether that was recorded) of every legal day that was not kept until `now`."""
    for kind, mark, on, done in _list_days(case, law):
        over = on + timedelta(days=1)
        if (local_day(done) if done else local_day(now)) >= over:
            yield kind, f"passed:{mark}:{on}" in case.proceedings.marks


def _list_days(case: Case, law: Law) -> Iterator[tuple[str, str, date, datetime | None]]:
    """(kind, name of its mark, day, when it was done)."""
    course, ended = case.proceedings, find_ended(case)
    result = find_result(case)
    if result is not None:
        yield "result", result.kind.value, result.on, ended
    elif (on := promised_day(case, law)) is not None:
        yield "result", "promised", on, ended
    until = course.date(DateKind.EXTENSION_UNTIL)
    if until is not None:
        yield "extension", "extension", until.on, min((at for at in (case.registered_at, ended) if at), default=None)
    for notice in course.notices:
        yield "notice", f"notice-{notice.n}", notice.deliver_by, find_reached(notice, law)
    for complaint in course.complaints:
        if complaint.answer_by is not None:
            yield "complaint", f"complaint-{complaint.n}", complaint.answer_by, complaint.answered_at
    for letter in course.letters:
        if letter.state is not LetterState.WITHDRAWN:
            days = law.rules.number("letter.escalate_working_days")
            on = add_working_days(local_day(letter.drafted_at), days, law.calendar)
            yield "draft", f"letter-{letter.n}", on, letter.sent_at or ended
