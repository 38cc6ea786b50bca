"""Findings: where the application and the registries, or two registries, do not tell the same; for the specialist.

Each rule reads the vocabulary, never a request. A finding never refuses anything of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.findings import FindingCode
from contracts.vocabulary.terms import Coded, Record
from contracts.words import Fact
from gateway.core.acts import is_dead, own_births
from gateway.core.case import Case, Subject
from gateway.core.facts import derive_fact, evidence
from gateway.core.law import Law
from gateway.core.records import take, take_one, word_of
from gateway.core.subjects import APPLICANT, HOUSEHOLD

_NAMES = ("person.surname", "person.name", "person.patronymic")
_IDENTITY = (*_NAMES, "person.birth_date", "person.sex", "person.citizenship", "person.life_status")
"""What each registry must tell alike of one person."""
_BY_ACT = {"person.name": "child_name", "person.birth_date": "child_birth_date"}
"""The same words in the person's own act of birth; a surname may have changed since."""
_PERSONAL = (Fact.LIFE_STATUS, Fact.LEFT_OUT_OF_FAMILY, Fact.PRIOR_AID)
_OF_DEATH = ("person.death_date", "person.life_status")
_DWELLINGS = frozenset({"house", "flat"})


@dataclass(frozen=True)
class Finding:
    code: FindingCode
    subject_ref: str
    path: str
    """Vocabulary path of what differs."""
    declared: str = field(repr=False)
    """As the application has it; "" where it says nothing."""
    told: tuple[str, ...] = field(repr=False)
    """What registries told."""
    sources: tuple[str, ...]
    """Keys of the passports that told it; where `told` are rival values, one for each, in the same order."""


@dataclass(frozen=True)
class _Told:
    text: str
    passport: str


def find_contradictions(case: Case, law: Law) -> tuple[Finding, ...]:
    """All findings as the case stands, in the order of the subjects; unanswered questions give none."""
    return tuple(_find(case, law))


def _find(case: Case, law: Law) -> Iterator[Finding]:
    for subject in case.subjects:
        if subject.ref != HOUSEHOLD:
            yield from _compare_identity(case, subject)
            yield from _judge_person(case, subject, law)
        yield from _unknown_codes(case, subject)
    yield from _judge_applicant(case, law)
    yield from _count_property(case)
    yield from _judge_account(case)


def _compare_identity(case: Case, subject: Subject) -> Iterator[Finding]:
    declared = {
        "person.iin": (FindingCode.IIN_DIFFERS, subject.iin),
        "person.surname": (FindingCode.NAME_DIFFERS, subject.surname),
        "person.name": (FindingCode.NAME_DIFFERS, subject.name),
        "person.patronymic": (FindingCode.NAME_DIFFERS, subject.patronymic),
        "person.birth_date": (FindingCode.BIRTH_DATE_DIFFERS, subject.birth_date.isoformat()),
    }
    if subject.ref == APPLICANT:
        citizenship = case.application.applicant.citizenship
        declared["person.citizenship"] = (FindingCode.CITIZENSHIP_DIFFERS, citizenship)
    for path, (code, value) in declared.items():
        others = [told for told in _tell(case, subject, path) if value and _norm(told.text) != _norm(value)]
        if value and others:
            yield _finding(code, subject, path, value, others)
    for path in _IDENTITY:
        rivals = {_norm(told.text): told for told in _tell(case, subject, path)}
        if len(rivals) > 1:
            yield _finding(FindingCode.REGISTRIES_DISAGREE, subject, path, "", rivals.values())


def _judge_person(case: Case, subject: Subject, law: Law) -> Iterator[Finding]:
    facts = {fact: derive_fact(case, fact, subject, law.rules) for fact in _PERSONAL}
    if facts[Fact.LIFE_STATUS] == "dead" or _is_dead_by_act(evidence(case, subject.ref), subject):
        told = [
            _Told(t.text, t.passport) for path in _OF_DEATH for t in _tell(case, subject, path) if t.text != "alive"
        ]
        told += [_Told("dead", x.passport) for x in case.gather(subject.ref) if _is_dead_by_act(x.record, subject)]
        yield _finding(FindingCode.MEMBER_DEAD, subject, "person.life_status", "", told)
    if facts[Fact.LEFT_OUT_OF_FAMILY] is True:
        told = list(_tell(case, subject, "person.detention.status"))
        yield _finding(FindingCode.MEMBER_DETAINED, subject, "person.detention.status", "", told)
    if facts[Fact.PRIOR_AID] is True:
        told = [_Told("true", x.passport) for x in case.gather(subject.ref) if _receives(x.record)]
        yield _finding(FindingCode.PRIOR_AID, subject, "person.social_aid.receiving", "", told)
    if subject.ref != APPLICANT:
        path = "person.address.ar_code"
        head, own = list(_tell(case, case.subject(APPLICANT), path)), list(_tell(case, subject, path))
        if head and own and head[0].text != own[0].text:
            yield _finding(FindingCode.ADDRESS_DIFFERS, subject, path, "", (head[0], own[0]))


def _judge_applicant(case: Case, law: Law) -> Iterator[Finding]:
    applicant = case.subject(APPLICANT)
    children = derive_fact(case, Fact.UNDECLARED_CHILDREN, applicant, law.rules)
    for iin in sorted(children) if isinstance(children, frozenset) else ():
        told = [_Told(iin, x.passport) for x in case.gather() if iin in take(x.record, "person.births[].child_iin")]
        yield _finding(FindingCode.UNDECLARED_CHILD, applicant, "person.births[].child_iin", "", _once(told))
    spouse = derive_fact(case, Fact.UNDECLARED_SPOUSE, applicant, law.rules)
    if isinstance(spouse, str) and spouse:
        told = [_Told(spouse, x.passport) for x in case.gather(APPLICANT) if take(x.record, "person.marriages[]")]
        yield _finding(FindingCode.UNDECLARED_SPOUSE, applicant, "person.marriages[]", "", _once(told))


def _count_property(case: Case) -> Iterator[Finding]:
    """Distinct things of the whole family: one flat of two spouses is one flat."""
    dwellings: dict[str, _Told] = {}
    vehicles: dict[str, _Told] = {}
    for exchange in case.gather():
        for thing in take(exchange.record, "person.real_estate[]"):
            if word_of(thing.get("kind")) in _DWELLINGS:
                name = thing.get("cadastral_number") or thing.get("address") or f"{exchange.id}/{len(dwellings)}"
                dwellings.setdefault(_norm(name), _Told(str(name), exchange.passport))
        for thing in take(exchange.record, "person.vehicles[]"):
            if thing.get("deregistered_on") is None:
                name = thing.get("vin") or thing.get("plate") or f"{exchange.id}/{len(vehicles)}"
                vehicles.setdefault(_norm(name), _Told(str(name), exchange.passport))
    household = case.subject(HOUSEHOLD)
    if len(dwellings) > 1:
        path = "person.real_estate[]"
        yield _finding(FindingCode.SEVERAL_DWELLINGS, household, path, "", dwellings.values())
    if len(vehicles) > 1:
        yield _finding(FindingCode.SEVERAL_VEHICLES, household, "person.vehicles[]", "", vehicles.values())


def _judge_account(case: Case) -> Iterator[Finding]:
    applicant = case.subject(APPLICANT)
    for exchange in case.gather(APPLICANT):
        for leaf in ("exists", "belongs_to_holder"):
            if take_one(exchange.record, f"account.{leaf}") is False:
                told = [_Told("false", exchange.passport)]
                yield _finding(FindingCode.ACCOUNT_NOT_OWN, applicant, f"account.{leaf}", "", told)
        status = word_of(take_one(exchange.record, "account.status"))
        if status is not None and status != "open":
            told = [_Told(status, exchange.passport)]
            yield _finding(FindingCode.ACCOUNT_NOT_OPEN, applicant, "account.status", "", told)


def _unknown_codes(case: Case, subject: Subject) -> Iterator[Finding]:
    found: dict[str, list[_Told]] = {}
    for exchange in case.gather(subject.ref):
        for path, coded in _walk(exchange.record):
            if coded.value is None:
                found.setdefault(path, []).append(_Told(f"{coded.code} {coded.ru}".strip(), exchange.passport))
    for path, told in sorted(found.items()):
        yield _finding(FindingCode.UNKNOWN_CODE, subject, path, "", _once(told))


def _tell(case: Case, subject: Subject, path: str) -> Iterator[_Told]:
    """What each registry says at a path of the person, own act of birth included; unknown codes say nothing."""
    for exchange in case.gather(subject.ref):
        values = take(exchange.record, path)
        if path in _BY_ACT:
            values += [birth.get(_BY_ACT[path]) for birth in own_births(exchange.record, subject)]
        for value in values:
            text = _text(value)
            if text:
                yield _Told(text, exchange.passport)


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return word_of(value) or ""


def _norm(text: str) -> str:
    """Registers write in capitals, and е for ё."""
    return " ".join(text.split()).casefold().replace("ё", "е")


def _receives(record: Record) -> bool:
    return take_one(record, "person.social_aid.receiving") is True


def _is_dead_by_act(record: Record, subject: Subject) -> bool:
    return any(is_dead(birth) for birth in own_births(record, subject))


def _walk(node: Any, path: str = "") -> Iterator[tuple[str, Coded]]:
    if isinstance(node, Coded):
        yield path, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _walk(value, f"{path}.{name}".lstrip("."))
    elif isinstance(node, list):
        for item in node:
            yield from _walk(item, f"{path}[]")


def _once(told: Iterable[_Told]) -> tuple[_Told, ...]:
    return tuple(dict.fromkeys(told))


def _finding(code: FindingCode, subject: Subject, path: str, declared: str, told: Iterable[_Told]) -> Finding:
    told = _once(told)
    return Finding(code, subject.ref, path, declared, tuple(t.text for t in told), tuple(t.passport for t in told))
