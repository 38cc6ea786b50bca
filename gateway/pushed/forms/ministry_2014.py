"""The ministry's application of 2014 (P06.58.1): the application that its signed XML makes.

Everything is read from the signed bytes alone, and the same bytes always make the same JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from contracts.application import SCHEMA_ID, Relation
from contracts.errors import InvalidInput, Problem
from gateway.intake.model import sort_problems
from gateway.pushed.forms.documents import (
    find_all,
    find_first,
    read_day,
    read_document,
    read_text,
    read_texts,
    refuse_document,
)
from gateway.pushed.forms.ministry_2014_people import read_address, read_birth_record, read_paper, read_phone
from gateway.pushed.forms.ministry_2014_words import load_countries, load_words

MINISTRY: Final = "http://services.sync.mtszn/"
SCHEMA: Final = "ministry-2014.xsd"
_DATA, _CALL = f"{{{MINISTRY}}}p06581RequestData", f"{{{MINISTRY}}}getP06581"
_DECLARED_BY_RELATION: Final = {
    Relation.SPOUSE: "marriage",
    Relation.WARD: "guardianship",
    Relation.ADOPTED_CHILD: "adoption",
}


def read_data(signed: bytes) -> etree._Element:
    """The message's data, alone or inside its operation; raises MalformedInput."""
    root = read_document(signed, {_DATA: SCHEMA, _CALL: SCHEMA})
    if root.tag == _DATA:
        return root
    data = find_first(root, "request/requestData")
    if data is None:
        raise refuse_document("the message holds no data")
    return data


def derive_application(signed: bytes, service: str) -> bytes:
    """The application's JSON; its own rules are judged where every application's are.

    Raises MalformedInput where the bytes are no such message, InvalidInput where they make no application. Pointers are
    of the message: `/memberList/2/relationship` is of the third member.
    """
    data = read_data(signed)
    reading = _Reading(data)
    application = {
        "schema": SCHEMA_ID,
        "service": service,
        "language": load_words().language,
        "applicant": reading.applicant(),
        "family": list(reading.family()),
        "account": {"iban": reading.require("pepIbanResponse/IBAN")},
        "declared": reading.declared(),
        "consents": {"personal_data": True, "verification": True},
    }
    if reading.problems:
        raise InvalidInput(problems=sort_problems(reading.problems))
    return json.dumps(application, ensure_ascii=False, separators=(",", ":")).encode()


class _Reading:
    """One message: what it says, and what is wrong with it."""

    def __init__(self, data: etree._Element) -> None:
        self._data = data
        self._words = load_words()
        self.problems: list[Problem] = []
        self.requestor = read_text(data, "requestorIin")
        self._members = list(find_all(data, "memberList/member"))
        self._own = self._find_own()

    def _find_own(self) -> int:
        """Which member the applicant is; -1 where none is, which is told."""
        if not self.requestor:
            self._tell("missing-field", "/requestorIin", "the message does not say who applies")
            return -1
        stated = read_text(self._data, "iin")
        if stated and stated != self.requestor:
            self._tell("ministry-applicant-unclear", "/iin", "iin and requestorIin name two people")
        own = [n for n, one in enumerate(self._members) if read_text(one, "person/iin") == self.requestor]
        if not own:
            self._tell("ministry-applicant-unclear", "/requestorIin", "no member has the IIN of the one who applies")
            return -1
        for n in own[1:]:
            self._tell("duplicate-member", f"/memberList/{n}/person/iin", "the same IIN stands there twice")
        return own[0]

    def applicant(self) -> dict[str, Any]:
        person = find_first(self._members[self._own], "person") if self._own >= 0 else None
        if person is None:
            return {}
        pointer = f"/memberList/{self._own}/person"
        told: dict[str, Any] = {"iin": self.requestor, **self._name(person, pointer)}
        told |= read_phone(person)
        told["citizenship"] = self._citizenship(person, pointer)
        return told | read_paper(person) | read_address(person)

    def family(self) -> Iterator[dict[str, Any]]:
        """Everybody but the applicant; nobody where it is not known which of them that is."""
        for n, member in enumerate(self._members if self._own >= 0 else ()):
            if n == self._own:
                continue
            pointer = f"/memberList/{n}"
            person = find_first(member, "person")
            if person is None:
                self._tell("missing-field", f"{pointer}/person", "a member without a person cannot be named")
                continue
            told = {"relation": self._relation(member, pointer), **self._name(person, f"{pointer}/person")}
            iin = read_text(person, "iin")
            if iin:
                told["iin"] = iin
            yield told | ({} if iin else read_birth_record(member))

    def declared(self) -> dict[str, Any]:
        facts = {"marriage": False, "kandas_certificate": False, "guardianship": False, "adoption": False}
        facts |= {"full_time_study": False, "employment_measures": False, "private_farm": False}
        for row in self._words.declares:
            members = [m for n, m in enumerate(self._members) if not row.of_applicant or n == self._own]
            words = {word.casefold() for word in row.words}
            for start in [self._data] if row.of_message else members:
                told = {text.casefold() for text in read_texts(start, row.path)}
                facts[row.fact] |= bool(told & words if words else told)
        for n, member in enumerate(self._members):
            found = self._find_relations(member) if n != self._own else frozenset()
            facts |= {_DECLARED_BY_RELATION[one]: True for one in found if one in _DECLARED_BY_RELATION}
        return facts

    def require(self, path: str) -> str:
        text = read_text(self._data, path)
        if not text:
            self._tell("missing-field", f"/{path}", "the message lacks it")
        return text

    def _relation(self, member: etree._Element, pointer: str) -> str:
        found = self._find_relations(member)
        if len(found) != 1:
            detail = "its name and its code mean different relations" if found else "the relation is not known here"
            self._tell("ministry-relation-unknown", f"{pointer}/relationship", detail)
        return next(iter(sorted(found)), "")

    def _find_relations(self, member: etree._Element) -> frozenset[Relation]:
        names = (*read_texts(member, "relationship/rname"), *read_texts(member, "relationship/kname"))
        return self._words.find_relations(read_text(member, "relationship/code"), names)

    def _name(self, person: etree._Element, pointer: str) -> dict[str, str]:
        told = {
            "surname": read_text(person, "fio/surname"),
            "name": read_text(person, "fio/firstname"),
            "patronymic": read_text(person, "fio/secondname"),
            "birth_date": read_day(person, "birthDate"),
        }
        for key, place in (("surname", "fio/surname"), ("name", "fio/firstname")):
            if not told[key]:
                self._tell("missing-field", f"{pointer}/{place}", "a person has a surname and a name")
        return {key: text for key, text in told.items() if text}

    def _citizenship(self, person: etree._Element, pointer: str) -> str:
        found = load_countries().get(read_text(person, "citizenship/code"), "")
        if not found:
            place = f"{pointer}/citizenship/code"
            self._tell("ministry-citizenship-unknown", place, "the code of the citizenship is not known here")
        return found

    def _tell(self, code: str, pointer: str, detail: str) -> None:
        self.problems.append(Problem(code, pointer, detail))
