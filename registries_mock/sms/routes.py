"""The control API of the SMS gateway: what phones have got, and the outage. No phone stands in an address."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from registries_mock.sms.inbox import Inbox
from registries_mock.sms.outage import KINDS, Outage
from registries_mock.wire import JSON


def sms_control(inbox: Inbox, outage: Outage) -> Blueprint:
    """The routes under /_mock/sms."""
    routes = Blueprint("sms", __name__)

    @routes.get("/_mock/sms")
    def messages() -> Response:
        return _json([asdict(one) for one in inbox.list()])

    @routes.post("/_mock/sms/search")
    def search() -> Response:
        wanted = _read_object("phone")
        phone = wanted.get("phone") if wanted else None
        if not isinstance(phone, str) or sum(sign.isdigit() for sign in phone) < 10:
            return _refuse("give {phone: a number of ten digits or more}")
        return _json([asdict(one) for one in inbox.list(phone)])

    @routes.delete("/_mock/sms")
    def forget() -> Response:
        inbox.reset()
        return Response(status=204)

    @routes.get("/_mock/sms/outage")
    def show_outage() -> Response:
        return _json(_state(outage))

    @routes.post("/_mock/sms/outage")
    def switch_outage() -> Response:
        wanted = _read_object("on", "kind")
        if wanted is None or not isinstance(wanted.get("on"), bool):
            return _refuse("give {on: true or false, kind: how it shows}")
        kind = wanted.get("kind", next(iter(KINDS)))
        if not isinstance(kind, str) or kind not in KINDS:
            return _refuse(f"kind is one of {', '.join(KINDS)}")
        if wanted["on"]:
            outage.begin(kind)
        else:
            outage.end()
        return _json(_state(outage))

    return routes


def _state(outage: Outage) -> dict[str, Any]:
    return {"on": bool(outage.kind()), "kind": outage.kind()}


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
