"""Facts: what the predicates of the rows are judged by, derived from the application and from what registries answered.

A fact is None where it is undetermined: an inquiry that would provide it has no answer. Each fact has one function
of the case and the subject; rows say which facts they provide, so that no function knows a request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from contracts import iin as iins
from contracts.application import CHILDREN
from contracts.legal.rules import Rules
from contracts.request import Service
from contracts.vocabulary.terms import Coded, Record
from contracts.words import Fact
from gateway.core.acts import birth_parents, is_dead, is_same_person, marital_status, open_marriages
from gateway.core.answers import read_registries
from gateway.core.calendar import full_years, local_day
from gateway.core.case import Case, Exchange, Inquiry, Subject
from gateway.core.known import once_for_each
from gateway.core.records import merge, take, take_one, word_of
from gateway.core.subjects import APPLICANT, HOUSEHOLD

FactValue = str | bool | frozenset[str] | None
"""None = undetermined; "" = answered, and there is no such thing."""

KAZAKHSTAN = frozenset({"KAZ", "398"})
STATELESS = frozenset({"XXA"})
UNKNOWN_CITIZENSHIP = frozenset({"XXX"})
"""Words of ICAO 9303; a country that our dictionary does not know is a country all the same."""
_TODDLER_AGE = 3
_GROUPS = ("1", "2", "3")
"""Of several disabilities in force the gravest counts."""
_OF_APPLICANT = frozenset({Fact.CITIZENSHIP, Fact.MARITAL_STATUS, Fact.UNDECLARED_SPOUSE})
"""Read out of the applicant's answers, whomever the row asks about."""
_OF_EVERYONE = frozenset({Fact.CO_REGISTERED, Fact.UNDECLARED_CHILDREN})
_RESTS_ON = MappingProxyType({Fact.ABLE_BODIED: frozenset({Fact.DISABILITY, Fact.FULL_TIME_STUDENT})})
EVERYONE = ""
Known = dict[tuple[Fact, str], tuple[Rules, FactValue]]
EVIDENCE, FACTS, AWAITED = "evidence", "facts", "awaited"
"""Among what a case remembers: by subject; by whose answers tell them, the facts about each subject (`Known`); and by
fact and whose answers, who is awaited for it."""
_FINAL: MappingProxyType[Fact, bool] = MappingProxyType(
    {
        Fact.ABLE_BODIED: False,
        Fact.PARENTS_IN_FAMILY: True,
        Fact.FULL_TIME_STUDENT: True,
        Fact.PRIOR_AID: True,
        Fact.LEFT_OUT_OF_FAMILY: True,
    }
)
"""Values that stand as soon as something tells them: no answer still to come can change them."""


def evidence(case: Case, subject_ref: str) -> Record:
    """All that registries said about a subject, in one tree."""
    trees: dict[str, Record] = case.memo.setdefault(EVIDENCE, {})
    known = trees.get(subject_ref)
    if known is None:
        known = trees[subject_ref] = merge(x.record for x in case.gather(subject_ref))
    return known


def carry_facts(before: Case, after: Case, touched: Collection[str]) -> None:
    """The facts that rest on no answer about the touched subjects hold for the case after, and so does its evidence;
    the inquiries of both are the same."""
    trees: dict[str, Record] = before.memo.get(EVIDENCE, {})
    after.memo[EVIDENCE] = {ref: tree for ref, tree in trees.items() if ref not in touched}
    facts: dict[str, Known] = before.memo.get(FACTS, {})
    after.memo[FACTS] = {ref: known for ref, known in facts.items() if ref != EVERYONE and ref not in touched}


def find_sources(case: Case, fact: Fact, subject: Subject) -> tuple[Inquiry, ...]:
    """The inquiries that a fact about a subject rests on."""
    cells = case.cells_of(_providers(case, fact))
    ref = name_told(fact, subject)
    return tuple([inquiry for inquiry in cells if ref in (inquiry.subject_ref, EVERYONE)])


def find_silent(case: Case, fact: Fact, subject: Subject) -> tuple[Exchange, ...]:
    """The exchanges without an answer that keep a fact undetermined."""
    known: dict[tuple[Fact, str], tuple[Exchange, ...]] = case.memo.setdefault(AWAITED, {})
    key = fact, name_told(fact, subject)
    if key not in known:
        sources = find_sources(case, fact, subject)
        ids = dict.fromkeys(part.exchange_id for one in sources for part in one.parts if part.exchange_id is not None)
        known[key] = tuple([x for x in map(case.exchanges.__getitem__, ids) if not x.is_over])
    return known[key]


def is_determined(case: Case, fact: Fact, subject: Subject) -> bool:
    """True where every row that provides the fact is open, and registries closed the inquiries that it rests on.

    A document closes an inquiry for people: what it says is in no vocabulary, so that no fact follows from it.
    """
    if not _providers(case, fact) <= case.numbers:
        return False
    return all(read_registries(case, inquiry).closed for inquiry in find_sources(case, fact, subject))


def derive_fact(case: Case, fact: Fact, subject: Subject, rules: Rules) -> FactValue:
    """The fact about a subject; None where its provider is silent and what is known does not settle it."""
    facts: Known = case.memo.setdefault(FACTS, {}).setdefault(name_told(fact, subject), {})
    known = facts.get((fact, subject.ref))
    if known is None or known[0] is not rules:
        value = _DERIVE[fact](case, subject, rules)
        settled = fact in _FINAL and value is _FINAL[fact]
        known = facts[fact, subject.ref] = rules, value if settled or is_determined(case, fact, subject) else None
    return known[1]


def name_told(fact: Fact, subject: Subject) -> str:
    """Whose answers tell a fact about the subject: a reference, or everyone's."""
    if fact in _OF_EVERYONE:
        return EVERYONE
    return APPLICANT if fact in _OF_APPLICANT else subject.ref


def _providers(case: Case, fact: Fact) -> frozenset[int]:
    return _find_providers(case.service)[fact]


@once_for_each
def _find_providers(service: Service) -> Mapping[Fact, frozenset[int]]:
    """The rows that tell a fact, or one that it rests on."""
    return {
        fact: frozenset(
            row.number for row in service.requests if ({fact} | _RESTS_ON.get(fact, frozenset())) & set(row.provides)
        )
        for fact in Fact
    }


def _citizenship(case: Case, subject: Subject, _: Rules) -> FactValue:
    told = take_one(evidence(case, APPLICANT), "person.citizenship")
    code = (told.value or told.code) if isinstance(told, Coded) else word_of(told)
    return code or case.application.applicant.citizenship


def _life_status(case: Case, subject: Subject, _: Rules) -> FactValue:
    record = evidence(case, subject.ref)
    if take_one(record, "person.death_date") is not None:
        return "dead"
    return word_of(take_one(record, "person.life_status")) or ""


def _document_validity(case: Case, subject: Subject, _: Rules) -> FactValue:
    today = local_day(case.accepted_at)
    documents = take(evidence(case, subject.ref), "person.documents[]")
    return any(
        word_of(document.get("status")) == "valid" and (document.get("valid_until") or today) >= today
        for document in documents
    )


def _co_registered(case: Case, subject: Subject, _: Rules) -> FactValue:
    mine = take_one(evidence(case, subject.ref), "person.address.ar_code")
    same = (
        s.ref
        for s in case.subjects
        if s.ref != HOUSEHOLD and mine and take_one(evidence(case, s.ref), "person.address.ar_code") == mine
    )
    return frozenset(same)


def _disability(case: Case, subject: Subject, _: Rules) -> FactValue:
    today = local_day(case.accepted_at)
    groups = [
        group.value or group.code if isinstance(group, Coded) else str(group)
        for item in take(evidence(case, subject.ref), "person.disabilities[]")
        if (group := item.get("group")) is not None and (item.get("until") or today) >= today
    ]
    return next((group for group in _GROUPS if group in groups), groups[0] if groups else "")


def _able_bodied(case: Case, subject: Subject, rules: Rules) -> FactValue:
    """Of working age, no disability of the first or second group, no full-time study, no single care for a toddler."""
    if subject.age < rules.number("ages.able_bodied_from"):
        return False
    sex = subject.sex or word_of(take_one(evidence(case, subject.ref), "person.sex"))
    pension = rules.number(f"ages.pension.{'female' if sex == 'female' else 'male'}")
    if subject.age >= pension or _disability(case, subject, rules) in ("1", "2"):
        return False
    if _full_time_student(case, subject, rules):
        return False
    adults = [s for s in case.subjects if s.ref != HOUSEHOLD and s.age >= rules.number("ages.adult")]
    cares = any(s.relation in CHILDREN and s.age < _TODDLER_AGE for s in case.subjects)
    return not (cares and len(adults) == 1 and subject.ref == adults[0].ref)


def _parents_in_family(case: Case, subject: Subject, _: Rules) -> FactValue:
    """True where a parent of the child's act of birth is in the family; False also where there is no act."""
    family = {s.iin for s in case.subjects if s.iin and s.ref != subject.ref}
    return bool(birth_parents(evidence(case, subject.ref), subject) & family)


def _undeclared_children(case: Case, subject: Subject, rules: Rules) -> FactValue:
    """IINs of living children under age of the applicant who are not in the family, by anybody's acts of birth."""
    me, today, adult = case.application.applicant.iin, local_day(case.accepted_at), rules.number("ages.adult")
    declared = {s.iin for s in case.subjects if s.iin}
    nameless = {s.birth_date for s in case.subjects if s.iin is None}
    children: set[str] = set()
    for birth in (birth for s in case.subjects for birth in take(evidence(case, s.ref), "person.births[]")):
        iin = birth.get("child_iin")
        mine = me in (birth.get("mother_iin"), birth.get("father_iin"))
        if not iin or not mine or iin in declared or is_dead(birth):
            continue
        born = birth.get("child_birth_date") or iins.birth_date(iin)
        if born not in nameless and (born is None or full_years(born, today) < adult):
            children.add(str(iin))
    return frozenset(children)


def _marital_status(case: Case, subject: Subject, _: Rules) -> FactValue:
    if case.application.declared.married_abroad:
        return "married"
    return marital_status(evidence(case, APPLICANT), case.subject(APPLICANT))


def _undeclared_spouse(case: Case, subject: Subject, _: Rules) -> FactValue:
    """The IIN (or name) of a spouse by an act of marriage that nothing has ended, who is not in the family."""
    family = [s for s in case.subjects if s.ref not in (APPLICANT, HOUSEHOLD)]
    partners = open_marriages(evidence(case, APPLICANT), case.subject(APPLICANT))
    return next((p.words for p in partners if not any(is_same_person(p, s) for s in family)), "")


def _full_time_student(case: Case, subject: Subject, _: Rules) -> FactValue:
    studies = take(evidence(case, subject.ref), "person.studies[]")
    return any(word_of(s.get("status")) == "studying" and word_of(s.get("form")) == "full_time" for s in studies)


def _entrepreneur(case: Case, subject: Subject, _: Rules) -> FactValue:
    record = evidence(case, subject.ref)
    return bool(take_one(record, "person.entrepreneur")) and not take_one(record, "person.entrepreneur.deregistered_on")


def _prior_aid(case: Case, subject: Subject, _: Rules) -> FactValue:
    return take_one(evidence(case, subject.ref), "person.social_aid.receiving") is True


def _employment_measures(case: Case, subject: Subject, _: Rules) -> FactValue:
    return case.application.declared.employment_measures


def _left_out(case: Case, subject: Subject, _: Rules) -> FactValue:
    return word_of(take_one(evidence(case, subject.ref), "person.detention.status")) == "detained"


_DERIVE: dict[Fact, Callable[[Case, Subject, Rules], FactValue]] = {
    Fact.CITIZENSHIP: _citizenship,
    Fact.LIFE_STATUS: _life_status,
    Fact.DOCUMENT_VALIDITY: _document_validity,
    Fact.CO_REGISTERED: _co_registered,
    Fact.DISABILITY: _disability,
    Fact.ABLE_BODIED: _able_bodied,
    Fact.PARENTS_IN_FAMILY: _parents_in_family,
    Fact.UNDECLARED_CHILDREN: _undeclared_children,
    Fact.MARITAL_STATUS: _marital_status,
    Fact.UNDECLARED_SPOUSE: _undeclared_spouse,
    Fact.FULL_TIME_STUDENT: _full_time_student,
    Fact.ENTREPRENEUR: _entrepreneur,
    Fact.PRIOR_AID: _prior_aid,
    Fact.EMPLOYMENT_MEASURES: _employment_measures,
    Fact.LEFT_OUT_OF_FAMILY: _left_out,
}


def find_other_parent(case: Case) -> str | None:
    """The parent of a declared child who is not in the family: the declared debtor, else by acts of birth."""
    declared = case.application.declared.alimony
    if declared is not None and declared.debtor_iin:
        return declared.debtor_iin
    family = {s.iin for s in case.subjects if s.iin}
    for subject in case.subjects:
        if subject.relation in CHILDREN:
            for parent in sorted(birth_parents(evidence(case, subject.ref), subject) - family):
                return parent
    return None
