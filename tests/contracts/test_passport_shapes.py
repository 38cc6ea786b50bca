"""Every passport's fields are its schema: the same elements in the same order, cardinality and nillability."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

import pytest
from lxml import etree

from contracts.passport import Passport, Payload, PayloadField
from contracts.words import FieldType
from tests.contracts.catalogue_files import (
    PASSPORT_KEYS,
    packaged,
    payloads,
    read_passport,
    root_name,
    schema_path,
    split_path,
)
from tests.contracts.schema_shapes import DSIG, Child, Schemas, list_schemas, may_hold_text


@dataclass
class Node:
    """An element of a payload, or its variant by a predicate; a split element has one field a piece."""

    name: str
    predicate: str
    fields: list[PayloadField] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def fixed(self) -> set[str]:
        """The child that a predicate `name[child=v]` already says: it is written, but is no field."""
        return {self.predicate.split("=")[0]} if self.predicate and not self.predicate.startswith("@") else set()


def grow(payload: Payload) -> list[Node]:
    """The payload's fields as a tree, attributes left out."""
    top = Node("", "")
    for item in payload.fields:
        steps = split_path(item.path)
        if steps[-1][0].startswith("@"):
            continue
        place = top
        for name, predicate in steps[:-1]:
            place = next(node for node in place.children if (node.name, node.predicate) == (name, predicate))
        last = place.children[-1] if place.children else None
        if last is None or (last.name, last.predicate) != steps[-1]:
            assert steps[-1] not in [(n.name, n.predicate) for n in place.children], f"{item.path} stands apart"
            place.children.append(last := Node(*steps[-1]))
        last.fields.append(item)
    return top.children


@dataclass(frozen=True)
class Comparison:
    """Compares the fields of one payload with its schema."""

    schemas: Schemas
    passport: Passport
    payload: Payload
    whole: bool = True
    """False for requests: they may leave out what is optional, as where one root serves both directions."""

    def compare(self, nodes: list[Node], children: list[Child], *, partly: bool = False) -> None:
        names = [name for name, _ in groupby(node.name for node in nodes)]
        wanted = (child for child in children if child.name in names or not partly)
        expected = [child.name for child in wanted if child.name in names or self.whole or child.least]
        assert names == expected
        by_name = {child.name: child for child in children}
        for node in nodes:
            child = by_name[node.name]
            for item in node.fields:
                if node.predicate:
                    assert child.most != 1, item.path
                else:
                    assert (item.card.value, item.nil) == (child.cardinality, child.nillable), item.path
                self._compare_type(node, item, child)

    def _compare_type(self, node: Node, item: PayloadField, child: Child) -> None:
        if item.type is FieldType.GROUP:
            type_node = self.type_of(item, child)
            if type_node is None:
                assert not node.children, f"{item.path} is of any type"
                return
            if not node.children and not item.bind and (child.least == 0 or child.nillable):
                return  # named, but never filled nor read
            inside = [c for c in self.schemas.children(type_node) if c.name not in node.fixed]
            self.compare(node.children, inside, partly=bool(node.predicate))
        elif item.type is FieldType.DICT:
            assert child.type_node is not None, item.path
            names = tuple(c.name for c in self.schemas.children(child.type_node))
            assert names in (self.payload.dict_shape, (*self.payload.dict_shape, "changeDate")), item.path
        else:
            assert may_hold_text(child), item.path
            assert item.type.value in WRITTEN_AS.get(child.type_name[1], {item.type.value}), item.path

    def type_of(self, item: PayloadField, child: Child) -> etree._Element | None:
        if not item.xsi_type:
            return child.type_node
        prefix, _, name = item.xsi_type.rpartition(":")
        return self.schemas.named_type(self.passport.namespaces.get(prefix, ""), name)


WRITTEN_AS = {
    "boolean": {"boolean"},
    "date": {"date"},
    "dateTime": {"dateTime"},
    "decimal": {"decimal"},
    "double": {"double"},
    "float": {"double"},
    "int": {"int", "code"},
    "long": {"long", "code"},
}
"""Types of fields that a simple type of the schema may hold; a string holds any."""


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_the_fields_of_a_passport_are_the_elements_of_its_schema(key: str) -> None:
    passport = read_passport(key)
    for direction, payload in payloads(passport).items():
        path = schema_path(passport, payload)
        if path is None:
            assert passport.rest is not None, "only JSON goes without a schema"
            continue
        schemas = Schemas(path)
        root = schemas.root(*root_name(passport, payload))
        assert root.type_node is not None
        children = schemas.children(root.type_node)
        if payload.signed:
            assert (children[-1].namespace, children[-1].name) == (DSIG, "Signature")
            children.pop()
        Comparison(schemas, passport, payload, whole=direction != "request").compare(grow(payload), children)


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_inner_elements_are_in_a_namespace_only_where_the_passport_says_so(key: str) -> None:
    passport = read_passport(key)
    for payload in payloads(passport).values():
        path = schema_path(passport, payload)
        if path is None:
            continue
        schemas = Schemas(path)
        namespace, name = root_name(passport, payload)
        for item in payload.fields:
            inner = schemas.root(namespace, name)
            if item.path.split("/")[-1].startswith("@"):
                continue
            for raw, (step, _) in zip(_raw_steps(item.path), split_path(item.path), strict=True):
                inner = _descend(Comparison(schemas, passport, payload), inner, step)
                assert inner.namespace == _namespace_of(raw, passport, payload, namespace), item.path


def _descend(look: Comparison, outer: Child, step: str) -> Child:
    typed = (item for item in look.payload.fields if item.xsi_type and split_path(item.path)[-1][0] == outer.name)
    item = next(typed, None)
    type_node = look.type_of(item, outer) if item else outer.type_node
    assert type_node is not None
    return next(child for child in look.schemas.children(type_node) if child.name == step)


def _raw_steps(path: str) -> list[str]:
    return [step.split("[")[0] for step in path.split("/")]


def _namespace_of(raw: str, passport: Passport, payload: Payload, root: str) -> str:
    prefix, colon, _ = raw.rpartition(":")
    if colon:
        return passport.namespaces[prefix] if prefix else ""
    if payload.qualified != "all":
        return ""
    return root or passport.namespaces[payload.xsi_type.split(":")[0]]


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_readings_look_where_the_reply_has_something(key: str) -> None:
    passport = read_passport(key)
    for payload, readings in (
        (passport.reply, passport.readings),
        (passport.interim, passport.interim_readings),
    ):
        if payload is None:
            assert not readings
            continue
        paths = {item.path for item in payload.fields}
        dicts = {f"{i.path}/{part}" for i in payload.fields if i.type is FieldType.DICT for part in payload.dict_shape}
        for reading in readings:
            assert bool(reading.path) == (reading.at in ("code", "text", "element")), reading.at
            assert not reading.path or reading.path in paths | dicts, reading.path


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_schemas_are_well_formed_and_name_no_unused_file(key: str) -> None:
    passport = read_passport(key)
    used = {
        path.split("#")[0]
        for payload in payloads(passport).values()
        if (file := schema_path(passport, payload)) is not None
        for path in list_schemas(file)
    }
    folder = packaged().folders[key]
    assert {str(file.resolve()) for file in folder.glob("*.xsd")} <= used
    for file in folder.glob("*.xsd"):
        etree.XMLSchema(etree.parse(str(file)))
