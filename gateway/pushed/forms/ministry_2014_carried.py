"""The answers of registries inside the ministry's message of 2014: the portal's word, not the registries'.

They are shown beside the case, and close none of its inquiries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from contracts.tables import Names
from gateway.pushed.forms.documents import find_all, read_text, read_texts
from gateway.pushed.forms.ministry_2014 import read_data
from gateway.pushed.forms.ministry_2014_words import CarriedRow, ValueRow, load_words

LONGEST: Final = 200
MOST: Final = 2_000
_DAY: Final = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?)?(?:Z|[+-]\d{2}:\d{2})?$")
"""A moment that is only a day, as serialisers write it."""


@dataclass(frozen=True)
class CarriedValue:
    """One thing that an answer says, and what it is called."""

    label: Names
    text: str = field(repr=False)


@dataclass(frozen=True)
class CarriedAnswer:
    kind: str
    title: Names
    iin: str = field(repr=False)
    """Whom it is about, by the answer itself; "" where neither it nor its member says."""
    member: int | None
    """Which member of the message it stands at, from 0; None at the message itself."""
    values: tuple[CarriedValue, ...] = field(repr=False)


def read_carried(signed: bytes) -> tuple[CarriedAnswer, ...]:
    """Every answer, in the order of the kinds and of the document; raises MalformedInput."""
    data = read_data(signed)
    members = list(find_all(data, "memberList/member"))
    applicant = read_text(data, "requestorIin")
    answers: list[CarriedAnswer] = []
    for row in load_words().carried:
        if row.of_message:
            answers += _of(row, data, applicant, None)
        for n, member in enumerate(members if not row.of_message else ()):
            answers += _of(row, member, read_text(member, "person/iin"), n)
    return tuple(answers[:MOST])


def _of(row: CarriedRow, start: etree._Element, owner: str, member: int | None) -> Iterator[CarriedAnswer]:
    for answer in find_all(start, row.path):
        iin = (read_text(answer, row.iin) if row.iin else "") or owner
        values = tuple(_values(row.values, answer))
        if values:
            yield CarriedAnswer(row.kind, row.title, iin[:12], member, values)


def _values(rows: tuple[ValueRow, ...], answer: etree._Element) -> Iterator[CarriedValue]:
    for row in rows:
        text = "; ".join(_DAY.sub(r"\1", one) for one in read_texts(answer, row.path))
        if text:
            yield CarriedValue(Names(ru=row.ru, kk=row.kk, en=row.en), text[:LONGEST])
