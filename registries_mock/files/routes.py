"""The control API of the file store: put a file there, and what lies there; no content is told."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Final

from flask import Blueprint, Response

from registries_mock.files.shelf import KEPT_FOR, LARGEST, LONGEST, Shelf
from registries_mock.json_http import answer_json, read_object, refuse_request

_TEXTS: Final = ("name", "media_type", "content", "uploader")
_LONGEST_TEXT: Final = 255


def files_control(shelf: Shelf) -> Blueprint:
    """The routes under /_mock/files."""
    routes = Blueprint("files", __name__)

    @routes.get("/_mock/files")
    def files() -> Response:
        return answer_json([one.describe() for one in shelf.list()])

    @routes.post("/_mock/files")
    def put() -> Response:
        wanted = read_object(*_TEXTS, "life_seconds")
        if wanted is None or not {"name", "media_type", "content"} <= set(wanted):
            return refuse_request("give {name, media_type, content: base64}, and if need be uploader and life_seconds")
        seconds = wanted.pop("life_seconds", KEPT_FOR.total_seconds())
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= _most_seconds():
            return refuse_request(f"life_seconds is above 0 and at most {_most_seconds():.0f}")
        if not all(isinstance(text, str) for text in wanted.values()):
            return refuse_request(f"{', '.join(_TEXTS)} are texts")
        names = {key: text for key, text in wanted.items() if key != "content"}
        if not all(text.isprintable() and 0 < len(text) <= _LONGEST_TEXT for text in names.values()):
            return refuse_request(f"a name is printable, and has 1 to {_LONGEST_TEXT} characters")
        content = _decode(wanted["content"])
        file = shelf.put(
            wanted["name"],
            wanted["media_type"],
            content,
            wanted.get("uploader", "control"),
            timedelta(seconds=seconds),
        )
        if file is None:
            return refuse_request(f"content is base64 of 1 to {LARGEST} bytes, for which there is room")
        return answer_json(file.describe(), 201)

    @routes.delete("/_mock/files")
    def forget() -> Response:
        shelf.reset()
        return Response(status=204)

    return routes


def _most_seconds() -> float:
    return LONGEST.total_seconds()


def _decode(text: str) -> bytes:
    """b"" where the text is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
