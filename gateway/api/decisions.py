"""A package registered by hand; the decision, preliminary or final, with coded reasons; the hearing between them."""

from __future__ import annotations

from datetime import date

from flask import Response

from contracts.errors import InvalidInput, MalformedInput, Problem, StoreUnavailable
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.course_schemas import DecisionBody, HearingBody, HearingSetBody, NewDecisionBody, RegistrationBody
from gateway.api.describe import describe_reasons, describe_status
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import StatusBody
from gateway.api.times import at_home
from gateway.core.proceedings import DecisionOutcome
from gateway.documents.reasons import StagedReasons
from gateway.logs import log_event
from gateway.store.course_rows import DecisionRow


def register(call: Call, application_id: str) -> Response:
    asked = call.read_body_as(RegistrationBody)
    actor = call.find_actor(asked.acted_by)
    call.read_application(application_id)
    call.parts.office.decisions.register(application_id, actor)
    log_event("registered by hand", application=application_id, client=call.caller.id)
    return answer_json(describe_status(call, call.read_application(application_id)))


def decide(call: Call, application_id: str) -> Response:
    asked = call.read_body_as(NewDecisionBody)
    actor = call.find_actor(asked.acted_by)
    call.read_application(application_id)
    outcome, desk = DecisionOutcome(asked.outcome), call.parts.office.decisions
    number = asked.number.strip()
    if asked.preliminary:
        if outcome is not DecisionOutcome.REFUSED:
            raise _refuse("/preliminary", "only a refusal has a preliminary decision")
        desk.decide_preliminarily(application_id, asked.reasons, number, asked.hearing_on, actor)
    else:
        if asked.hearing_on:
            raise _refuse("/hearing_on", "only a preliminary refusal names a hearing")
        desk.decide(application_id, outcome, asked.reasons, number, actor)
    log_event("decided", application=application_id, preliminary=asked.preliminary, client=call.caller.id)
    return _answer(call, application_id)


def tell_of_hearing(call: Call, application_id: str) -> Response:
    """It was held, with its record; or it was missed, and is set anew."""
    asked = call.read_body_as(HearingBody)
    actor = call.find_actor(asked.acted_by)
    call.read_application(application_id)
    desk = call.parts.office.decisions
    match asked.record, asked.hearing_on:
        case str(record), None:
            desk.hold_hearing(application_id, record, actor)
            log_event("hearing held", application=application_id, client=call.caller.id)
        case None, date() as day:
            desk.set_hearing_anew(application_id, day, actor)
            log_event("hearing set anew", application=application_id, client=call.caller.id)
        case None, None:
            raise MalformedInput(problems=(Problem("missing-field", "/record", "the record, or another day"),))
        case _:
            raise _refuse("/hearing_on", "a hearing that was held is not set anew")
    return _answer(call, application_id)


def _refuse(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(problems=(Problem("invalid-value", pointer, detail),))


def _answer(call: Call, application_id: str) -> Response:
    file = call.open_file(application_id)
    row = file.course.decision
    if row is None:
        raise StoreUnavailable("a decision that was just written is not there")
    return answer_json(describe_decision(call, row, file.reasons))


def describe_decision(call: Call, row: DecisionRow, reasons: StagedReasons) -> DecisionBody:
    return DecisionBody(
        outcome=row.outcome,
        number=row.number,
        reasons=describe_reasons(call, row.reasons, reasons.final),
        preliminary_number=row.preliminary_number,
        preliminary_reasons=describe_reasons(call, row.preliminary_reasons, reasons.preliminary),
        preliminary_at=at_home(row.preliminary_at),
        hearing_on=row.hearing_on,
        hearing_held_at=at_home(row.hearing_held_at),
        decided_at=at_home(row.decided_at),
        hearings=tuple(
            HearingSetBody(n=one.n, on=one.on, set_at=at_home(one.set_at), set_by=one.set_by) for one in row.hearings
        ),
    )


ROUTES = (
    Route(
        "POST", "/v1/applications/{application_id}/registration", register, Access.PROVIDER,
        "The specialist registers the package with the gaps that it has, and may decide from then on.",
        body=RegistrationBody, answers={JSON: StatusBody}, refusals=(400, 404, 409, 413, 415),
    ),
    Route(
        "POST", "/v1/applications/{application_id}/decision", decide, Access.PROVIDER,
        "The decision on a registered package: preliminary, or final.",
        body=NewDecisionBody, answers={JSON: DecisionBody}, refusals=(400, 404, 409, 413, 415, 422),
    ),
    Route(
        "POST", "/v1/applications/{application_id}/hearing", tell_of_hearing, Access.PROVIDER,
        "The hearing before a refusal was held: its record; or it was missed, and another day is set.",
        body=HearingBody, answers={JSON: DecisionBody}, refusals=(400, 404, 409, 413, 415, 422),
    ),
)  # fmt: skip
