"""The table 24 × subjects for the specialist: what was asked about whom, and what came of it; no contents."""

from __future__ import annotations

from flask import Response

from contracts import iin as iins
from contracts.errors import NotFound, Problem
from contracts.request import RequestRow
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.course_schemas import ActBody, AskedAgainBody
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import CellBody, InquiriesBody, PartBody, RowBody, SubjectBody
from gateway.api.times import at_home
from gateway.core.answers import Answer, read_all
from gateway.core.case import Subject
from gateway.logs import log_event


def read_inquiries(call: Call, application_id: str) -> Response:
    stored = call.read_application(application_id)
    answers = read_all(stored.case)
    rows = tuple(
        _describe_row(call, row, tuple(a for a in answers if a.inquiry.number == row.number))
        for row in stored.case.service.requests
    )
    subjects = tuple(_describe_subject(subject) for subject in stored.case.subjects)
    return answer_json(InquiriesBody(id=stored.id, subjects=subjects, requests=rows))


def ask_again(call: Call, application_id: str, inquiry: str) -> Response:
    asked = call.read_body_as(ActBody)
    actor = call.find_actor(asked.acted_by)
    stored = call.read_application(application_id)
    if inquiry not in {one.id for one in stored.case.inquiries}:
        raise NotFound(problems=(Problem("inquiry-not-found", "", "there is no such inquiry"),))
    since = call.parts.clock()
    call.parts.office.document_acts.ask_again(stored.id, inquiry, actor)
    log_event("asked again", application=stored.id, inquiry=inquiry, client=call.caller.id)
    return answer_json(AskedAgainBody(inquiry=inquiry, since=at_home(since)), 202)


def _describe_row(call: Call, row: RequestRow, answers: tuple[Answer, ...]) -> RowBody:
    return RowBody(
        number=row.number,
        key=row.key,
        title=call.say(row.title, row.key),
        wave=row.wave,
        sensitivity=row.sensitivity,
        clause=row.clause,
        cells=tuple(_describe_cell(answer) for answer in answers),
    )


def _describe_cell(answer: Answer) -> CellBody:
    return CellBody(
        inquiry=answer.inquiry.id,
        subject=answer.inquiry.subject_ref,
        outcome=answer.outcome,
        cause=answer.cause,
        closed=answer.closed,
        gap=answer.gap,
        parts=tuple(PartBody(key=part.key, outcome=part.outcome, cause=part.cause) for part in answer.parts),
    )


def _describe_subject(subject: Subject) -> SubjectBody:
    return SubjectBody(
        ref=subject.ref,
        relation=subject.relation,
        name=" ".join(part for part in (subject.surname, subject.name, subject.patronymic) if part),
        age=subject.age,
        iin=iins.mask(subject.iin) if subject.iin else None,
    )


ROUTES = (
    Route(
        "GET", "/v1/applications/{application_id}/inquiries", read_inquiries, Access.PROVIDER,
        "The table of all requests and subjects, with what each inquiry came to.",
        answers={JSON: InquiriesBody}, refusals=(404,),
    ),
    Route(
        "POST", "/v1/applications/{application_id}/inquiries/{inquiry}/ask-again", ask_again, Access.PROVIDER,
        "The registries of one inquiry are asked anew, at once.",
        status=202, body=ActBody, answers={JSON: AskedAgainBody}, refusals=(400, 404, 409, 413, 415),
    ),
)  # fmt: skip
