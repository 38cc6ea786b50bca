"""What was read out of a case holds for the changed case, as far as the very things that it rests on are the same.

A case never changes, and a changed one begins with no memory. Most changes touch one exchange or one notice: the rest
of what was read holds on. The table and what registries answered are compared by identity, so that a doubt costs a
second reading and nothing else; the few things of its course as values, for they may have been read anew.
"""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache
from operator import attrgetter

from gateway.core.answers import ALL, MISSING, carry_answers, find_touched
from gateway.core.case import CELLS, GATHERED, LAW, LIVELY, NUMBERS, ORDER, PLACES, SILENT, Case
from gateway.core.facts import AWAITED, EVIDENCE, FACTS, carry_facts
from gateway.core.gaps import GAPS
from gateway.core.opening import ALL_OPEN, CLOSED, LEFT, LOOKED, UNDECIDED, carry_undecided
from gateway.core.patience import ENDS, SLOTS_OF, TRIES
from gateway.core.questions import KNOWN
from gateway.core.watch import TERMS

_TABLE = frozenset({"inquiries"})
ASKED = frozenset({"inquiries", "exchanges"})
"""The parts of a case that are large, and compared by identity: who is asked what, and what came of it."""
_TOLD = ASKED | {"closings"}
RESTS_ON: dict[str, frozenset[str]] = {
    CELLS: frozenset(),
    LAW: frozenset(),
    SLOTS_OF: frozenset(),
    ORDER: _TABLE,
    PLACES: _TABLE,
    NUMBERS: _TABLE,
    LEFT: _TABLE,
    ALL_OPEN: _TABLE,
    CLOSED: _TABLE,
    GATHERED: ASKED,
    SILENT: ASKED,
    LIVELY: ASKED,
    EVIDENCE: ASKED,
    FACTS: ASKED,
    AWAITED: ASKED,
    KNOWN: ASKED,
    ENDS: ASKED,
    LOOKED: ASKED,
    UNDECIDED: ASKED,
    ALL: _TOLD,
    MISSING: _TOLD,
    GAPS: _TOLD | {"registered_at"},
    TRIES: _TOLD | {"letters"},
    TERMS: frozenset(
        {"letters", "notices", "dates", "decision", "complaints", "withdrawn_at", "registered_at", "promised_on"}
    ),
}
"""By what a case remembers: the parts of it that this rests on, beside what no change of a case touches."""
OWN = frozenset({"registered_at", "promised_on"})
COURSE = frozenset({"closings", "letters", "notices", "dates", "decision", "complaints", "withdrawn_at"})
"""The parts of a case that are compared as values: its own, and those of its proceedings."""
_read_own, _read_course = attrgetter(*OWN), attrgetter(*COURSE)


def carry_memory(before: Case, after: Case, changed: Set[str] = frozenset()) -> None:
    """Hand what holds on to the case after; `changed`: ids of the exchanges that are known to the case before and told
    something else since. Whatever else of the case changed is found out here."""
    # First: what it works out the case before remembers, which is handed on below with the rest.
    touched = find_touched(before, changed)
    moved = _find_moved(before, after)
    memo, carried = before.memo, after.memo
    for key in _list_kept(moved):
        if key in memo:
            carried[key] = memo[key]
    carry_answers(before, after, touched)
    if "inquiries" not in moved and "exchanges" in moved:
        stirred = frozenset([before.inquiries[place].subject_ref for place in touched])
        carry_facts(before, after, stirred)
        carry_undecided(before, after, stirred)


def _find_moved(before: Case, after: Case) -> frozenset[str]:
    """The names of the parts that are not the same any more."""
    moved = [name for name in ASKED if getattr(before, name) is not getattr(after, name)]
    # Of tuples equality asks first whether their members are the very same.
    if _read_own(before) != _read_own(after):
        moved += [name for name in OWN if getattr(before, name) != getattr(after, name)]
    was, now = before.proceedings, after.proceedings
    if was is not now and _read_course(was) != _read_course(now):
        moved += [name for name in COURSE if getattr(was, name) != getattr(now, name)]
    return frozenset(moved)


@lru_cache
def _list_kept(moved: frozenset[str]) -> tuple[str, ...]:
    """What a case remembers and rests on none of these: few sets of parts ever move together."""
    return tuple([key for key, rests in RESTS_ON.items() if rests.isdisjoint(moved)])
