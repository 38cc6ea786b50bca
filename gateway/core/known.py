"""What is read once out of a thing that never changes and serves all cases: a service, a passport, a calendar.

Kept by identity: such things are large, and comparing them costs more than reading them anew would.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Thing = TypeVar("Thing")
Value = TypeVar("Value")
_MOST = 256
"""Things at hand at one time: more than all services have rows, which are the most; past it all are read anew."""


def once_for_each(read: Callable[[Thing], Value]) -> Callable[[Thing], Value]:
    """The same function, which remembers its value for each thing that it was handed."""
    known: dict[int, tuple[Thing, Value]] = {}

    def find(thing: Thing) -> Value:
        # The thing is kept beside its value, so that no other one can come to have its id meanwhile.
        found = known.get(id(thing))
        if found is None or found[0] is not thing:
            if len(known) >= _MOST:
                known.clear()
            found = known[id(thing)] = thing, read(thing)
        return found[1]

    return find
