"""Which space a request belongs to: said in its path, in a header, or by the sender id of its message.

A path comes first: a client that can be told nothing but a base address can be told one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from registries_mock.addresses import ASYNC, SYNC
from registries_mock.errors import Refused
from registries_mock.payloads.xml_in import child, text_of
from registries_mock.spaces.spaces import Space, Spaces
from registries_mock.wire import JSON, body_of

PREFIX: Final = "/_space/"
HEADER: Final = "X-Mock-Space"
_HEADER_WORD: Final = "HTTP_X_MOCK_SPACE"
_INFOS: Final = (("requestInfo",), ("messageInfo",), ())
_BUS: Final = (SYNC.rstrip("/"), ASYNC.rstrip("/"))


class ChooseSpace:
    """Before the suite's own addresses: hands a space's requests to the space."""

    def __init__(self, own: WSGIApplication, spaces: Spaces, body_bytes: int) -> None:
        self._own = own
        self._spaces = spaces
        self._body_bytes = body_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX):
            name, _, rest = path.removeprefix(PREFIX).partition("/")
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}{PREFIX}{name}"
            environ["PATH_INFO"] = f"/{rest}"
        else:
            name = environ.get(_HEADER_WORD)
        if name is not None:
            space = self._spaces.find(name)
            return space.app(environ, start_response) if space else _refuse(start_response)
        space = self._find_by_sender(environ) if self._spaces.has_senders() and path.startswith(_BUS) else None
        return (space.app if space else self._own)(environ, start_response)

    def _find_by_sender(self, environ: WSGIEnvironment) -> Space | None:
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > self._body_bytes:
            return None
        message = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(message)
        return self._spaces.find_by_sender(_sender_of(message))


def _sender_of(message: bytes) -> str:
    """As the bus will read it, so that no other mention of somebody counts; "" where it cannot be read."""
    try:
        request = child(body_of(message), "request")
    except Refused:
        return ""
    return next(filter(None, (text_of(request, *info, "sender", "senderId") for info in _INFOS)), "")


def _refuse(start_response: StartResponse) -> Iterable[bytes]:
    told = {"error": "there is no such space; POST /_mock/spaces makes one"}
    start_response(f"{HTTPStatus.NOT_FOUND.value} {HTTPStatus.NOT_FOUND.phrase}", [("Content-Type", JSON)])
    return [json.dumps(told).encode()]
