"""The control API of consents: what people are asked, what they do, and the envelope of the replies."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from registries_mock.consent_desk import Act, ConsentDesk, Habit, Request
from registries_mock.wire import JSON


def consent_control(desk: ConsentDesk) -> Blueprint:
    """The routes under /_mock/consents. People are named in bodies: no IIN stands in an address."""
    routes = Blueprint("consents", __name__)

    @routes.get("/_mock/consents")
    def requests() -> Response:
        return _json([_describe(one) for one in desk.list()])

    @routes.post("/_mock/consents")
    def act() -> Response:
        """`does`: what the person does from now on, when asked; `now`: what with what was asked before."""
        wanted = _read_object("iin", "does", "now")
        iin = wanted.get("iin") if wanted else None
        if wanted is None or not isinstance(iin, str) or len(iin) != 12 or not iin.isdigit():
            return _refuse("give {iin: twelve digits, does: a habit, now: an act}")
        does, now = wanted.get("does"), wanted.get("now")
        if does is not None and does not in list(Habit):
            return _refuse(f"does is one of {', '.join(Habit)}")
        if now is not None and now not in list(Act):
            return _refuse(f"now is one of {', '.join(Act)}")
        if does is None and now is None:
            return _refuse("say what the person does, or does now")
        if does is not None:
            desk.set_habit(iin, Habit(does))
        changed = desk.act(iin, Act(now)) if now is not None else 0
        return _json({"changed": changed})

    @routes.post("/_mock/consents/envelope")
    def envelope() -> Response:
        wanted = _read_object("on")
        if wanted is None or not isinstance(wanted.get("on"), bool):
            return _refuse("give {on: true or false}")
        desk.enveloped = wanted["on"]
        return _json({"on": desk.enveloped})

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


def _read_object(*names: str) -> dict[str, Any] | None:
    """The body where it is an object of no other names; None where it is something else."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        return None
    return body if isinstance(body, dict) and set(body) <= set(names) else None


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type=JSON)


def _refuse(sentence: str) -> Response:
    return _json({"error": sentence}, 422)
