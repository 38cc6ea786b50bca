"""Rules of the family: whom the application leaves out, who lives elsewhere, who is dead or detained."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.findings import FindingCode
from contracts.vocabulary.terms import Record
from contracts.words import Fact
from gateway.core.acts import Partner, is_dead, is_same_person, own_births
from gateway.core.case import Case, Subject
from gateway.core.facts import derive_fact, evidence
from gateway.core.findings.finding import Finding, Told, list_people, make_finding, tell
from gateway.core.law import Law
from gateway.core.records import take
from gateway.core.subjects import APPLICANT, HOUSEHOLD

_CHILD, _MARRIAGES, _AT_HOME = "person.births[].child_iin", "person.marriages[]", "household.members[]"
_ADDRESS, _DETENTION, _LIFE = "person.address.ar_code", "person.detention.status", "person.life_status"


def find_undeclared_child(case: Case, law: Law) -> Iterator[Finding]:
    """Acts of birth name a living child under age of the applicant who is not in the family."""
    applicant = case.subject(APPLICANT)
    children = derive_fact(case, Fact.UNDECLARED_CHILDREN, applicant, law.rules)
    for iin in sorted(children) if isinstance(children, frozenset) else ():
        told = [Told(iin, x.passport) for x in case.gather() if iin in take(x.record, _CHILD)]
        yield make_finding(FindingCode.UNDECLARED_CHILD, applicant, _CHILD, "", told)


def find_undeclared_spouse(case: Case, law: Law) -> Iterator[Finding]:
    """An act of marriage that nothing has ended names a spouse who is not in the family."""
    applicant = case.subject(APPLICANT)
    spouse = derive_fact(case, Fact.UNDECLARED_SPOUSE, applicant, law.rules)
    if isinstance(spouse, str) and spouse:
        told = [Told(spouse, x.passport) for x in case.gather(APPLICANT) if take(x.record, _MARRIAGES)]
        yield make_finding(FindingCode.UNDECLARED_SPOUSE, applicant, _MARRIAGES, "", told)


def find_undeclared_co_resident(case: Case, law: Law) -> Iterator[Finding]:
    """A book of the household lists somebody at home who is not in the family."""
    family, household = list_people(case), case.subject(HOUSEHOLD)
    for exchange in case.gather(HOUSEHOLD):
        for item in take(exchange.record, _AT_HOME):
            person = Partner(item.get("iin"), item.get("surname") or "", item.get("name") or "", item.get("birth_date"))
            if person.words and not any(is_same_person(person, member) for member in family):
                told = Told(" ".join(filter(None, (person.surname, person.name, person.iin))), exchange.passport)
                yield make_finding(FindingCode.UNDECLARED_CO_RESIDENT, household, _AT_HOME, "", [told])


def find_registered_elsewhere(case: Case, law: Law) -> Iterator[Finding]:
    """A member is registered at another address than the applicant."""
    applicant, *members = list_people(case)
    head = next(tell(case, applicant, _ADDRESS), None)
    for member in members:
        own = next(tell(case, member, _ADDRESS), None)
        if head and own and head.text != own.text:
            yield make_finding(FindingCode.ADDRESS_DIFFERS, member, _ADDRESS, "", (head, own))


def find_dead(case: Case, law: Law) -> Iterator[Finding]:
    """A registry or the own act tells that the applicant or a member is dead."""
    for subject in list_people(case):
        is_told = derive_fact(case, Fact.LIFE_STATUS, subject, law.rules) == "dead"
        if not is_told and not _is_dead_by_act(evidence(case, subject.ref), subject):
            continue
        told = [t for path in ("person.death_date", _LIFE) for t in tell(case, subject, path) if t.text != "alive"]
        told += [Told("dead", x.passport) for x in case.gather(subject.ref) if _is_dead_by_act(x.record, subject)]
        yield make_finding(FindingCode.MEMBER_DEAD, subject, _LIFE, "", told)


def find_detained(case: Case, law: Law) -> Iterator[Finding]:
    """A member is detained, and is left out of the family."""
    for subject in list_people(case):
        if derive_fact(case, Fact.LEFT_OUT_OF_FAMILY, subject, law.rules) is True:
            told = tell(case, subject, _DETENTION)
            yield make_finding(FindingCode.MEMBER_DETAINED, subject, _DETENTION, "", told)


def _is_dead_by_act(record: Record, subject: Subject) -> bool:
    return any(is_dead(birth) for birth in own_births(record, subject))
