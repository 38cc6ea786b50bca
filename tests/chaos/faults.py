"""The table of the faults, and which of them may meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tests.chaos.observed import Fault
from tests.chaos.of_database import cut_connections, fill_disk, kill_database
from tests.chaos.of_outside import hang_registry, silence_messages
from tests.chaos.of_processes import kill_gateway, kill_worker, pause_worker, step_clock

KILLED_GATEWAY, KILLED_WORKER, KILLED_DATABASE = "gateway killed", "worker killed", "database killed"
CUT, PAUSED, STEPPED = "connections cut", "worker paused", "clock stepped"
HUNG, NO_SMS, FULL_DISK = "registry hung", "SMS gateway down", "disk full"
OF_FLEET: Mapping[str, Fault] = MappingProxyType(
    {
        KILLED_GATEWAY: kill_gateway,
        KILLED_WORKER: kill_worker,
        KILLED_DATABASE: kill_database,
        CUT: cut_connections,
        PAUSED: pause_worker,
        STEPPED: step_clock,
        HUNG: hang_registry,
        NO_SMS: silence_messages,
    }
)
OF_ONE: Mapping[str, Fault] = MappingProxyType(
    {KILLED_GATEWAY: kill_gateway, FULL_DISK: fill_disk, HUNG: hang_registry, NO_SMS: silence_messages}
)
"""Of one process over a file."""
_ALONE = frozenset({KILLED_WORKER, PAUSED, KILLED_DATABASE, CUT, STEPPED, FULL_DISK})
"""Only one of these is under way at a time: what each does to leases, or to what is written, is to be seen."""
_OF_CODES = frozenset({STEPPED, NO_SMS})
"""A code is good for minutes by the clock of the gateway that sent it: another, an hour ahead, rightly refuses it."""


def may_meet(kind: str, others: Sequence[str], workers: int) -> bool:
    """Whether a fault may strike while others are under way: each leaves a worker that carries on.

    Of one kind there is one at a time, so that what one undoes is not what the other waits for.
    """
    if kind in others or (kind in _OF_CODES and not _OF_CODES.isdisjoint(others)):
        return False
    alone = [other for other in others if kind in _ALONE and other in _ALONE]
    takes = {KILLED_WORKER, PAUSED}
    return not alone or ({kind, *alone} <= takes and kind not in alone and len(alone) + 1 < workers)
