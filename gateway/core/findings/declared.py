"""Rules of declarations: what the applicant declares and registries, all of them asked and heard, do not bear out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contracts.application import Relation
from contracts.findings import FindingCode
from contracts.vocabulary.terms import Record
from contracts.words import Fact
from gateway.core.case import Case, Subject
from gateway.core.facts import KAZAKHSTAN, derive_fact, evidence, find_sources
from gateway.core.findings.answered import find_answered, read_answered
from gateway.core.findings.finding import NO_RECORD, Finding, Told, list_people, make_finding, write_value
from gateway.core.law import Law
from gateway.core.records import take, take_one, word_of
from gateway.core.subjects import APPLICANT, HOUSEHOLD

_MARRIAGES, _DIVORCES = "person.marriages[]", "person.divorces[]"
_STUDIES, _ENFORCEMENTS = "person.studies[]", "person.enforcements[]"
_FARM = ("household.animals[]", "household.gardens[]")
_KANDAS, _GUARDIANSHIP, _ADOPTION = "person.repatriation", "person.guardianship", "person.adoption"
_ENDED = ("single", "divorced", "widowed")
UNTOLD = MappingProxyType(
    {
        "married_abroad": "Such a marriage is in no register here: it comes on paper.",
        "employment_measures": "A wish of the applicant, which no register tells.",
    }
)
"""What is declared and no rule compares, and why."""


def find_no_marriage(case: Case, law: Law) -> Iterator[Finding]:
    """A marriage is declared; by the acts there is none, or it has ended."""
    applicant = case.subject(APPLICANT)
    answered = read_answered(case, find_sources(case, Fact.MARITAL_STATUS, applicant), [_MARRIAGES, _DIVORCES])
    status = derive_fact(case, Fact.MARITAL_STATUS, applicant, law.rules)
    if case.application.declared.marriage and answered and answered.parts and status in _ENDED:
        text = NO_RECORD if answered.found_nothing else str(status)
        told = [Told(text, source) for source in answered.sources]
        yield make_finding(FindingCode.DECLARED_MARRIAGE, applicant, _MARRIAGES, "married", told)


def find_no_kandas(case: Case, law: Law) -> Iterator[Finding]:
    """A kandas certificate is declared; a register has no such status, or it has ended, or tells a citizen."""
    applicant = case.subject(APPLICANT)
    answered = find_answered(case, [_KANDAS], [APPLICANT])
    if not case.application.declared.kandas_certificate or not answered:
        return
    told = _tell_leaf(case, applicant, f"{_KANDAS}.status", but={"granted"})
    told += [t for t in _tell_leaf(case, applicant, "person.citizenship") if t.text in KAZAKHSTAN]
    if answered.found_nothing:
        told += answered.tell_absence()
    if told:
        yield make_finding(FindingCode.DECLARED_KANDAS, applicant, f"{_KANDAS}.status", "granted", told)


def find_no_guardianship(case: Case, law: Law) -> Iterator[Finding]:
    """A guardianship or a ward is declared; the register has no guardianship in force by one of the family."""
    family = {subject.iin for subject in list_people(case) if subject.iin}

    def is_in_force(record: Record) -> bool:
        guardian = take_one(record, f"{_GUARDIANSHIP}.guardian_iin")
        return take_one(record, f"{_GUARDIANSHIP}.ended_on") is None and (guardian is None or guardian in family)

    kind = _OfChildren(_GUARDIANSHIP, Relation.WARD, is_in_force, ("ended_on", "guardian_iin"))
    for subject, told in _judge_children(case, case.application.declared.guardianship, kind):
        yield make_finding(FindingCode.DECLARED_GUARDIANSHIP, subject, kind.path, "true", told)


def find_no_adoption(case: Case, law: Law) -> Iterator[Finding]:
    """An adoption or an adopted child is declared; the register has no adoption, or it is cancelled."""

    def is_in_force(record: Record) -> bool:
        cancelled = take_one(record, f"{_ADOPTION}.cancelled_on")
        return cancelled is None and take_one(record, f"{_ADOPTION}.adopted") is not False

    kind = _OfChildren(_ADOPTION, Relation.ADOPTED_CHILD, is_in_force, ("cancelled_on", "adopted"))
    for subject, told in _judge_children(case, case.application.declared.adoption, kind):
        yield make_finding(FindingCode.DECLARED_ADOPTION, subject, kind.path, "true", told)


def find_no_study(case: Case, law: Law) -> Iterator[Finding]:
    """Full-time study is declared; nobody asked about studies full-time."""
    sources = [i for s in list_people(case) for i in find_sources(case, Fact.FULL_TIME_STUDENT, s)]
    answered = read_answered(case, sources, [_STUDIES])
    if not case.application.declared.full_time_study or not answered:
        return
    asked = [subject for subject in list_people(case) if subject.ref in answered.refs]
    if any(derive_fact(case, Fact.FULL_TIME_STUDENT, subject, law.rules) is not False for subject in asked):
        return
    told = [
        told
        for subject in asked
        for leaf in ("status", "form")
        for told in _tell_leaf(case, subject, f"{_STUDIES}.{leaf}")
    ]
    about = asked[0] if len(asked) == 1 else case.subject(APPLICANT)
    told = told or list(answered.tell_absence())
    if told:
        yield make_finding(FindingCode.DECLARED_STUDY, about, f"{_STUDIES}.status", "studying", told)


def find_no_alimony(case: Case, law: Law) -> Iterator[Finding]:
    """Alimony is declared; no enforcement of it is registered."""
    answered = find_answered(case, [_ENFORCEMENTS], [APPLICANT])
    if case.application.declared.alimony is not None and answered and answered.found_nothing:
        applicant, told = case.subject(APPLICANT), answered.tell_absence()
        yield make_finding(FindingCode.DECLARED_ALIMONY, applicant, _ENFORCEMENTS, "true", told)


def find_no_farm(case: Case, law: Law) -> Iterator[Finding]:
    """A private farm is declared; the books of the household have none."""
    answered = find_answered(case, _FARM, [HOUSEHOLD])
    if case.application.declared.private_farm and answered and answered.found_nothing:
        yield make_finding(
            FindingCode.DECLARED_FARM, case.subject(HOUSEHOLD), _FARM[0], "true", answered.tell_absence()
        )


def find_undeclared_farm(case: Case, law: Law) -> Iterator[Finding]:
    """The books of the household have animals or a garden, and no private farm is declared."""
    if case.application.declared.private_farm:
        return
    told = [
        Told(str(item.get("name_ru") or item.get("name_kk") or item.get("code")), exchange.passport)
        for exchange in case.gather(HOUSEHOLD)
        for path in _FARM
        for item in take(exchange.record, path)
    ]
    if told:
        yield make_finding(FindingCode.UNDECLARED_FARM, case.subject(HOUSEHOLD), _FARM[0], "false", told)


@dataclass(frozen=True)
class _OfChildren:
    """A bond to a child that a register keeps."""

    path: str
    relation: Relation
    is_in_force: Callable[[Record], bool]
    leaves: tuple[str, ...]
    """What tells that it is not in force: the first of them that is there."""


def _judge_children(case: Case, is_declared: bool, kind: _OfChildren) -> Iterator[tuple[Subject, list[Told]]]:
    """Each child declared in this relation whose record does not bear it out; where only the bond itself is declared,
    the applicant, if no child that was asked about has it."""
    related = [subject for subject in list_people(case) if subject.relation is kind.relation]
    for subject in related:
        yield from ((subject, told) for told in _contradict(case, kind, [subject.ref]))
    if is_declared and not related:
        yield from ((case.subject(APPLICANT), told) for told in _contradict(case, kind, []))


def _contradict(case: Case, kind: _OfChildren, refs: list[str]) -> Iterator[list[Told]]:
    """What was told against the bond; nothing where it is borne out, or closed without an answer of a register."""
    answered = find_answered(case, [kind.path], refs)
    asked = [subject for subject in case.subjects if answered and subject.ref in answered.refs]
    if not answered or any(_is_borne_out(evidence(case, subject.ref), kind) for subject in asked):
        return
    told = [[t for s in asked for t in _tell_leaf(case, s, f"{kind.path}.{leaf}")] for leaf in kind.leaves]
    first = next(filter(None, told), list(answered.tell_absence()))
    if first:
        yield first


def _is_borne_out(record: Record, kind: _OfChildren) -> bool:
    return take_one(record, kind.path) is not None and kind.is_in_force(record)


def _tell_leaf(case: Case, subject: Subject, path: str, but: frozenset[str] | set[str] = frozenset()) -> list[Told]:
    texts: list[tuple[Any, str]] = [(v, x.passport) for x in case.gather(subject.ref) for v in take(x.record, path)]
    return [Told(write_value(v), source) for v, source in texts if word_of(v) and word_of(v) not in but]
