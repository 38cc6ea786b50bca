"""The control API of the SMS gateway: what phones have got, and the outage. No phone stands in an address."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response

from registries_mock.json_http import answer_json, read_object, refuse_request
from registries_mock.sms.inbox import Inbox
from registries_mock.sms.outage import KINDS, Outage


def sms_control(inbox: Inbox, outage: Outage) -> Blueprint:
    """The routes under /_mock/sms."""
    routes = Blueprint("sms", __name__)

    @routes.get("/_mock/sms")
    def messages() -> Response:
        return answer_json([asdict(one) for one in inbox.list()])

    @routes.post("/_mock/sms/search")
    def search() -> Response:
        wanted = read_object("phone")
        phone = wanted.get("phone") if wanted else None
        if not isinstance(phone, str) or sum(sign.isdigit() for sign in phone) < 10:
            return refuse_request("give {phone: a number of ten digits or more}")
        return answer_json([asdict(one) for one in inbox.list(phone)])

    @routes.delete("/_mock/sms")
    def forget() -> Response:
        inbox.reset()
        return Response(status=204)

    @routes.get("/_mock/sms/outage")
    def show_outage() -> Response:
        return answer_json(_state(outage))

    @routes.post("/_mock/sms/outage")
    def switch_outage() -> Response:
        wanted = read_object("on", "kind")
        if wanted is None or not isinstance(wanted.get("on"), bool):
            return refuse_request("give {on: true or false, kind: how it shows}")
        kind = wanted.get("kind", next(iter(KINDS)))
        if not isinstance(kind, str) or kind not in KINDS:
            return refuse_request(f"kind is one of {', '.join(KINDS)}")
        if wanted["on"]:
            outage.begin(kind)
        else:
            outage.end()
        return answer_json(_state(outage))

    return routes


def _state(outage: Outage) -> dict[str, Any]:
    return {"on": bool(outage.kind()), "kind": outage.kind()}
