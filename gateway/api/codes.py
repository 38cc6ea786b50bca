"""Signing by one-time code: another code, and the code that signs; the first one goes out with the submission."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Response
from pydantic import Field

from contracts.errors import NotFound, Problem
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.describe import describe_acceptance
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import AcceptedBody, Body, Said
from gateway.api.texts import TEXTS
from gateway.api.times import at_home
from gateway.intake.code_signing import Waiting
from gateway.logs import log_event

WAITING = "waiting_code"
_ID = re.compile(r"app_[0-9a-f]{24}")


class CodeBody(Body):
    code: str = Field(pattern=r"^[0-9]{6,9}$", repr=False, description="as the message says it")


class ResendBody(Body):
    pass


class WaitingBody(Body):
    """An application that waits for the code that was sent to the phone of whoever signs."""

    id: str
    status: Said
    phone: str = Field(description="masked but for its last four digits", repr=False)
    expires_at: datetime
    resend_at: datetime = Field(description="from then on another code may be asked for")
    resends_left: int


def describe_waiting(call: Call, waiting: Waiting) -> WaitingBody:
    return WaitingBody(
        id=waiting.application_id,
        status=Said(code=WAITING, text=call.say(TEXTS[WAITING], WAITING)),
        phone=waiting.phone,
        expires_at=at_home(waiting.expires_at),
        resend_at=at_home(waiting.resend_at),
        resends_left=waiting.resends_left,
    )


def resend(call: Call, application_id: str) -> Response:
    call.parts.submit.find_waiting(_check(application_id), call.caller)
    call.read_body_as(ResendBody)
    waiting = call.parts.submit.resend_code(application_id, call.caller)
    log_event("code sent again", application=application_id, client=call.caller.id)
    return answer_json(describe_waiting(call, waiting))


def confirm(call: Call, application_id: str) -> Response:
    call.parts.submit.find_waiting(_check(application_id), call.caller)
    asked = call.read_body_as(CodeBody)
    receipt = call.parts.submit.confirm_code(application_id, asked.code, call.caller)
    stored = receipt.application
    log_event("accepted", application=stored.id, client=call.caller.id, fresh=receipt.fresh)
    response = answer_json(describe_acceptance(call, stored), 202)
    response.headers["Location"] = f"/v1/applications/{stored.id}"
    return response


def _check(application_id: str) -> str:
    if not _ID.fullmatch(application_id):
        raise NotFound(problems=(Problem("application-not-found", "", "there is no such application"),))
    return application_id


ROUTES = (
    Route(
        "POST", "/v1/applications/{application_id}/otp", resend, Access.PORTAL,
        "Another one-time code for an application that waits for one; the one before is good for nothing any more.",
        body=ResendBody, answers={JSON: WaitingBody}, refusals=(400, 404, 413, 415, 422, 429, 502),
    ),
    Route(
        "POST", "/v1/applications/{application_id}/signature", confirm, Access.PORTAL,
        "The one-time code that signs; the application is committed when the answer comes.",
        status=202, body=CodeBody, answers={JSON: AcceptedBody}, refusals=(400, 404, 413, 415, 422),
    ),
)  # fmt: skip
