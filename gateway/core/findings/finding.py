"""One finding, and what registries tell of a person: the words that every rule is written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.findings import FindingCode
from gateway.core.acts import own_births
from gateway.core.case import Case, Subject
from gateway.core.records import take, word_of
from gateway.core.subjects import HOUSEHOLD

NO_RECORD = "no_record"
"""What a source told that answered, and has nothing."""
BY_ACT = {"person.name": "child_name", "person.birth_date": "child_birth_date"}
"""The same words in the person's own act of birth; a surname may have changed since."""


@dataclass(frozen=True)
class Finding:
    code: FindingCode
    subject_ref: str
    path: str
    """Vocabulary path of what differs."""
    declared: str = field(repr=False)
    """As the application has it; "" where it says nothing."""
    told: tuple[str, ...] = field(repr=False)
    """What registries told; `no_record` where a source answered that it has nothing."""
    sources: tuple[str, ...]
    """Keys of the passports that told it, one for each of `told`, in the same order."""
    rule: str = ""
    """Name of the rule that saw it."""


@dataclass(frozen=True)
class Told:
    text: str
    passport: str


def list_people(case: Case) -> tuple[Subject, ...]:
    """The subjects that are persons: the applicant and the declared members."""
    return tuple(subject for subject in case.subjects if subject.ref != HOUSEHOLD)


def tell(case: Case, subject: Subject, path: str) -> Iterator[Told]:
    """What each registry says at a path of the person, own act of birth included; unknown codes say nothing."""
    for exchange in case.gather(subject.ref):
        values = take(exchange.record, path)
        if path in BY_ACT:
            values += [birth.get(BY_ACT[path]) for birth in own_births(exchange.record, subject)]
        for value in values:
            text = write_value(value)
            if text:
                yield Told(text, exchange.passport)


def write_value(value: Any) -> str:
    """A leaf as text: dates as YYYY-MM-DD, `true`, `false`, codes by our own word; "" where it says nothing."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else word_of(value) or ""


def normalise(text: str) -> str:
    """For comparing: registers write in capitals, and е for ё."""
    return " ".join(text.split()).casefold().replace("ё", "е")


def make_finding(code: FindingCode, subject: Subject, path: str, declared: str, told: Iterable[Told]) -> Finding:
    """A finding that names each thing told once."""
    told = tuple(dict.fromkeys(told))
    return Finding(code, subject.ref, path, declared, tuple(t.text for t in told), tuple(t.passport for t in told))
