"""A failure that one call asks for itself: by the header X-Mock-Failure, or by a property of its SHEP message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any, Final

HEADER: Final = "X-Mock-Failure"
_OF_HEADER: Final = ContextVar("called_failure", default="")
PROPERTY: Final = "mock-failure"
_WORDS: Final = ("seconds", "variant", "code", "half")
_LONGEST: Final = 200
_FORM: Final = (
    f"a call's own failure is written like `drip; seconds=5`, with {', '.join(_WORDS)} where its kind has them"
)


def find_called(properties: Iterable[tuple[str, str]] = ()) -> str:
    """The text of the message's property, else of the header of the request under way; "" where neither is there."""
    return next((value for key, value in properties if key == PROPERTY), "") or _OF_HEADER.get()


def note_header(environ: Mapping[str, Any]) -> None:
    """Before each exchange: what its header says, or that it says nothing."""
    _OF_HEADER.set(environ.get("HTTP_X_MOCK_FAILURE", ""))


def read_called(text: str) -> Mapping[str, Any]:
    """The words of a failure row; raises ValueError with a sentence that repeats nothing of the text."""
    kind, *rest = (piece.strip() for piece in text.split(";"))
    words: dict[str, Any] = {"kind": kind}
    for piece in rest:
        name, found, value = (part.strip() for part in piece.partition("="))
        if len(text) > _LONGEST or not found or name not in _WORDS or name in words:
            raise ValueError(_FORM)
        words[name] = _read_number(value) if name == "seconds" else value
    return words


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError as failure:
        raise ValueError(_FORM) from failure
