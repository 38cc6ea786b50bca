"""`/dev/clock`: where a virtual clock stands, and the step that moves it; there only where the time is virtual."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, ValidationError

from registries_mock.durations import read_duration
from registries_mock.json_http import answer_json, refuse_request
from registries_mock.virtual_time import Standing, VirtualTime

LONGEST_STEP: Final = timedelta(days=400)
WAIT_SECONDS: Final = 30.0
"""Real seconds that a step may take before its caller is told that it is not over."""


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    step: str


def dev_clock(time: VirtualTime, wait_seconds: float = WAIT_SECONDS) -> Blueprint:
    """GET tells `{"now": …, "quiet": …, "next": …}`; POST `{"step": "PT1H"}` moves it, and tells when all is quiet.

    422 for a step that cannot be; 503 for one that is not over in time: it goes on, and GET tells when it is.
    """
    routes = Blueprint("dev_clock", __name__)

    @routes.get("/dev/clock")
    def tell() -> Response:
        return _told(time.standing())

    @routes.post("/dev/clock")
    def move() -> Response:
        try:
            step = _read_step(request.get_data())
            standing = time.advance(step, wait_seconds)
        except ValueError as fault:
            return refuse_request(str(fault))
        if not standing.quiet:
            return _told(standing, 503, error="the step is not over yet; it goes on")
        return _told(standing)

    return routes


def _read_step(body: bytes) -> timedelta:
    try:
        step = read_duration(_Step.model_validate_json(body).step)
    except ValidationError as fault:
        raise ValueError('a step is a JSON object like {"step": "PT1H"}') from fault
    if not timedelta() < step <= LONGEST_STEP:
        raise ValueError(f"a step is longer than nothing and no longer than {LONGEST_STEP.days} days")
    return step


def _told(standing: Standing, status: int = 200, **more: str) -> Response:
    due = standing.next.isoformat() if standing.next else None
    return answer_json({"now": standing.now.isoformat(), "quiet": standing.quiet, "next": due, **more}, status)
