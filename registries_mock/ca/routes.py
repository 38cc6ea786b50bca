"""The centre's addresses under /ca, and the control API of its revocations under /_mock/ca."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request

from registries_mock.ca.addresses import CERTIFICATES, CRL, OCSP, TSP
from registries_mock.ca.errors import CertificateUnknown, JournalBroken
from registries_mock.clock import Clock
from registries_mock.dropping import drop
from registries_mock.errors import AuthorityBroken
from registries_mock.own_authority import FindAuthority
from registries_mock.wire import JSON, HttpReply

if TYPE_CHECKING:
    from registries_mock.ca.centre import FindCentre

_WORDS: Final = frozenset({"serial_number", "issuer", "reason"})


def publish(find: FindCentre) -> Blueprint:
    """Lists, certificates, responder and timestamps; no key is asked for, as with the real ones."""
    routes = Blueprint("ca", __name__, url_prefix="/ca")

    @routes.errorhandler(AuthorityBroken)
    def broken(error: AuthorityBroken) -> Response:
        return Response(f"{error.code}: {error}\n", 503, content_type="text/plain; charset=utf-8")

    @routes.get(f"/{CRL}/<file>")
    def revocation_list(file: str) -> Response:
        return _send(find().publish_list(file))

    @routes.get(f"/{CERTIFICATES}/<file>")
    def certificate(file: str) -> Response:
        return _send(find().publish_certificate(file))

    @routes.post(f"/{OCSP}", strict_slashes=False)
    def answer() -> Response:
        return _send(find().answer(request.get_data()))

    # RFC 6960, A.1: base64 may hold several slashes in a row, which are no mistake of the caller's here.
    @routes.get(f"/{OCSP}/<path:question>", merge_slashes=False)
    def answer_to_get(question: str) -> Response:
        try:
            asked = base64.b64decode(question, validate=True)
        except binascii.Error:
            asked = b""
        return _send(find().answer(asked))

    @routes.post(f"/{TSP}", strict_slashes=False)
    @routes.post(f"/{TSP}/<algorithm>")
    def stamp(algorithm: str | None = None) -> Response:
        return _send(find().stamp(request.get_data(), algorithm))

    return routes


def control_revocations(find: FindAuthority, clock: Clock) -> Blueprint:
    """What was taken back, and taking back by the suite's clock, also where the authority has no folder."""
    routes = Blueprint("ca_control", __name__)

    @routes.errorhandler(AuthorityBroken)
    def broken(error: AuthorityBroken) -> Response:
        return _json({"error": str(error)}, 503)

    @routes.errorhandler(JournalBroken)
    def unreadable(error: JournalBroken) -> Response:
        return _json({"error": str(error), "code": error.code}, 503)

    @routes.get("/_mock/ca/revocations")
    def show() -> Response:
        return _json([one.describe() for one in find().journal.read()])

    @routes.post("/_mock/ca/revocations")
    def revoke() -> Response:
        wanted = request.get_json(silent=True)
        if not isinstance(wanted, dict) or not set(wanted) <= _WORDS:
            return _json({"error": f"give an object of {', '.join(sorted(_WORDS))}"}, 422)
        return _revoke(find, clock(), wanted)

    return routes


def _revoke(find: FindAuthority, at: datetime, wanted: dict[str, Any]) -> Response:
    from registries_mock.ca.journal import REASONS

    serial, issuer = wanted.get("serial_number"), wanted.get("issuer", "issuing")
    reason = wanted.get("reason", "unspecified")
    if not all(isinstance(one, str) for one in (serial, issuer, reason)) or reason not in REASONS:
        return _json({"error": f"serial_number and issuer are texts, reason is one of {', '.join(REASONS)}"}, 422)
    try:
        number = int(str(serial), 16)
        is_new = find().revoke(number, issuer=issuer, at=at, recorded=at, reason=reason)
    except ValueError:
        return _json({"error": "serial_number is hexadecimal"}, 422)
    except CertificateUnknown as error:
        return _json({"error": str(error), "code": error.code}, 422)
    return _json({"serial_number": f"{number:x}", "issuer": issuer}, 201 if is_new else 200)


def _send(reply: HttpReply) -> Response:
    if reply.dropped:
        return Response(drop())
    return Response(reply.body, reply.status, content_type=reply.content_type)


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, content_type=JSON)
