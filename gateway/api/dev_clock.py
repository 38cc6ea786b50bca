"""`/dev/clock`: where a virtual clock stands, and the step that moves it; there only where the time is virtual."""

from __future__ import annotations

from datetime import timedelta

from flask import Response
from pydantic import TypeAdapter, ValidationError

from contracts.errors import MalformedInput, NotFound, Problem
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import Body
from gateway.core.calendar import ALMATY
from gateway.engine.time_steps import Standing, TimeSteps

LONGEST_STEP = timedelta(days=400)
WAIT_SECONDS = 60.0
_DURATION = TypeAdapter(timedelta)


class StepBody(Body):
    step: str


class ClockBody(Body):
    now: str
    quiet: bool
    next: str | None


def tell_clock(call: Call) -> Response:
    return _answer(_time_of(call).standing())


def step_clock(call: Call) -> Response:
    """Returns when all is quiet at the new moment; 503 where that takes too long."""
    time = _time_of(call)
    try:
        step = _DURATION.validate_python(StepBody.model_validate_json(call.read_json_body()).step)
    except ValidationError as error:
        raise _refuse('a step is a JSON object like {"step": "PT1H"}') from error
    if not timedelta() < step <= LONGEST_STEP:
        raise _refuse(f"a step is longer than nothing and no longer than {LONGEST_STEP.days} days")
    return _answer(time.advance(step, WAIT_SECONDS))


def _time_of(call: Call) -> TimeSteps:
    if call.parts.time is None:
        raise NotFound
    return call.parts.time


def _refuse(detail: str) -> MalformedInput:
    return MalformedInput(problems=(Problem("invalid-value", "/step", detail),))


def _answer(standing: Standing) -> Response:
    due = standing.next.astimezone(ALMATY).isoformat() if standing.next else None
    return answer_json(ClockBody(now=standing.now.astimezone(ALMATY).isoformat(), quiet=standing.quiet, next=due))


ROUTES = (
    Route(
        "GET", "/dev/clock", tell_clock, Access.PUBLIC,
        "Where the virtual clock stands; not there where the time is real.",
        answers={JSON: ClockBody}, refusals=(404,),
    ),
    Route(
        "POST", "/dev/clock", step_clock, Access.PUBLIC,
        "Step the virtual clock by an ISO 8601 duration; answered when all is quiet.",
        body=StepBody, answers={JSON: ClockBody}, refusals=(400, 404, 413, 415, 503),
    ),
)  # fmt: skip
