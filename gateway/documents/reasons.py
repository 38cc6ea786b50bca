"""The reasons of a refusal with their words: each decision's are those that were in force on its own day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.legal.reasons import Reason
from contracts.tables import Names
from contracts.words import Sensitivity
from gateway.core.calendar import local_day
from gateway.store.course_rows import DecisionRow

FindReasons = Callable[[str, date], Mapping[str, Reason]]
"""Port: (service, day) -> the reasons of refusal in force."""


@dataclass(frozen=True)
class StagedReasons:
    """By code, of the preliminary decision and of the final one; empty while there is none."""

    preliminary: Mapping[str, Reason] = field(default_factory=dict)
    final: Mapping[str, Reason] = field(default_factory=dict)


@dataclass(frozen=True)
class WordedReason:
    code: str
    text: Names
    """The code itself where a deployment no longer has the reason."""
    clause: str
    sensitivity: Sensitivity


def find_staged(find: FindReasons, service: str, decision: DecisionRow | None) -> StagedReasons:
    def on_day_of(at: datetime | None) -> Mapping[str, Reason]:
        return find(service, local_day(at)) if at is not None else {}

    if decision is None:
        return StagedReasons()
    return StagedReasons(on_day_of(decision.preliminary_at), on_day_of(decision.decided_at))


def word_reasons(codes: Iterable[str], known: Mapping[str, Reason]) -> tuple[WordedReason, ...]:
    return tuple(
        WordedReason(code, one.text, one.clause, one.sensitivity) if one else _nameless(code)
        for code, one in ((code, known.get(code)) for code in codes)
    )


def _nameless(code: str) -> WordedReason:
    # Nothing is known of it any more, so that it is named like the most sensitive one.
    return WordedReason(code, Names(ru=code, kk=code), "", Sensitivity.CRIMINAL_MEDICAL)
