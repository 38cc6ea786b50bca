"""Facts: what the predicates of the rows are judged by, derived from the application and from what registries answered.

A fact is None where it is undetermined: an inquiry that would provide it has no answer. Each fact has one function
of the case and the subject; rows say which facts they provide, so that no function knows a request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from contracts.application import CHILDREN
from contracts.legal.rules import Rules
from contracts.vocabulary.terms import Coded, Record
from contracts.words import Fact
from gateway.core.answers import read_answer
from gateway.core.calendar import local_day
from gateway.core.case import Case, Subject
from gateway.core.records import merge, take, take_one, word_of
from gateway.core.subjects import APPLICANT, HOUSEHOLD

FactValue = str | bool | frozenset[str] | None
"""None = undetermined; "" = answered, and there is no such thing."""

KAZAKHSTAN = frozenset({"KAZ", "398"})
STATELESS = frozenset({"XXA", "none", "stateless"})
_TODDLER_AGE = 3


def evidence(case: Case, subject_ref: str) -> Record:
    """All that registries said about a subject, in one tree."""
    return merge(x.record for x in case.exchanges.values() if x.subject_ref == subject_ref)


def is_determined(case: Case, fact: Fact, subject: Subject) -> bool:
    """True where every inquiry that provides the fact (about the subject or the applicant) is closed."""
    providers = [row.number for row in case.service.requests if fact in row.provides]
    about = {subject.ref, APPLICANT}
    open_ones = (
        i
        for i in case.inquiries
        if i.number in providers and i.subject_ref in about and not read_answer(case, i).closed
    )
    return next(open_ones, None) is None


def derive_fact(case: Case, fact: Fact, subject: Subject, rules: Rules) -> FactValue:
    """The fact about a subject; None where its provider is silent."""
    if not is_determined(case, fact, subject):
        return None
    return _DERIVE[fact](case, subject, rules)


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
    return word_of(take_one(evidence(case, subject.ref), "person.disabilities[].group")) or ""


def _able_bodied(case: Case, subject: Subject, rules: Rules) -> FactValue:
    """Of working age, no disability of the first or second group, no full-time study, no single care for a toddler."""
    if subject.age < rules.number("ages.able_bodied_from"):
        return False
    pension = rules.number(f"ages.pension.{subject.sex or 'male'}")
    if subject.age >= pension or _disability(case, subject, rules) in ("1", "2"):
        return False
    if _full_time_student(case, subject, rules):
        return False
    adults = [s for s in case.subjects if s.ref != HOUSEHOLD and s.age >= rules.number("ages.adult")]
    cares = any(s.relation in CHILDREN and s.age < _TODDLER_AGE for s in case.subjects)
    return not (cares and len(adults) == 1 and subject.ref == adults[0].ref)


def _birth_parents(case: Case, subject: Subject) -> frozenset[str]:
    """IINs of the parents by the child's own act of birth (by IIN, or by birth date for a member without one)."""
    parents: set[str] = set()
    for birth in take(evidence(case, subject.ref), "person.births[]"):
        same = (
            birth.get("child_iin") == subject.iin
            if subject.iin
            else birth.get("child_birth_date") == subject.birth_date
        )
        if same:
            parents |= {str(birth[leaf]) for leaf in ("mother_iin", "father_iin") if birth.get(leaf)}
    return frozenset(parents)


def _parents_in_family(case: Case, subject: Subject, _: Rules) -> FactValue:
    """True where a parent of the child's act of birth is in the family; False also where there is no act."""
    family = {s.iin for s in case.subjects if s.iin and s.ref != subject.ref}
    return bool(_birth_parents(case, subject) & family)


def _undeclared_children(case: Case, subject: Subject, rules: Rules) -> FactValue:
    declared = {s.iin for s in case.subjects if s.iin}
    dates = {s.birth_date for s in case.subjects if s.iin is None}
    adult_since = local_day(case.accepted_at) - timedelta(days=365 * rules.number("ages.adult"))
    return frozenset(
        str(birth["child_iin"])
        for birth in take(evidence(case, APPLICANT), "person.births[]")
        if birth.get("child_iin") not in (None, *declared)
        and case.application.applicant.iin in (birth.get("mother_iin"), birth.get("father_iin"))
        and (birth.get("child_birth_date") or adult_since) > adult_since
        and birth.get("child_birth_date") not in dates
    )


def _spouse_by_acts(case: Case) -> str:
    """The IIN of the applicant's present spouse by acts of marriage; "" where there is none."""
    me = case.application.applicant.iin
    for marriage in take(evidence(case, APPLICANT), "person.marriages[]"):
        pair = (marriage.get("husband_iin"), marriage.get("wife_iin"))
        ended = any(marriage.get(leaf) for leaf in ("divorce_act_number", "divorce_court_number", "death_act_number"))
        if me in pair and not ended:
            other = pair[1] if pair[0] == me else pair[0]
            return str(other) if other else ""
    return ""


def _marital_status(case: Case, subject: Subject, _: Rules) -> FactValue:
    if _spouse_by_acts(case) or case.application.declared.married_abroad:
        return "married"
    record = evidence(case, APPLICANT)
    marriages = take(record, "person.marriages[]")
    if any(m.get("death_act_number") for m in marriages):
        return "widowed"
    return "divorced" if marriages or take(record, "person.divorces[]") else "single"


def _undeclared_spouse(case: Case, subject: Subject, _: Rules) -> FactValue:
    spouse = _spouse_by_acts(case)
    return spouse if spouse and spouse not in {s.iin for s in case.subjects} else ""


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
    """The parent of a declared child who is not in the family: the declared debtor, else by acts of birth and marriage."""
    declared = case.application.declared.alimony
    if declared is not None and declared.debtor_iin:
        return declared.debtor_iin
    family = {s.iin for s in case.subjects if s.iin}
    for subject in case.subjects:
        if subject.relation in CHILDREN:
            for parent in sorted(_birth_parents(case, subject) - family):
                return parent
    return None
