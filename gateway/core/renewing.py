"""A frozen thing with some of its fields changed, as dataclasses.replace gives it, without asking after each field.

For dataclasses that keep their fields in their `__dict__` and work nothing out at their making: what such a one keeps
for itself (a memory) would be shared by both. A Case has `renew_case` for that.
"""

from __future__ import annotations

from typing import Any, TypeVar

Thing = TypeVar("Thing")


def renew(thing: Thing, **changes: Any) -> Thing:
    """Another one of its class; nobody checks that the changes are fields of it."""
    renewed: Thing = object.__new__(type(thing))
    renewed.__dict__.update(thing.__dict__)
    renewed.__dict__.update(changes)
    return renewed
