"""Where a list goes on, as a caller hands it back: one word without meaning to him."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from contracts.errors import MalformedInput, Problem
from gateway.store.lists import Place

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 600


def write_place(place: Place) -> str:
    plain = f"{(place.at - _EPOCH) // timedelta(microseconds=1)} {place.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_place(text: str | None) -> Place | None:
    """None where none is given; raises MalformedInput."""
    if text is None:
        return None
    try:
        if len(text) > _LONGEST:
            raise ValueError
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        moment, _, id_ = plain.partition(" ")
        return Place(_EPOCH + timedelta(microseconds=int(moment)), id_)
    except (ValueError, OverflowError) as error:
        detail = "after must be `next` of the page before"
        raise MalformedInput(problems=(Problem("invalid-value", "", detail),)) from error


def cut_page(found: Sequence[T], size: int, place_of: Callable[[T], Place]) -> tuple[Sequence[T], str | None]:
    """Of one more than a page, the page and the word for the next one; None where there is no more."""
    page = found[:size]
    return page, write_place(place_of(page[-1])) if len(found) > size else None
