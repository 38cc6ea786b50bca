"""Whether a payload without a schema of its own has the shape of its passport: names, order, how many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from contracts.passport import Passport, PayloadField
from contracts.words import Cardinality, FieldType
from registries_mock.payloads.names import Naming
from registries_mock.payloads.plan import Node, build_plan

_NEEDED: Final = (Cardinality.ONE, Cardinality.SOME)
_SEVERAL: Final = (Cardinality.MANY, Cardinality.SOME)
_TYPES: Final[Mapping[FieldType, type | tuple[type, ...]]] = {
    FieldType.BOOLEAN: bool,
    FieldType.INT: int,
    FieldType.LONG: int,
    FieldType.DECIMAL: (int, float),
    FieldType.DOUBLE: (int, float),
    FieldType.STRING: str,
    FieldType.CODE: str,
}


def find_misfit(passport: Passport, tree: etree._Element | Mapping[str, Any]) -> str:
    """The first thing that is otherwise than the passport says, told by names alone; "" where there is none."""
    plan = build_plan(passport.reply.fields, Naming(passport.reply, passport.namespaces))
    if isinstance(tree, Mapping):
        return _misfit_of_object(plan, tree)
    return _misfit_of_element(plan, tree, passport.namespaces)


def _misfit_of_element(node: Node, element: etree._Element, namespaces: Mapping[str, str]) -> str:
    tags = [_tag(one.name, namespaces) for one in node.children]
    found = [one for one in element if isinstance(one.tag, str)]
    if not tags or _is_dictionary(node):
        return ""
    places: list[int] = []
    for one in found:
        if one.tag not in tags:
            return f"{node.path or 'the root'} holds {one.tag}, which the passport does not know"
        places.append(tags.index(one.tag))
    if places != sorted(places):
        return f"the elements of {node.path or 'the root'} stand in another order"
    for number, below in enumerate(node.children):
        misfit = _misfit_of_count(below, places.count(number))
        if misfit:
            return misfit
    for one, number in zip(found, places, strict=True):
        misfit = _misfit_of_element(node.children[number], one, namespaces)
        if misfit:
            return misfit
    return ""


def _misfit_of_count(node: Node, count: int) -> str:
    own = _field(node)
    if own is None or node.step.key:
        return ""
    if count == 0 and own.card in _NEEDED:
        return f"there is no {node.path}"
    return f"there are {count} of {node.path}" if count > 1 and own.card not in _SEVERAL else ""


def _misfit_of_object(node: Node, value: Mapping[str, Any]) -> str:
    for below in node.children:
        own = _field(below)
        members = value.get(below.step.name)
        if own is None or members is None:
            if own is not None and own.card in _NEEDED and not own.nil:
                return f"there is no {below.path}"
            continue
        if isinstance(members, list) != (own.card in _SEVERAL):
            return f"{below.path} is {'a' if isinstance(members, list) else 'no'} list"
        for one in members if isinstance(members, list) else [members]:
            misfit = _misfit_of_member(below, own, one)
            if misfit:
                return misfit
    return ""


def _misfit_of_member(node: Node, own: PayloadField, value: Any) -> str:
    if own.type in (FieldType.GROUP, FieldType.DICT):
        if not isinstance(value, Mapping):
            return f"{node.path} is no object"
        return _misfit_of_object(node, value)
    wanted = _TYPES.get(own.type, str)
    fits = isinstance(value, wanted) and (own.type is FieldType.BOOLEAN or not isinstance(value, bool))
    return "" if fits else f"{node.path} is not of the type {own.type}"


def _field(node: Node) -> PayloadField | None:
    return node.fields[0] if node.fields else None


def _is_dictionary(node: Node) -> bool:
    own = _field(node)
    return own is not None and own.type is FieldType.DICT


def _tag(name: str, namespaces: Mapping[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{namespaces[prefix]}}}{local}" if prefix else local
