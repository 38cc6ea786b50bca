"""`/_mock/scenario`: begin one now, see what of it is in force and what comes, end it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from registries_mock.json_http import answer_json, refuse_request
from registries_mock.scenario.playing import begin_scenario, describe_scenario
from registries_mock.scenario.reading import read_scenario
from registries_mock.scenario.tree import ScenarioInvalid
from registries_mock.suite import Suite


def scenario_control(suite: Suite) -> Blueprint:
    """POST takes YAML, or JSON where the content type says so; 422 with a sentence for what cannot be."""
    routes = Blueprint("scenario", __name__)

    @routes.get("/_mock/scenario")
    def show() -> Response:
        told = describe_scenario(suite.failures, suite.outside.clock())
        return answer_json(told) if told is not None else refuse_request("no scenario is in force", 404)

    @routes.post("/_mock/scenario")
    def begin() -> Response:
        try:
            scenario = read_scenario(request.get_data(), is_json=request.mimetype == "application/json")
            begin_scenario(suite.failures, scenario, suite.outside.clock())
        except ScenarioInvalid as failure:
            return refuse_request(str(failure))
        return answer_json(describe_scenario(suite.failures, suite.outside.clock()), 201)

    @routes.delete("/_mock/scenario")
    def end() -> Response:
        suite.failures.stop()
        return Response(status=204)

    return routes
