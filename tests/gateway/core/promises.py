"""What holds for a case at every rest, whatever happened to it: the promises of the legal clock, judged from outside.

The terms are counted here anew from the record of the case, so that a term which the watch forgets is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from gateway.core.answers import read_all
from gateway.core.calendar import ALMATY, add_days, local_day, roll
from gateway.core.case import Case
from gateway.core.dates import limit_of_extension
from gateway.core.decide import decide
from gateway.core.law import Law
from gateway.core.notices import is_satisfied
from gateway.core.proceedings import OF_CONSENT, DateKind, NoticeKind
from gateway.core.steps import Step, WakeAt
from gateway.core.terms import promise

LONGEST_EXTENSION = 30


def check_rest(case: Case, now: datetime, law: Law) -> WakeAt | None:
    """Raise AssertionError where a case at rest breaks a promise; the wake-up that decide asks for."""
    steps = decide(case, now, law)
    assert all(isinstance(step, WakeAt) for step in steps), f"not at rest: {steps}"
    assert len(steps) <= 1
    wake = next((step for step in steps if isinstance(step, WakeAt)), None)
    check_record(case, law)
    check_terms(case, now, law, wake)
    return wake


def check_record(case: Case, law: Law) -> None:
    """Nothing twice."""
    course = case.proceedings
    cells = [(inquiry.number, inquiry.subject_ref) for inquiry in case.inquiries]
    assert len(set(cells)) == len(cells), "a cell is opened once"
    letters = [(letter.owner, letter.round) for letter in course.letters]
    assert len(set(letters)) == len(letters), "one letter to an owner in a round"
    asked = [cell for letter in course.letters if letter.is_under_way for cell in letter.cells]
    assert len(set(asked)) == len(asked), "a cell stands in one letter under way"
    assert all(letter.cells for letter in course.letters), "a letter asks for something"
    keys = [notice.key for notice in course.notices]
    assert len(set(keys)) == len(keys), "a notice is issued once"
    assert sum(notice.kind is NoticeKind.EXTENSION for notice in course.notices) <= 1, "there is one extension"
    kinds = OF_CONSENT | {NoticeKind.APPLICANT_CORRECTS}
    told = [(n.kind, cell) for n in course.notices if n.kind in kinds for cell in n.cells]
    assert len(set(told)) == len(told), "the applicant is told of a cell once, of a kind"
    until = course.date(DateKind.EXTENSION_UNTIL)
    if until is not None and case.registered_at is None and not case.is_over:
        anchors = [local_day(letter.sent_at) for letter in course.letters if letter.sent_at is not None]
        ends = [anchor + timedelta(days=LONGEST_EXTENSION) for anchor in anchors]
        assert until.on <= roll(max(ends), law.calendar), "an extension is no longer than 30 days from a sent letter"
    if case.registered_at is None:
        assert course.date(DateKind.NO_LATER_THAN) is None or until is not None
    if case.registered_at is not None and course.registered_complete is False:
        limit = limit_of_extension(case)
        assert case.registered_at == limit, "an incomplete package is registered at the limit"


def check_terms(case: Case, now: datetime, law: Law, wake: WakeAt | None) -> None:
    """No day passes silently, and the next one is woken for."""
    passed = {mark for mark in case.proceedings.marks if mark.startswith("passed:")}
    coming = []
    for name, on in list_days(case, law):
        over = datetime.combine(on + timedelta(days=1), time(0), ALMATY)
        if over <= now:
            assert f"passed:{name}:{on}" in passed, f"{name} of {on} passed silently"
        else:
            coming.append(over)
    limit = limit_of_extension(case)
    gathering = case.registered_at is None and not case.is_over
    if limit is not None and gathering and law.rules.word("package.registered_by") == "complete_or_limit":
        coming.append(limit)
        assert now < limit, "the package is registered at the limit at the latest"
    if gathering and case.inquiries and not any(answer.is_missing for answer in read_all(case)):
        assert wake is not None, "a package that is not registered waits for something"
    if wake is not None:
        assert wake.at > now, "a wake-up is ahead"
    if coming:
        assert wake is not None, "a day that comes is woken for"
        assert wake.at <= min(coming), "no later than the next day that counts"


def list_days(case: Case, law: Law) -> Iterator[tuple[str, date]]:
    """Each day by which something must be done that is not done yet, with the name of its mark."""
    course = case.proceedings
    for notice in course.notices:
        if not is_satisfied(notice, law):
            yield f"notice-{notice.n}", notice.deliver_by
    for complaint in course.complaints:
        if complaint.answered_at is None:
            days, unit = law.rules.number("complaint.days"), law.rules.word("complaint.unit")
            yield f"complaint-{complaint.n}", add_days(local_day(complaint.registered_at), days, unit, law.calendar)
    if case.is_over:
        return
    results = [one for one in course.dates if one.kind in (DateKind.DUE, DateKind.NO_LATER_THAN)]
    channel = case.service.channel(case.channel)
    if results:
        yield results[-1].kind.value, results[-1].on
    elif channel is not None:
        yield "promised", promise(case.accepted_at, case.received_at, channel, law).on
    until = course.date(DateKind.EXTENSION_UNTIL)
    if until is not None and case.registered_at is None:
        yield "extension", until.on
    if course.decision.hearing_on is not None and course.decision.hearing_held_at is None:
        yield "hearing", course.decision.hearing_on


def is_at_rest(steps: tuple[Step, ...]) -> bool:
    return not steps or isinstance(steps[0], WakeAt)
