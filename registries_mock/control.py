"""The control API under /_mock: what is here, who is here, what shall fail."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from contracts.application import SCHEMA_ID
from registries_mock.bus.seals import FAMILIES
from registries_mock.json_http import answer_json, read_body, refuse_request
from registries_mock.ncalayer.behaviours import read_behaviour
from registries_mock.suite import Suite

_SERVICE: Final = "asp"
"""What the invented people apply for."""


def control(suite: Suite) -> Blueprint:
    """The routes that are not part of any protocol; for the machine that the suite runs on, without a key."""
    routes = Blueprint("control", __name__)

    @routes.get("/_mock/health")
    def health() -> Response:
        return answer_json({"status": "ok", "seed": suite.settings.seed, "passports": len(suite.catalogue.passports)})

    @routes.get("/_mock/personas")
    def personas() -> Response:
        people = suite.outside.people.personas()
        return answer_json(
            [
                {"name": one.name, "title": one.title, "shows": one.shows, "failures": list(one.failures)}
                for one in people
            ]
        )

    @routes.get("/_mock/people/<name>")
    def person(name: str) -> Response:
        try:
            declared = suite.outside.people.describe_application(name)
            return answer_json({"schema": SCHEMA_ID, "service": _SERVICE, **declared})
        except LookupError:
            return refuse_request("nobody is called so; /_mock/personas lists the names", 404)

    @routes.get("/_mock/counts")
    def counts() -> Response:
        return answer_json(suite.counts.all())

    @routes.post("/_mock/reset")
    def reset() -> Response:
        suite.reset()
        return Response(status=204)

    @routes.get("/_mock/failures")
    def failures() -> Response:
        return answer_json([row.describe() for row in suite.failures.rows()])

    @routes.post("/_mock/failures")
    def add_failure() -> Response:
        wanted = read_body()
        if not isinstance(wanted, dict):
            return refuse_request("a failure is a JSON object")
        try:
            row = suite.failures.add(wanted)
        except ValueError as fault:
            return refuse_request(str(fault))
        return answer_json(row.describe(), 201)

    @routes.delete("/_mock/failures")
    def no_failures() -> Response:
        suite.failures.reset()
        return Response(status=204)

    @routes.delete("/_mock/failures/<int:number>")
    def no_failure(number: int) -> Response:
        if not suite.failures.remove(number):
            return refuse_request("there is no such row in force", 404)
        return Response(status=204)

    @routes.get("/_mock/ncalayer")
    def ncalayer() -> Response:
        return answer_json(suite.ncalayer.show().describe())

    @routes.post("/_mock/ncalayer")
    def behave() -> Response:
        wanted = read_body()
        try:
            suite.ncalayer.set(read_behaviour(wanted if isinstance(wanted, dict) else {}))
        except ValueError as fault:
            return refuse_request(str(fault))
        return ncalayer()

    @routes.get("/_mock/certificates/<family>")
    def certificate(family: str) -> Response:
        if family not in FAMILIES:
            return refuse_request(f"the bus has keys of {' and '.join(FAMILIES)}", 404)
        return Response(suite.seals.certificate(family), content_type="application/x-pem-file")

    @routes.get("/_mock/participants")
    def participants() -> Response:
        return answer_json(suite.delivery.participants())

    @routes.post("/_mock/participants")
    def add_participant() -> Response:
        wanted = read_body()
        sender, url = (wanted.get("sender_id"), wanted.get("url")) if isinstance(wanted, dict) else (None, None)
        if sender not in suite.settings.senders:
            return refuse_request("sender_id is none of the senders")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            return refuse_request("url is an address that begins with http:// or https://")
        suite.delivery.register(str(sender), url)
        return answer_json({"sender_id": sender, "url": url}, 201)

    return routes
