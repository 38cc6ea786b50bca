"""The control API of the centre under /_mock/ca: revocations, and misbehaviour on demand."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response

from registries_mock.ca.errors import CertificateUnknown, JournalBroken
from registries_mock.ca.journal import REASONS
from registries_mock.ca.troubles import Troubles
from registries_mock.clock import Clock
from registries_mock.errors import AuthorityBroken
from registries_mock.json_http import answer_json, read_body, refuse_request
from registries_mock.own_authority import FindAuthority

_WORDS: Final = frozenset({"serial_number", "issuer", "reason"})


def control_centre(find: FindAuthority, troubles: Troubles, clock: Clock) -> Blueprint:
    """What was taken back, and taking back by the suite's clock, also where the authority has no folder; what shall be
    wrong."""
    routes = Blueprint("ca_control", __name__)

    @routes.errorhandler(AuthorityBroken)
    def broken(error: AuthorityBroken) -> Response:
        return refuse_request(str(error), 503)

    @routes.errorhandler(JournalBroken)
    def unreadable(error: JournalBroken) -> Response:
        return answer_json({"error": str(error), "code": error.code}, 503)

    @routes.get("/_mock/ca/revocations")
    def show() -> Response:
        return answer_json([one.describe() for one in find().journal.read()])

    @routes.post("/_mock/ca/revocations")
    def revoke() -> Response:
        wanted = read_body()
        if not isinstance(wanted, dict) or not set(wanted) <= _WORDS:
            return refuse_request(f"give an object of {', '.join(sorted(_WORDS))}")
        return _revoke(find, clock(), wanted)

    @routes.get("/_mock/ca/failures")
    def show_troubles() -> Response:
        return answer_json([row.describe() for row in troubles.rows()])

    @routes.post("/_mock/ca/failures")
    def add_trouble() -> Response:
        wanted = read_body()
        if not isinstance(wanted, dict):
            return refuse_request("a failure is a JSON object")
        try:
            return answer_json(troubles.add(wanted).describe(), 201)
        except ValueError as fault:
            return refuse_request(str(fault))

    @routes.delete("/_mock/ca/failures")
    def no_troubles() -> Response:
        troubles.reset()
        return Response(status=204)

    return routes


def _revoke(find: FindAuthority, at: datetime, wanted: dict[str, Any]) -> Response:
    serial, issuer = wanted.get("serial_number"), wanted.get("issuer", "issuing")
    reason = wanted.get("reason", "unspecified")
    if not all(isinstance(one, str) for one in (serial, issuer, reason)) or reason not in REASONS:
        return refuse_request(f"serial_number and issuer are texts, reason is one of {', '.join(REASONS)}")
    try:
        number = int(str(serial), 16)
        is_new = find().revoke(number, issuer=issuer, at=at, recorded=at, reason=reason)
    except ValueError:
        return refuse_request("serial_number is hexadecimal")
    except CertificateUnknown as error:
        return answer_json({"error": str(error), "code": error.code}, 422)
    return answer_json({"serial_number": f"{number:x}", "issuer": issuer}, 201 if is_new else 200)
