"""The check that what is asked is refused: by a SOAP fault, whatever the fault says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from registries_mock.conform.errors import Differs
from registries_mock.conform.seen import Seen
from registries_mock.conform.visit import Check, Visit

WANTED: Final = "a SOAP fault"


def expect_fault(ask: Callable[[Visit], Seen]) -> Check:
    """A check that raises Differs where the target does anything else."""

    def check(visit: Visit) -> None:
        seen = ask(visit)
        problem = seen.find_no_reply()
        if problem is not None:
            raise Differs(WANTED, problem.found)
        seen.fault(WANTED)

    return check
