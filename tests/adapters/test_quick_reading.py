"""Elements and nodes are read alike: what is quick changes nothing of what a reply means, however broken it comes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.payloads.nodes import Node, XmlNode
from adapters.payloads.plans import XSI
from adapters.payloads.prepared import Preparations
from adapters.payloads.reading import RecordReader
from contracts.errors import ContractBroken
from contracts.passport import Passport
from contracts.vocabulary.terms import Coded
from contracts.words import DataForm
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.test_samples import CATALOGUE, sample

ODD = passport(
    reply={
        "form": "inline",
        "qualified": "none",
        "fields": [
            {"path": "persons", "type": "group"},
            {"path": "persons/b:person", "type": "group"},
            {"path": "persons/b:person/@iin", "bind": "person.iin"},
            {"path": "persons/b:person/fullName", "bind": "person.surname", "split": {"separator": " ", "index": 0}},
            {"path": "persons/b:person/fullName", "bind": "person.name", "split": {"separator": " ", "index": 1}},
            {"path": "persons/o:person/fullName", "bind": "person.patronymic"},
            {"path": "phones/phone[kind=1]", "type": "group"},
            {"path": "phones/phone[kind=1]/number", "bind": "person.phones[]"},
            {"path": "document", "type": "group", "bind": "person.documents[]"},
            {"path": "document/@number", "bind": "person.documents[].number"},
            {"path": "document/endDate", "type": "date", "bind": "person.documents[].valid_until"},
            {"path": "document/owner", "type": "group", "bind": "person.documents[].owners[]"},
            {"path": "document/owner/share", "type": "decimal", "bind": "person.documents[].owners[].share"},
            {"path": "sex", "type": "dict", "bind": "person.sex", "dictionary": "sexes"},
            {"path": "born", "type": "dict", "bind": "person.birth_date"},
            {"path": "car", "bind": "person.vehicles[].plate"},
        ],
    }
)
ODD_REPLY = """<data xmlns:b="urn:example:business" xmlns:o="urn:example:other">
  <persons><b:person iin="880314490010"><fullName>АХМЕТОВА АЙГҮЛ</fullName></b:person>
    <o:person><fullName>ЕРЛАНҚЫЗЫ</fullName></o:person></persons>
  <phones><phone><kind>2</kind><number>11</number></phone><phone><kind>1</kind><number>22</number></phone>
    <phone><kind>1</kind><number>33</number></phone></phones>
  <document number="N1"><endDate>2030-01-02</endDate><owner><share>0,5</share></owner><owner><share>1</share></owner>
  </document><document number="N2"><owner/></document><document/>
  <sex><nameRu>Женский</nameRu><code>2</code><code>1</code></sex><born><code>1988-03-14</code></born><car>777ABC02</car>
</data>"""


class PlainNode:
    """The node of an element that does not show that it is one: it is read by its children."""

    def __init__(self, node: XmlNode) -> None:
        self._node = node

    def children(self, local: str, namespace: str | None = None) -> Sequence[Node]:
        return [PlainNode(child) for child in self._node.children(local, namespace)]

    def items(self) -> Iterator[tuple[str, Node]]:
        return ((name, PlainNode(child)) for name, child in self._node.items())

    def is_in(self, namespace: str) -> bool:
        return self._node.is_in(namespace)

    def text(self) -> str:
        return self._node.text()

    def attribute(self, local: str) -> str:
        return self._node.attribute(local)

    def names(self) -> Collection[str]:
        return self._node.names()

    def is_empty(self) -> bool:
        return self._node.is_empty()


def _foreign(element: etree._Element) -> None:
    element.tag = f"{{urn:example:foreign}}{etree.QName(element).localname}"


def _unqualified(element: etree._Element) -> None:
    element.tag = etree.QName(element).localname


def _said(text: str) -> Callable[[etree._Element], None]:
    def change(element: etree._Element) -> None:
        element.text = text

    return change


def _told(name: str, value: str) -> Callable[[etree._Element], None]:
    return lambda element: element.set(name, value)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _double(element: etree._Element) -> None:
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def _last_first(element: etree._Element) -> None:
    element[:] = list(reversed(element))


CHANGES: tuple[Callable[[etree._Element], None], ...] = (
    *(_foreign, _unqualified, _drop, _double, _last_first),
    *(_said(text) for text in ("", " \n", "?", " 1\n", "2030-01-02", "2030-13-01", "a; b", "true", "0,5")),
    *(_told(f"{{{XSI}}}nil", text) for text in ("true", "1", "false")),
    *(_told(name, "1") for name in (f"{{{XSI}}}type", "code", "{urn:example:foreign}iin")),
    lambda element: element.insert(0, etree.Comment("1")),
)


@cache
def preparations() -> Preparations:
    return Preparations(CATALOGUE)


XML = sorted(key for key, one in CATALOGUE.passports.items() if one.reply.form is not DataForm.JSON)


def outcome(reader: RecordReader, payload: Node) -> object:
    try:
        return reader.read(payload)
    except ContractBroken as broken:
        return str(broken)


def reader_of(one: Passport) -> RecordReader:
    return Preparations(catalogue_of(one)).of(one).reader


def changed(content: bytes, changes: Sequence[tuple[int, int]]) -> XmlNode:
    root = etree.fromstring(content)
    for place, number in changes:
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        CHANGES[number](elements[place % len(elements)])
    return XmlNode(root)


changes = st.lists(st.tuples(st.integers(0, 400), st.integers(0, len(CHANGES) - 1)), max_size=8)


@given(st.sampled_from(XML), changes)
def test_elements_are_read_as_their_nodes_are(key: str, drawn: Sequence[tuple[int, int]]) -> None:
    reader, payload = (
        preparations().of(CATALOGUE.passports[key]).reader,
        changed(sample(key, "reply").read_bytes(), drawn),
    )
    assert outcome(reader, payload) == outcome(reader, PlainNode(payload))


@given(changes)
def test_so_are_those_of_an_odd_passport(drawn: Sequence[tuple[int, int]]) -> None:
    reader, payload = reader_of(ODD), changed(ODD_REPLY.encode(), drawn)
    assert outcome(reader, payload) == outcome(reader, PlainNode(payload))


WHOLE: Mapping[str, Any] = {
    "iin": "880314490010",
    "surname": "АХМЕТОВА",
    "name": "АЙГҮЛ",
    "patronymic": "ЕРЛАНҚЫЗЫ",
    "phones": ["22", "33"],
}


@pytest.mark.parametrize("look", [lambda node: node, PlainNode], ids=["elements", "nodes"])
def test_an_odd_passport_is_read_whole(look: Callable[[XmlNode], Node]) -> None:
    person = reader_of(ODD).read(look(XmlNode(etree.fromstring(ODD_REPLY))))["person"]
    assert {name: person[name] for name in WHOLE} == WHOLE
    assert [document.get("number") for document in person["documents"]] == ["N1", "N2"]
    assert [str(owner["share"]) for owner in person["documents"][0]["owners"]] == ["0.5", "1"]
    assert "owners" not in person["documents"][1]
    assert person["sex"] == Coded("2", "female", "Женский", "")
    assert str(person["birth_date"]) == "1988-03-14"
    assert person["vehicles"] == [{"plate": "777ABC02"}]
