"""Whom a developer looks for: families in which a registry has, or has not, a record that a request asks about.

The needs are the rows of the catalogue, once with and once without a record; no list of them is kept here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.catalogue import Catalogue
from contracts.request import RequestRow, Subject
from contracts.vocabulary.terms import Record
from contracts.words import SubjectRule
from registries_mock.payloads.scope import Scope, is_present

_NOT: Final = "no "
_RECORD: Final = " record"
_CHILD_TO: Final = 17
_NOT_APPLICANT: Final = frozenset({SubjectRule.SPOUSE, SubjectRule.DEPENDANTS_OF_AGE})
_ONLY_APPLICANT: Final = frozenset({SubjectRule.APPLICANT, SubjectRule.HOUSEHOLD})


@dataclass(frozen=True)
class Need:
    """A request, and whether a record is to be there."""

    row: RequestRow
    found: bool

    def name(self) -> str:
        return f"{'' if self.found else _NOT}{_words(self.row)}{_RECORD}"

    def is_met(self, record: Record, *, is_applicant: bool, age: int) -> bool:
        """By a person whom the request may be about."""
        return _is_about(self.row.subject, is_applicant, age) and _has(self.row, record) is self.found


def list_needs(catalogue: Catalogue) -> tuple[Need, ...]:
    """All that can be asked for, in the order of the requests."""
    return tuple(Need(row, found) for row in _rows(catalogue) for found in (True, False))


def read_need(catalogue: Catalogue, text: str) -> Need:
    """`[no] WORDS record`, where WORDS begin the key of one request; LookupError says which needs there are."""
    said = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    found = not said.startswith(_NOT)
    words = said.removeprefix(_NOT).removesuffix(_RECORD)
    fitting = [row for row in _rows(catalogue) if words and _words(row).startswith(words)]
    exact = [row for row in fitting if _words(row) == words]
    if len(exact or fitting) != 1:
        known = ", ".join(need.name() for need in list_needs(catalogue) if need.found)
        raise LookupError(f"no need is called so; each goes with “no” before it, too: {known}")
    return Need((exact or fitting)[0], found)


def _rows(catalogue: Catalogue) -> Iterator[RequestRow]:
    seen: dict[str, RequestRow] = {}
    for service in catalogue.services.values():
        for row in service.requests:
            seen.setdefault(row.key, row)
    yield from seen.values()


def _words(row: RequestRow) -> str:
    return row.key.replace("_", " ")


def _is_about(subject: Subject, is_applicant: bool, age: int) -> bool:
    if subject.rule in _ONLY_APPLICANT:
        return is_applicant
    if subject.rule in _NOT_APPLICANT and is_applicant:
        return False
    oldest = _CHILD_TO if subject.rule is SubjectRule.EACH_CHILD else subject.age_to
    return (subject.age_from or 0) <= age and (oldest is None or age <= oldest)


def _has(row: RequestRow, record: Record) -> bool:
    """Whether some part of the request would find a record."""
    return any(_finds(part.where, path, record) for part in row.parts for path in part.records)


def _finds(where: Mapping[str, tuple[str, ...]], path: str, record: Record) -> bool:
    value = Scope((record,), record).value(path.removesuffix("[]"))
    if not where:
        return is_present(value)
    items: list[Any] = value if isinstance(value, list) else [value]
    return any(
        isinstance(item, Mapping) and all(str(item.get(leaf)) in wanted for leaf, wanted in where.items())
        for item in items
    )
