"""The control API of consents: what people are asked, what they do, and the envelope of the replies."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from registries_mock.consent_desk import Act, ConsentDesk, Habit, Request
from registries_mock.json_http import answer_json, read_object, refuse_request


def consent_control(desk: ConsentDesk) -> Blueprint:
    """The routes under /_mock/consents. People are named in bodies: no IIN stands in an address."""
    routes = Blueprint("consents", __name__)

    @routes.get("/_mock/consents")
    def requests() -> Response:
        return answer_json([_describe(one) for one in desk.list()])

    @routes.post("/_mock/consents")
    def act() -> Response:
        """`does`: what the person does from now on, when asked; `now`: what with what was asked before."""
        wanted = read_object("iin", "does", "now")
        iin = wanted.get("iin") if wanted else None
        if wanted is None or not isinstance(iin, str) or len(iin) != 12 or not iin.isdigit():
            return refuse_request("give {iin: twelve digits, does: a habit, now: an act}")
        does, now = wanted.get("does"), wanted.get("now")
        if does is not None and does not in list(Habit):
            return refuse_request(f"does is one of {', '.join(Habit)}")
        if now is not None and now not in list(Act):
            return refuse_request(f"now is one of {', '.join(Act)}")
        if does is None and now is None:
            return refuse_request("say what the person does, or does now")
        if does is not None:
            desk.set_habit(iin, Habit(does))
        changed = desk.act(iin, Act(now)) if now is not None else 0
        return answer_json({"changed": changed})

    @routes.post("/_mock/consents/envelope")
    def envelope() -> Response:
        wanted = read_object("on")
        if wanted is None or not isinstance(wanted.get("on"), bool):
            return refuse_request("give {on: true or false}")
        desk.enveloped = wanted["on"]
        return answer_json({"on": desk.enveloped})

    @routes.delete("/_mock/consents")
    def forget() -> Response:
        desk.reset()
        return Response(status=204)

    return routes


def _describe(one: Request) -> dict[str, Any]:
    return {
        "iin": one.iin,
        "scope": one.scope,
        "state": one.state,
        "messages": one.messages,
        "asked_at": one.asked_at.isoformat(timespec="seconds") if one.asked_at else None,
    }
