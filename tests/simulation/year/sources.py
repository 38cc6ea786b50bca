"""Registries in the process: an adapter that answers from the family's records, is slow, is silent, or is down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.ports import Deadline
from contracts.errors import RegistryTimedOut, RegistryUnavailable
from contracts.exchange import Pending, Question, RecordAttempt, Reply
from contracts.passport import Passport
from contracts.vocabulary.terms import Record
from contracts.words import Protocol
from tests.simulation.year.assumptions import Outage, SourceShapes
from tests.simulation.year.chance import Chance
from tests.simulation.year.families import Household

LACKS, DUMB, KNOWS = "lacks", "dumb", "knows"


@dataclass
class Sources:
    """Port `Adapter` of every protocol, for one application: which registry lacks what is drawn at its first ask."""

    household: Household
    chance: Chance
    shapes: SourceShapes
    outages: Mapping[str, Sequence[Outage]]
    """By registry."""
    clock: Callable[[], datetime]
    counts: Counter[str]
    find_subject: Callable[[str], str]
    """The subject of an exchange."""
    fates: dict[tuple[str, str], str] = field(default_factory=dict)

    def ask(
        self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt
    ) -> Reply | Pending:
        self.counts["asks"] += 1
        outages = self.outages.get(passport.registry)
        if outages and any(outage.holds(self.clock()) for outage in outages):
            self.counts["asks: registry down"] += 1
            raise RegistryUnavailable
        fate = self._draw_fate(passport.key, self.find_subject(question.id))
        slow = self.shapes.slow if self.chance.happens(self.shapes.slow.share) else self.shapes.seconds
        if fate == DUMB or self.chance.draw(slow) > passport.limits.timeout_seconds:
            self.counts["asks: timed out"] += 1
            raise RegistryTimedOut
        if passport.protocol is Protocol.SHEP_ASYNC:
            return Pending(question.id, question.id)
        return self.reply(passport.key, self.find_subject(question.id))

    def reply(self, passport: str, subject_ref: str) -> Reply:
        found = self._find_record(passport, subject_ref)
        return Reply("answered" if found else "no_record", found)

    def is_lost(self, passport: str, subject_ref: str) -> bool:
        """Whether the late reply to a question never comes."""
        return self._draw_fate(passport, subject_ref) == DUMB or self.chance.happens(self.shapes.late_lost)

    def _find_record(self, passport: str, subject_ref: str) -> Record:
        if self._draw_fate(passport, subject_ref) == LACKS:
            return {}
        records: Mapping[tuple[str, str], Record] = self.household.records
        return records[passport, subject_ref]

    def _draw_fate(self, passport: str, subject_ref: str) -> str:
        key = passport, subject_ref
        if key not in self.fates:
            lacks = self.chance.happens(self.shapes.without_record)
            dumb = self.chance.happens(self.shapes.dumb)
            self.fates[key] = LACKS if lacks else DUMB if dumb else KNOWS
        return self.fates[key]
