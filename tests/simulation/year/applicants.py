"""The applicant: reads the portal, brings papers, withdraws, complains of the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway.core.answers import read_all
from gateway.core.case import Case
from gateway.core.law import Law
from gateway.core.proceedings import Closing, Complaint, DeliveryChannel, NoticeKind
from gateway.core.steps import IssueNotice
from gateway.core.terms import count_complaint
from tests.simulation.year.changes import amend, end_delivery
from tests.simulation.year.desk import WORKING_DAY_MINUTES, Desk

_READS_WITHIN_MINUTES = 30


def react_to_notice(desk: Desk, application_id: str, step: IssueNotice, n: int, now: datetime) -> None:
    """A portal shows a notice soon; what the applicant must bring is brought, or never."""
    file, people = desk.cases[application_id], desk.year.people
    if DeliveryChannel.PORTAL in step.channels:

        def show(desk: Desk, application_id: str, now: datetime) -> None:
            desk.change(application_id, now, lambda case, now, law: _show(case, n, now, law))

        desk.plan_working(application_id, now, 1 + file.chance.pick(_READS_WITHIN_MINUTES), show)
    if step.kind is NoticeKind.APPLICANT_CORRECTS and not file.chance.happens(people.applicant_never_brings):

        def bring(desk: Desk, application_id: str, now: datetime) -> None:
            desk.change(application_id, now, lambda case, now, law: _bring(case, step.cells, now))

        desk.plan_days(application_id, now, file.chance.draw(people.applicant_brings_days), bring)


def _show(case: Case, n: int, now: datetime, law: Law) -> Case:
    return end_delivery(case, n, DeliveryChannel.PORTAL, True, now, law)


def _bring(case: Case, cells: tuple[str, ...], now: datetime) -> Case:
    missing = {answer.inquiry.id for answer in read_all(case) if answer.is_missing}
    papers = tuple(Closing(cell, "paper", now) for cell in cells if cell in missing)
    if case.is_over or case.registered_at or not papers:
        return case
    return amend(case, closings=(*case.proceedings.closings, *papers))


def withdraw(desk: Desk, application_id: str, now: datetime) -> None:
    desk.change(application_id, now, lambda case, now, law: case if case.is_over else amend(case, withdrawn_at=now))


def complain(desk: Desk, application_id: str, now: datetime) -> None:
    """Registered at once, answered after some working days: now and then after its term."""

    def register(case: Case, now: datetime, law: Law) -> Case:
        told = count_complaint(now, None, law).on
        complaint = Complaint(len(case.proceedings.complaints) + 1, now, answer_by=told)
        return amend(case, complaints=(*case.proceedings.complaints, complaint))

    desk.change(application_id, now, register)
    days = desk.cases[application_id].chance.draw(desk.year.people.answers_complaint_days)
    desk.plan_working(application_id, now, days * WORKING_DAY_MINUTES, _answer_complaints)


def _answer_complaints(desk: Desk, application_id: str, now: datetime) -> None:
    def answer(case: Case, now: datetime, law: Law) -> Case:
        answered = tuple(replace(one, answered_at=one.answered_at or now) for one in case.proceedings.complaints)
        return amend(case, complaints=answered)

    desk.change(application_id, now, answer)
