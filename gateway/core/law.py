"""What a decision is made by: the rules of the case, the calendar, and the passports of the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.legal.calendar import CalendarData
from contracts.legal.rules import Rules
from contracts.passport import Passport
from contracts.request import RequestRow
from gateway.core.calendar import local_day
from gateway.core.case import LAW, Case
from gateway.core.steps import Why

CERTAIN = 4
"""Confidence of what a public source says."""


@dataclass(frozen=True)
class Law:
    rules: Rules
    """Those that the case pinned at its acceptance."""
    calendar: CalendarData
    """The calendar as it is known now: it is never pinned."""
    passports: Mapping[str, Passport]
    _whys: dict[tuple[str, ...], Why] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Reasons that were given before: as many as the program has places that give one."""

    def why(self, rule_id: str, *beside: str) -> Why:
        """The rule as the reason of a step; assumed where it, or one of those that it goes with, is."""
        known = self._whys.get((rule_id, *beside))
        if known is None:
            rule = self.rules.rule(rule_id)
            known = Why(rule.id, rule.clause, self.rules.version, self.is_assumed(rule_id, *beside))
            self._whys[rule_id, *beside] = known
        return known

    def is_assumed(self, *rule_ids: str) -> bool:
        return any(self.rules.rule(rule_id).confidence < CERTAIN for rule_id in rule_ids)

    def why_row(self, row: RequestRow, fact: str) -> Why:
        """A fact of a row of the catalogue (`absence`, `no_answer`) as the reason of a step."""
        assumed = fact != "absence" or row.confidence.system < CERTAIN
        return Why(f"request.{row.number}.{fact}", row.clause, self.rules.version, assumed)


def law_of(case: Case, find_law: FindLaw) -> Law:
    """What a case is judged by: the rules that it pinned, else those of the day of its acceptance.

    A rule that the program did not know yet when the case pinned its own is that of the day, too.
    """
    law = find_law(case.service.code, local_day(case.accepted_at))
    if case.rules is None or case.rules is law.rules:
        return law
    known: tuple[Law, Law] | None = case.memo.get(LAW)
    if known is None or known[0] is not law:
        known = case.memo[LAW] = law, _pin(case.rules, law)
    return known[1]


def _pin(rules: Rules, law: Law) -> Law:
    if not law.rules.by_id.keys() <= rules.by_id.keys():
        return replace(law, rules=Rules(rules.version, {**law.rules.by_id, **rules.by_id}))
    return replace(law, rules=rules)


FindLaw = Callable[[str, date], Law]
"""Port: the law of a service on a day, as it is known now."""
