"""Named predicates: whether a request applies to a subject, judged over facts; None where they are undetermined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.application import CHILDREN, Declared, Relation
from contracts.legal.rules import Rules
from contracts.request import RequestRow
from contracts.words import Fact, Predicate, SubjectRule
from gateway.core.case import Case, Subject
from gateway.core.facts import KAZAKHSTAN, STATELESS, UNKNOWN_CITIZENSHIP, FactValue, derive_fact, name_told

Judge = Callable[["Look"], bool | None]


@dataclass(frozen=True)
class Look:
    """One row looked at for one subject."""

    case: Case
    subject: Subject
    rules: Rules
    missed: set[Fact] = field(default_factory=set)
    """Facts that were looked for and are undetermined."""
    about: set[str] = field(default_factory=set)
    """Whose answers tell the facts that were looked for."""

    def fact(self, fact: Fact) -> FactValue:
        self.about.add(name_told(fact, self.subject))
        value = derive_fact(self.case, fact, self.subject, self.rules)
        if value is None:
            self.missed.add(fact)
        return value

    @property
    def declared(self) -> Declared:
        return self.case.application.declared


@dataclass(frozen=True)
class Judgement:
    applies: bool | None
    """None = undetermined."""
    reason: str
    """The predicate that decided, for `not_applicable`."""
    missing: frozenset[Fact] = frozenset()
    """The undetermined facts that the verdict waits for."""
    about: frozenset[str] = frozenset()
    """Of an undetermined one: whose answers it rests on (see `name_told`)."""


_ALWAYS = (Predicate.ALWAYS,)
_APPLIES = Judgement(True, "")
_ABLE_BODIED = "able_bodied"


def judge(case: Case, row: RequestRow, subject: Subject, rules: Rules) -> Judgement:
    """Whether the row applies to the subject: False wins over undetermined, undetermined over True."""
    if row.applies == _ALWAYS and row.subject.rule is not SubjectRule.ABLE_BODIED_MEMBERS:
        return _APPLIES
    look = Look(case, subject, rules)
    unknown = ""
    for predicate in row.applies:
        verdict = JUDGES[predicate](look)
        if verdict is False:
            return Judgement(False, predicate.value)
        if verdict is None:
            unknown = unknown or predicate.value
    if row.subject.rule is SubjectRule.ABLE_BODIED_MEMBERS:
        able = look.fact(Fact.ABLE_BODIED)
        if able is not None and not able:
            return Judgement(False, _ABLE_BODIED)
        if able is None:
            unknown = unknown or _ABLE_BODIED
    return Judgement(None, unknown, frozenset(look.missed), frozenset(look.about)) if unknown else _APPLIES


def _not_citizen(look: Look) -> bool | None:
    citizenship = look.fact(Fact.CITIZENSHIP)
    return None if citizenship is None else citizenship not in KAZAKHSTAN


def _not_citizen_or_kandas(look: Look) -> bool | None:
    return True if look.declared.kandas_certificate else _not_citizen(look)


def _foreign_citizen(look: Look) -> bool | None:
    citizenship = look.fact(Fact.CITIZENSHIP)
    return None if citizenship is None else citizenship not in KAZAKHSTAN | STATELESS | UNKNOWN_CITIZENSHIP


def _stateless_or_unknown(look: Look) -> bool | None:
    citizenship = look.fact(Fact.CITIZENSHIP)
    return None if citizenship is None else citizenship in STATELESS | UNKNOWN_CITIZENSHIP


def _parents_not_in_family(look: Look) -> bool | None:
    if look.declared.guardianship or look.subject.relation is Relation.WARD or look.subject.guardian:
        return True
    inside = look.fact(Fact.PARENTS_IN_FAMILY)
    return None if inside is None else not inside


def _parents_differ(look: Look) -> bool | None:
    if look.declared.adoption or look.subject.relation is Relation.ADOPTED_CHILD:
        return True
    inside = look.fact(Fact.PARENTS_IN_FAMILY)
    return None if inside is None else not inside


def _single_parent_or_alimony(look: Look) -> bool | None:
    if look.declared.alimony is not None:
        return True
    if not any(s.relation in CHILDREN for s in look.case.subjects):
        return False
    if any(s.relation is Relation.SPOUSE for s in look.case.subjects):
        return False
    status = look.fact(Fact.MARITAL_STATUS)
    return None if status is None else status in ("single", "divorced")


def _in_employment_measures(look: Look) -> bool | None:
    wish = look.fact(Fact.EMPLOYMENT_MEASURES)
    return None if wish is None else bool(wish)


JUDGES: dict[Predicate, Judge] = {
    Predicate.ALWAYS: lambda look: True,
    Predicate.NOT_CITIZEN_OR_KANDAS_DECLARED: _not_citizen_or_kandas,
    Predicate.NOT_CITIZEN: _not_citizen,
    Predicate.FOREIGN_CITIZEN: _foreign_citizen,
    Predicate.STATELESS_OR_UNKNOWN: _stateless_or_unknown,
    Predicate.PARENTS_NOT_IN_FAMILY_OR_GUARDIANSHIP_DECLARED: _parents_not_in_family,
    Predicate.PARENTS_DIFFER_OR_ADOPTION_DECLARED: _parents_differ,
    Predicate.NOT_MARRIED_ABROAD: lambda look: not look.declared.married_abroad,
    Predicate.SINGLE_PARENT_OR_ALIMONY_DECLARED: _single_parent_or_alimony,
    Predicate.IN_EMPLOYMENT_MEASURES: _in_employment_measures,
}
