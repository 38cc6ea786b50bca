"""Where in a record the writer stands: vocabulary paths resolved against it and the list items that it is inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from contracts.vocabulary.terms import Record, list_prefixes


@dataclass(frozen=True)
class Scope:
    """A record, and the current item of each list that is being written."""

    records: Sequence[Record]
    record: Record
    items: Mapping[str, Any] = field(default_factory=dict)

    def of_record(self, record: Record) -> Scope:
        return Scope((record,), record)

    def inside(self, prefix: str, item: Any) -> Scope:
        return Scope(self.records, self.record, {**self.items, prefix: item})

    def value(self, bind: str) -> Any:
        """The value there, None where there is none; of a list that nobody is inside, its first item counts."""
        here, steps = self._nearest(bind)
        for step in steps:
            if isinstance(here, list):
                here = here[0] if here else None
            here = here.get(step) if isinstance(here, Mapping) else None
        return here

    def rows(self, bind: str) -> list[Any]:
        """The items of the list that `bind` (ending in `[]`) names."""
        return list(self.value(bind) or [])

    def open_list(self, bind: str) -> str:
        """The outermost list on the path that nobody is inside yet; "" where there is none."""
        return next((prefix for prefix, _ in reversed(find_ways(bind)[1:]) if prefix not in self.items), "")

    def _nearest(self, bind: str) -> tuple[Any, tuple[str, ...]]:
        ways = find_ways(bind)
        if self.items:
            for prefix, steps in ways[1:]:
                if prefix in self.items:
                    return self.items[prefix], steps
        return self.record, ways[0][1]


@lru_cache(4096)  # more than the vocabulary and a deployment's own terms have
def find_ways(bind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The steps of a path from the record (""), and from each list on the path, the innermost first."""
    rests = [("", bind), *((prefix, bind[len(prefix) + 1 :]) for prefix in reversed(list_prefixes(bind)))]
    return tuple((prefix, tuple(step.removesuffix("[]") for step in rest.split(".") if step)) for prefix, rest in rests)


def is_present(value: Any) -> bool:
    """Whether a registry has this at all: `False` and 0 are values, an empty group is none."""
    return value is not None and value != "" and value != [] and value != {}
