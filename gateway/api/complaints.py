"""What applicants do after submission: withdraw the application, complain; and the provider's answer to a complaint."""

from __future__ import annotations

from flask import Response

from contracts.errors import InvalidInput, NotFound, Problem
from gateway.api.answers import answer_json
from gateway.api.call import Call, read_ordinal
from gateway.api.course_schemas import (
    ComplaintAnswerBody,
    ComplaintBody,
    NewComplaintBody,
    RemedyBody,
    WithdrawalBody,
)
from gateway.api.describe import describe_date, describe_status
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import Said, StatusBody
from gateway.api.times import at_home
from gateway.core.law import CERTAIN
from gateway.core.terms import count_complaint
from gateway.documents.composing import CaseFile
from gateway.logs import log_event

UNKNOWN = "complaint-not-found"


def withdraw(call: Call, application_id: str) -> Response:
    asked = call.read_body_as(WithdrawalBody)
    stored = call.read_application(application_id)
    call.parts.office.decision_acts.withdraw(stored.id, call.find_actor(asked.acted_by))
    log_event("withdrawn", application=stored.id, client=call.caller.id)
    return answer_json(describe_status(call, call.read_application(application_id)))


def complain(call: Call, application_id: str) -> Response:
    asked = call.read_body_as(NewComplaintBody)
    actor = call.find_actor(asked.acted_by)
    stored = call.read_application(application_id)
    ways = stored.case.service.complaint_ways
    if asked.channel not in {way.key for way in ways}:
        detail = f"one of {', '.join(way.key for way in ways)}"
        raise InvalidInput(problems=(Problem("complaint-channel-unknown", "/channel", detail),))
    told = count_complaint(call.parts.clock(), None, call.open_file(application_id).law)
    acts = call.parts.office.decision_acts
    n = acts.complain(stored.id, asked.text, asked.channel, actor, answer_by=told.on)
    log_event("complaint registered", application=stored.id, complaint=n, client=call.caller.id)
    return answer_json(_describe(call, call.open_file(application_id), n), 201)


def answer(call: Call, application_id: str, n: str) -> Response:
    asked = call.read_body_as(ComplaintAnswerBody)
    actor = call.find_actor(asked.acted_by)
    stored, number = call.read_application(application_id), read_ordinal(n, UNKNOWN)
    call.parts.office.decision_acts.answer_complaint(stored.id, number, asked.answer, actor)
    log_event("complaint answered", application=stored.id, complaint=number, client=call.caller.id)
    return answer_json(_describe(call, call.open_file(application_id), number))


def _describe(call: Call, file: CaseFile, n: int) -> ComplaintBody:
    row = next((one for one in file.course.complaints if one.n == n), None)
    if row is None:
        raise NotFound(problems=(Problem(UNKNOWN, "", "there is no such complaint"),))
    service = file.case.service
    way = next((one.name for one in service.complaint_ways if one.key == row.channel), None)
    return ComplaintBody(
        n=row.n,
        channel=Said(code=row.channel, text=call.say(way, row.channel)),
        registered_at=at_home(row.registered_at),
        answer_by=describe_date(count_complaint(row.registered_at, row.answer_by, file.law)),
        answered_at=at_home(row.answered_at),
        remedies=tuple(
            RemedyBody(
                key=one.key, name=call.say(one.name, one.key), clause=one.clause, assumed=one.confidence < CERTAIN
            )
            for one in service.remedies
        ),
    )  # fmt: skip


_COMPLAINTS = "/v1/applications/{application_id}/complaints"
ROUTES = (
    Route(
        "POST", "/v1/applications/{application_id}/withdrawal", withdraw, Access.PORTAL,
        "The applicant withdraws the application.",
        body=WithdrawalBody, answers={JSON: StatusBody}, refusals=(400, 404, 409, 413, 415),
    ),
    Route(
        "POST", _COMPLAINTS, complain, Access.PORTAL,
        "A complaint is registered: until when it is answered, and where to go on.",
        status=201, body=NewComplaintBody, answers={JSON: ComplaintBody}, refusals=(400, 404, 413, 415, 422),
    ),
    Route(
        "POST", _COMPLAINTS + "/{n}/answer", answer, Access.PROVIDER,
        "The answer to a complaint.",
        body=ComplaintAnswerBody, answers={JSON: ComplaintBody}, refusals=(400, 404, 409, 413, 415),
    ),
)  # fmt: skip
