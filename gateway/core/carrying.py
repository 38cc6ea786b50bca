"""What was read out of a case holds for the changed case, as far as the very things that it rests on are the same.

A case never changes, and a changed one begins with no memory. Most changes touch one exchange or one notice: the rest
of what was read holds on. The table and what registries answered are compared by identity, so that a doubt costs a
second reading and nothing else; the few things of its course as values, for they may have been read anew.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from gateway.core.answers import ALL, MISSING, carry_answers, find_touched
from gateway.core.case import CELLS, GATHERED, LAW, NUMBERS, ORDER, PLACES, SILENT, Case
from gateway.core.facts import AWAITED, EVIDENCE, FACTS, carry_facts
from gateway.core.gaps import GAPS
from gateway.core.opening import ALL_OPEN, LEFT, LOOKED
from gateway.core.patience import SLOTS_OF, TRIES
from gateway.core.questions import KNOWN
from gateway.core.watch import TERMS

_TABLE = frozenset({"inquiries"})
_ASKED = frozenset({"inquiries", "exchanges"})
_TOLD = _ASKED | {"closings"}
RESTS_ON: dict[str, frozenset[str]] = {
    CELLS: frozenset(),
    LAW: frozenset(),
    SLOTS_OF: frozenset(),
    ORDER: _TABLE,
    PLACES: _TABLE,
    NUMBERS: _TABLE,
    LEFT: _TABLE,
    ALL_OPEN: _TABLE,
    GATHERED: _ASKED,
    SILENT: _ASKED,
    EVIDENCE: _ASKED,
    FACTS: _ASKED,
    AWAITED: _ASKED,
    KNOWN: _ASKED,
    LOOKED: _ASKED,
    ALL: _TOLD,
    MISSING: _TOLD,
    GAPS: _TOLD | {"registered_at"},
    TRIES: _TOLD | {"letters"},
    TERMS: frozenset(
        {"letters", "notices", "dates", "decision", "complaints", "withdrawn_at", "registered_at", "promised_on"}
    ),
}
"""By what a case remembers: the parts of it that this rests on, beside what no change of a case touches."""
PARTS: dict[str, Callable[[Case], Any]] = {
    "inquiries": lambda case: case.inquiries,
    "exchanges": lambda case: case.exchanges,
    "closings": lambda case: case.proceedings.closings,
    "letters": lambda case: case.proceedings.letters,
    "notices": lambda case: case.proceedings.notices,
    "dates": lambda case: case.proceedings.dates,
    "decision": lambda case: case.proceedings.decision,
    "complaints": lambda case: case.proceedings.complaints,
    "withdrawn_at": lambda case: case.proceedings.withdrawn_at,
    "registered_at": lambda case: case.registered_at,
    "promised_on": lambda case: case.promised_on,
}


def carry_memory(before: Case, after: Case, changed: Set[str] = frozenset()) -> None:
    """Hand what holds on to the case after; `changed`: ids of the exchanges that are known to the case before and told
    something else since. Whatever else of the case changed is found out here."""
    moved = {name for name, read in PARTS.items() if _differ(name, read(before), read(after))}
    for key, value in before.memo.items():
        rests = RESTS_ON.get(key)
        if rests is not None and rests.isdisjoint(moved):
            after.memo[key] = value
    touched = find_touched(before, changed)
    carry_answers(before, after, touched)
    if "inquiries" not in moved and "exchanges" in moved:
        carry_facts(before, after, frozenset(before.inquiries[place].subject_ref for place in touched))


def _differ(name: str, before: object, after: object) -> bool:
    return before is not after and (name in _ASKED or before != after)
