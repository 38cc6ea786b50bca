"""Answers in JSON: unicode as it is, models as their fields, one media type each; and files."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from pydantic import BaseModel


def answer_json(body: BaseModel | Any, status: int = 200, *, media: str = "application/json") -> Response:
    """The response with the body (a model, or plain data)."""
    plain = body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else body
    return Response(json.dumps(plain, ensure_ascii=False, indent=1, default=str) + "\n", status, content_type=media)


def answer_file(content: bytes, media: str, name: str, *, download: bool = False) -> Response:
    """The bytes as they are; `name` is ours, never what somebody else called a file."""
    response = Response(content, content_type=media)
    response.headers["Content-Disposition"] = f'{"attachment" if download else "inline"}; filename="{name}"'
    return response
