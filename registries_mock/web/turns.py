"""Who waits gives way to others: said before a wait, wherever in an application it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable


class _Turns(threading.local):
    """What a thread calls before it waits, nothing where no server of this package runs it; and how often it has."""

    give_way: Callable[[], object] | None = None
    waits = 0


_turns = _Turns()


def give_way() -> None:
    """Call it before a wait. Without it others would be served too, only some moments later (`crew.py`)."""
    _turns.waits += 1
    if _turns.give_way is not None:
        _turns.give_way()


def count_waits() -> int:
    """So many times this thread has given way."""
    return _turns.waits


def take_turns(give_way: Callable[[], object]) -> None:
    """What this thread calls from now on."""
    _turns.give_way = give_way
