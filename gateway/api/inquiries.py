"""The table 24 × subjects for the specialist: what was asked about whom, and what came of it; no contents."""

from __future__ import annotations

from flask import Response

from contracts import iin as iins
from contracts.request import RequestRow
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import CellBody, InquiriesBody, PartBody, RowBody, SubjectBody
from gateway.core.answers import Answer, read_all
from gateway.core.case import Subject


def read_inquiries(call: Call, application_id: str) -> Response:
    stored = call.read_application(application_id)
    answers = read_all(stored.case)
    rows = tuple(
        _describe_row(call, row, tuple(a for a in answers if a.inquiry.number == row.number))
        for row in stored.case.service.requests
    )
    subjects = tuple(_describe_subject(subject) for subject in stored.case.subjects)
    return answer_json(InquiriesBody(id=stored.id, subjects=subjects, requests=rows))


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
)  # fmt: skip
