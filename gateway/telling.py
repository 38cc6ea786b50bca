"""Work done again and again: that it fails is told once, and once that it goes well again, not at every round."""

from __future__ import annotations

from collections.abc import Callable
from logging import WARNING

from contracts.errors import GatewayError
from gateway.logs import log_event


def tell_changes(name: str, work: Callable[[], object]) -> Callable[[], None]:
    """The same work; a GatewayError of it ends the round, and is told where the round before ended otherwise."""
    told = ""

    def run() -> None:
        nonlocal told
        try:
            work()
            code = ""
        except GatewayError as error:
            code = error.code
        if code and code != told:
            log_event("work_failed", level=WARNING, work=name, code=code)
        elif told and not code:
            log_event("work_recovered", work=name)
        told = code

    return run
