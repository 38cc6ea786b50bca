"""Rules of identity: names, birth date and citizenship as declared, and what two registries tell of one person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.findings import FindingCode
from contracts.vocabulary.terms import Record
from gateway.core.acts import is_dead, own_births
from gateway.core.case import Case, Subject
from gateway.core.findings.finding import (
    BY_ACT,
    Finding,
    Told,
    list_people,
    make_finding,
    normalise,
    tell,
    write_value,
)
from gateway.core.law import Law
from gateway.core.subjects import APPLICANT

_IIN, _LIFE = "person.iin", "person.life_status"


def find_other_name(case: Case, law: Law) -> Iterator[Finding]:
    """Surname, name or patronymic declared is not the one that a registry or the own act of birth tells."""
    for subject in list_people(case):
        for leaf in ("surname", "name", "patronymic"):
            declared = getattr(subject, leaf) or ""
            yield from _compare(case, FindingCode.NAME_DIFFERS, subject, f"person.{leaf}", declared)


def find_other_birth_date(case: Case, law: Law) -> Iterator[Finding]:
    """The birth date declared is not the one that a registry or the own act of birth tells."""
    for subject in list_people(case):
        declared = subject.birth_date.isoformat()
        yield from _compare(case, FindingCode.BIRTH_DATE_DIFFERS, subject, "person.birth_date", declared)


def find_other_citizenship(case: Case, law: Law) -> Iterator[Finding]:
    """The citizenship that the applicant declares is not the one that a registry tells."""
    declared, applicant = case.application.applicant.citizenship, case.subject(APPLICANT)
    yield from _compare(case, FindingCode.CITIZENSHIP_DIFFERS, applicant, "person.citizenship", declared)


def find_other_person(case: Case, law: Law) -> Iterator[Finding]:
    """A registry answered about another IIN than the one asked about."""
    for subject in list_people(case):
        yield from _compare(case, FindingCode.IIN_DIFFERS, subject, _IIN, subject.iin or "")


def find_disagreement(case: Case, law: Law) -> Iterator[Finding]:
    """Two answers about one subject tell any single-valued term of the vocabulary differently; lists stay out."""
    for subject in case.subjects:
        for path, told in sorted(_tell_all(case, subject).items()):
            rivals: dict[str, Told] = {}
            for one in told:
                rivals[normalise(one.text)] = one
            if len(rivals) > 1 and path != _IIN:  # another IIN is a finding of its own
                yield make_finding(FindingCode.REGISTRIES_DISAGREE, subject, path, "", rivals.values())


def _compare(case: Case, code: FindingCode, subject: Subject, path: str, declared: str) -> Iterator[Finding]:
    others = [told for told in tell(case, subject, path) if normalise(told.text) != normalise(declared)]
    if declared and others:
        yield make_finding(code, subject, path, declared, others)


def _tell_all(case: Case, subject: Subject) -> dict[str, list[Told]]:
    """By path: each single-valued leaf that an answer tells, and what the act of birth or a date of death implies."""
    told: dict[str, list[Told]] = {}
    for exchange in case.gather(subject.ref):
        leaves = [*_walk(exchange.record), *_imply(exchange.record, subject)]
        for path, value in leaves:
            text = write_value(value)
            if text:
                told.setdefault(path, []).append(Told(text, exchange.passport))
    return told


def _walk(node: Record, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in node.items():
        here = f"{path}.{name}".lstrip(".")
        if isinstance(value, dict):
            yield from _walk(value, here)
        elif not isinstance(value, list):
            yield here, value


def _imply(record: Record, subject: Subject) -> Iterator[tuple[str, Any]]:
    for birth in own_births(record, subject):
        yield from ((path, birth.get(leaf)) for path, leaf in BY_ACT.items())
        if is_dead(birth):
            yield _LIFE, "dead"
    if dict(_walk(record)).get("person.death_date") is not None:
        yield _LIFE, "dead"
