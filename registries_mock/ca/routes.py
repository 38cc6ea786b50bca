"""The centre's addresses under /ca."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from registries_mock.ca.addresses import CERTIFICATES, CRL, OCSP, TSP
from registries_mock.dropping import drop
from registries_mock.errors import AuthorityBroken
from registries_mock.wire import HttpReply

if TYPE_CHECKING:
    from registries_mock.ca.centre import FindCentre


def publish_centre(find: FindCentre) -> Blueprint:
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
        except ValueError:
            asked = b""
        return _send(find().answer(asked))

    @routes.post(f"/{TSP}", strict_slashes=False)
    @routes.post(f"/{TSP}/<algorithm>")
    def stamp(algorithm: str | None = None) -> Response:
        return _send(find().stamp(request.get_data(), algorithm))

    return routes


def _send(reply: HttpReply) -> Response:
    if reply.dropped:
        return Response(drop())
    return Response(reply.body, reply.status, content_type=reply.content_type)
