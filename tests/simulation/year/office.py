"""The specialist: sends letters, hands notices over, registers packages with gaps, decides, holds hearings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from gateway.core.answers import read_all
from gateway.core.calendar import ALMATY, add_working_days, local_day, roll
from gateway.core.case import Case
from gateway.core.law import Law
from gateway.core.notices import must_hand_over
from gateway.core.proceedings import (
    Closing,
    Decision,
    DecisionOutcome,
    DeliveryChannel,
    Hearing,
    LetterState,
)
from gateway.core.refusals import earliest_hearing, earliest_holding, may_refuse
from gateway.core.registration import find_hindrance
from gateway.core.steps import DraftLetter, IssueNotice, MarkTerm, RegisterPackage, Step
from gateway.core.terms import promised_day
from tests.simulation.year.applicants import complain, react_to_notice
from tests.simulation.year.changes import amend, change_letter, end_delivery, find_letter
from tests.simulation.year.desk import WORKING_DAY_MINUTES, Act, Desk
from tests.simulation.year.verdict import find_result

_REVIEW_MINUTES = 60.0
_REFUSED_BEFORE_DAYS = 6
"""Working days that a refusal needs before the result is due: three to the hearing, and what the notice takes."""
_HEARING = time(11, 0)


def react(desk: Desk, application_id: str, step: Step, now: datetime) -> None:
    """What a step makes people do, later."""
    file = desk.cases[application_id]
    people, chance = desk.year.people, file.chance
    match step:
        case DraftLetter():
            letters = file.case.proceedings.letters
            n = next(one.n for one in letters if (one.owner, one.round) == (step.owner, step.round))
            minutes = chance.draw(people.sign_and_send_minutes)
            desk.plan_working(application_id, now, minutes, _of_number(send_letter, n))
        case IssueNotice():
            n = next(notice.n for notice in file.case.proceedings.notices if notice.key == step.key)
            if DeliveryChannel.PAPER in step.channels:
                minutes = chance.draw(people.hands_over_minutes)
                desk.plan_working(application_id, now, minutes, _of_number(hand_over, n))
            react_to_notice(desk, application_id, step, n, now)
        case MarkTerm(passed=False) if file.case.registered_at is None:
            desk.plan_working(application_id, now, _REVIEW_MINUTES, review)
        case RegisterPackage():
            desk.plan(application_id, now + timedelta(minutes=1), plan_decision)
        case _:
            pass


def _of_number(act: Callable[[Desk, str, datetime, int], None], n: int) -> Act:
    return lambda desk, application_id, now: act(desk, application_id, now, n)


def send_letter(desk: Desk, application_id: str, now: datetime, n: int) -> None:
    """Signed by hand and sent; the body answers, or never does."""

    def send(case: Case, now: datetime, law: Law) -> Case:
        if case.is_over or case.registered_at or find_letter(case, n).state is not LetterState.DRAFTED:
            return case
        return change_letter(case, n, state=LetterState.SENT, sent_at=now)

    desk.change(application_id, now, send)
    file, people = desk.cases[application_id], desk.year.people
    if find_letter(file.case, n).sent_at == now and not file.chance.happens(people.body_never_answers):
        days = file.chance.draw(people.body_answers_days)
        desk.plan_days(application_id, now, days, _of_number(answer_letter, n))


def answer_letter(desk: Desk, application_id: str, now: datetime, n: int) -> None:
    """The body's letter closes what it was asked for, or tells nothing of use."""
    useful = not desk.cases[application_id].chance.happens(desk.year.people.body_answers_beside_the_point)

    def answer(case: Case, now: datetime, law: Law) -> Case:
        letter = find_letter(case, n)
        if letter.state is not LetterState.SENT:
            return case
        missing = {one.inquiry.id for one in read_all(case) if one.is_missing}
        closings = tuple(Closing(cell, "letter", now) for cell in letter.cells if useful and cell in missing)
        case = change_letter(case, n, state=LetterState.ANSWERED)
        return amend(case, closings=(*case.proceedings.closings, *closings))

    desk.change(application_id, now, answer)


def hand_over(desk: Desk, application_id: str, now: datetime, n: int) -> None:
    """A notice that no message has brought is handed over on paper."""

    def hand(case: Case, now: datetime, law: Law) -> Case:
        notice = next(one for one in case.proceedings.notices if one.n == n)
        if not must_hand_over(notice, law):
            return case
        return end_delivery(case, n, DeliveryChannel.PAPER, True, now, law)

    desk.change(application_id, now, hand)


def review(desk: Desk, application_id: str, now: datetime) -> None:
    """Near the end of a term the package is registered as it is, as soon as nothing of the law's course works on it."""
    case = desk.cases[application_id].case
    if case.is_over or case.registered_at:
        return
    if find_hindrance(case, now, desk.law(case)):
        desk.plan_working(application_id, now, WORKING_DAY_MINUTES, review)
        return

    def register(case: Case, now: datetime, law: Law) -> Case:
        if case.registered_at:
            return case
        complete = not any(answer.is_missing for answer in read_all(case))
        return amend(replace(case, registered_at=now), registered_complete=complete)

    desk.change(application_id, now, register)
    desk.counts["registered by hand"] += 1
    desk.plan(application_id, now + timedelta(minutes=1), plan_decision)


def plan_decision(desk: Desk, application_id: str, now: datetime) -> None:
    """The dates of the registered package are told: it is decided before its result is due, mostly."""
    file, people = desk.cases[application_id], desk.year.people
    case, law = file.case, desk.law(file.case)
    told = find_result(case)
    due = told.on if told is not None else promised_day(case, law)
    refused, late = file.chance.happens(people.refused), file.chance.happens(people.decides_late)
    drawn = desk.after_working(now, file.chance.draw(people.decides_days) * WORKING_DAY_MINUTES)
    if due is not None and late:
        drawn = datetime.combine(add_working_days(due, 1 + file.chance.pick(4), law.calendar), _HEARING, ALMATY)
    elif due is not None:
        last = _before(due, _REFUSED_BEFORE_DAYS if refused else 0, law)
        drawn = min(drawn, datetime.combine(last, _HEARING, ALMATY))
    desk.plan(application_id, max(drawn, desk.after_working(now, 30)), refuse if refused else approve)


def _before(day: date, working_days: int, law: Law) -> date:
    for _ in range(working_days):
        day -= timedelta(days=1)
        while roll(day, law.calendar) != day:
            day -= timedelta(days=1)
    return day


def approve(desk: Desk, application_id: str, now: datetime) -> None:
    _decide(desk, application_id, now, DecisionOutcome.APPROVED)


def refuse(desk: Desk, application_id: str, now: datetime) -> None:
    """A preliminary decision with a hearing; the final one after it."""

    def announce(case: Case, now: datetime, law: Law) -> Case:
        if case.is_over or case.proceedings.decision.preliminary_at:
            return case
        day = earliest_hearing(add_working_days(local_day(now), 1, law.calendar), law)
        return amend(case, decision=Decision(preliminary_at=now, hearing_on=day, hearings=(Hearing(1, day, now),)))

    desk.change(application_id, now, announce)
    _plan_hearing(desk, application_id)


def hear(desk: Desk, application_id: str, now: datetime) -> None:
    """Held where the applicant was told in time, else set anew; then the refusal is final."""

    def hold(case: Case, now: datetime, law: Law) -> Case:
        decision, told = case.proceedings.decision, earliest_holding(case.proceedings, law)
        if case.is_over or decision.hearing_held_at:
            return case
        if told is not None and told <= local_day(now):
            return amend(case, decision=replace(decision, hearing_held_at=now))
        day = earliest_hearing(add_working_days(local_day(now), 1, law.calendar), law)
        hearing = Hearing(len(decision.hearings) + 1, day, now)
        return amend(case, decision=replace(decision, hearing_on=day, hearings=(*decision.hearings, hearing)))

    desk.change(application_id, now, hold)
    case = desk.cases[application_id].case
    if may_refuse(case.proceedings.decision, desk.law(case)):
        _decide(desk, application_id, now, DecisionOutcome.REFUSED)
    else:
        _plan_hearing(desk, application_id)


def _plan_hearing(desk: Desk, application_id: str) -> None:
    case = desk.cases[application_id].case
    on = case.proceedings.decision.hearing_on
    if on is not None and not case.is_over:
        desk.plan(application_id, datetime.combine(on, _HEARING, ALMATY), hear)


def _decide(desk: Desk, application_id: str, now: datetime, outcome: DecisionOutcome) -> None:
    def decide(case: Case, now: datetime, law: Law) -> Case:
        if case.is_over:
            return case
        return amend(case, decision=replace(case.proceedings.decision, decided_at=now, outcome=outcome))

    desk.change(application_id, now, decide)
    file, people = desk.cases[application_id], desk.year.people
    if file.case.proceedings.decision.decided_at == now and file.chance.happens(people.complains):
        desk.plan_days(application_id, now, 1 + file.chance.pick(10), complain)
