"""Endpoints of an application for whoever submitted it: submission, status, ticket or notice."""

from __future__ import annotations

from flask import Response

from gateway.api.answers import answer_file, answer_json
from gateway.api.call import Call
from gateway.api.codes import WaitingBody, describe_waiting
from gateway.api.describe import describe_acceptance, describe_status, describe_ticket
from gateway.api.routes import JSON, PDF, Access, Route
from gateway.api.schemas import AcceptedBody, StatusBody, TicketBody
from gateway.documents.tickets import compose_ticket_document, render_ticket
from gateway.intake.code_signing import Waiting
from gateway.intake.envelope import SubmitBody
from gateway.intake.handed_in import BODY_BYTES
from gateway.intake.submit import SubmitRequest
from gateway.logs import log_event


def submit(call: Call) -> Response:
    request = SubmitRequest(call.read_json_body(), call.request.headers.get("Idempotency-Key", ""))
    receipt = call.parts.submit(request, call.caller)
    if isinstance(receipt, Waiting):
        log_event("code sent", application=receipt.application_id, client=call.caller.id)
        response = answer_json(describe_waiting(call, receipt), 201)
        response.headers["Location"] = f"/v1/applications/{receipt.application_id}"
        return response
    stored = receipt.application
    log_event("accepted", application=stored.id, client=call.caller.id, fresh=receipt.fresh)
    response = answer_json(describe_acceptance(call, stored), 202)
    response.headers["Location"] = f"/v1/applications/{stored.id}"
    return response


def read_status(call: Call, application_id: str) -> Response:
    return answer_json(describe_status(call, call.read_application(application_id)))


def read_ticket(call: Call, application_id: str) -> Response:
    stored = call.read_application(application_id)
    if not call.wants(PDF):
        return answer_json(describe_ticket(call, stored))
    file = call.parts.office.files.open_stored(stored)
    content = render_ticket(compose_ticket_document(file, stored, call.parts.read_terms(stored).promised))
    return answer_file(content, PDF, f"ticket-{stored.number}.pdf")


ROUTES = (
    Route(
        "POST", "/v1/applications", submit, Access.PORTAL,
        "Submit a signed application; it is committed when the answer comes. By code: 201, it waits for the code.",
        status=202, body=SubmitBody, answers={JSON: AcceptedBody}, also={201: WaitingBody},
        refusals=(400, 403, 409, 413, 415, 422, 429, 502),
        most_bytes=BODY_BYTES,
        headers={"Idempotency-Key": "1 to 255 printable characters: the same key with the same body gets the first "
                 "answer again"},
    ),
    Route(
        "GET", "/v1/applications/{application_id}", read_status, Access.PORTAL,
        "Status, whose move it is, the next date, and the terms with their clauses.",
        answers={JSON: StatusBody}, refusals=(400, 404),
        query={
            "authenticated": "true where a portal shows the answer to the applicant, authenticated: sensitive reasons "
            "of a refusal are named, not just counted (`hidden`)"
        },
    ),
    Route(
        "GET", "/v1/applications/{application_id}/ticket", read_ticket, Access.PORTAL,
        "The ticket where a person accepted the application, else the notice of processing; as data or as a PDF.",
        answers={JSON: TicketBody, PDF: None}, refusals=(404,),
    ),
)  # fmt: skip
