"""The centre's misbehaviour on demand: the rows in force, and what becomes of an exchange before anything is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from registries_mock.ca.trouble_rows import Service, Trouble, read_trouble
from registries_mock.clock import Clock
from registries_mock.failures import page_of
from registries_mock.rows_in_force import RowsInForce
from registries_mock.spoiling import GARBAGE
from registries_mock.wire import HTML, NO_REPLY, HttpReply

_PAGE: Final = b"<html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>"

AnswerWith = Callable[[Trouble | None], HttpReply]
"""How a service answers: in order, or with what the row wants to be wrong inside the answer."""


class Troubles(RowsInForce[Trouble]):
    """The rows of the centre's services."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(lambda row, times: replace(row, times=times))
        self._clock = clock

    def add(self, wanted: Mapping[str, Any]) -> Trouble:
        """Put a row into force; raises ValueError with a sentence for one that cannot be."""
        return self.put(lambda number: read_trouble(wanted, number))

    def serve(self, service: Service, name: str, answer: AnswerWith) -> HttpReply:
        """The reply of an exchange, spoiled as the oldest row that fits says."""
        now = self._clock()
        trouble = self.use(lambda row: row.fits(service, name, now))
        match trouble.kind if trouble else "":
            case "silence" if trouble:
                self.wait(trouble.seconds)
                return HttpReply(504, b"")
            case "slow" if trouble:
                self.wait(trouble.seconds)
                return answer(None)
            case "reset":
                return NO_REPLY
            case "html_503":
                return HttpReply(503, page_of(503), HTML)
            case "html_200":
                # So a network's own door answers in place of whoever was asked.
                return HttpReply(200, _PAGE, HTML)
            case "http_500":
                return HttpReply(500, b"")
            case "garbage":
                return replace(answer(None), body=GARBAGE)
            case "truncated":
                whole = answer(None)
                return replace(whole, body=whole.body[: len(whole.body) // 2])
            case _:
                return answer(trouble)
