"""What a schema lets stand where: elements and attributes by place, in order, with their namespaces and cardinality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from registries_mock.passports.schema_files import XS

_DEEPEST: Final = 40
"""Types extend types, and groups hold groups; a chain that is longer goes round."""
Name = tuple[str, str]
"""Namespace ("" for none) and local name."""


@dataclass(frozen=True)
class Place:
    """An element as the schema declares it."""

    name: str
    namespace: str
    least: int
    most: int | None
    """None: unbounded."""
    nillable: bool
    text: str | None
    """The built-in type of its text (`date`); None where only elements may stand in it."""
    content: etree._Element | None
    """Its complex type; None for a simple one."""
    open: bool = False
    """anyType: whatever may stand in it."""


@dataclass(frozen=True)
class Inside:
    """What stands inside an element."""

    elements: tuple[Place, ...]
    attributes: frozenset[str]
    ordered: bool
    """False where a choice or xs:all leaves the order to the writer."""
    open: bool


class Shapes:
    """All declarations of some schemas."""

    def __init__(self, schemas: Sequence[tuple[etree._Element, str]]) -> None:
        self._declared: dict[tuple[str, Name], tuple[etree._Element, str]] = {}
        for schema, target in schemas:
            for node in schema.iterchildren(etree.Element):
                kind, name = etree.QName(node).localname, node.get("name")
                if name:
                    kind = "type" if kind in ("complexType", "simpleType") else kind
                    self._declared.setdefault((kind, (target, name)), (node, target))

    def root(self, namespace: str, name: str) -> Place | None:
        """The global element of that name."""
        found = self._declared.get(("element", (namespace, name)))
        return self._place(*found, is_global=True) if found else None

    def roots(self) -> list[Name]:
        """The names of all global elements."""
        return [name for kind, name in self._declared if kind == "element"]

    def typed(self, place: Place, namespace: str, name: str) -> Place | None:
        """The place as an element whose xsi:type is that complex type."""
        found = self._declared.get(("type", (namespace, name)))
        if found is None or found[0].tag != f"{{{XS}}}complexType":
            return None
        own = (place.name, place.namespace, place.least, place.most, place.nillable)
        return Place(*own, self._text_of(found[0], found[1]), found[0])

    def inside(self, place: Place) -> Inside:
        """What may stand in the element."""
        if place.content is None:
            return Inside((), frozenset(), ordered=True, open=place.open)
        return self._inside_type(place.content, _target(place.content, place.namespace), 0)

    def _inside_type(self, node: etree._Element, target: str, depth: int) -> Inside:
        elements: list[Place] = []
        attributes: set[str] = set()
        ordered, is_open = True, False
        for part, part_target, optional in self._parts(node, target, depth):
            kind = etree.QName(part).localname
            if kind == "attribute":
                attributes.add((part.get("name") or part.get("ref") or "").rpartition(":")[2])
            elif kind in ("any", "anyAttribute"):
                is_open = True
            elif kind in ("choice", "all"):
                ordered = False
            else:
                place = self._element(part, part_target)
                elements.append(_may_be_absent(place) if optional else place)
        return Inside(tuple(elements), frozenset(attributes), ordered, is_open)

    def _parts(
        self, node: etree._Element, target: str, depth: int, optional: bool = False
    ) -> Iterator[tuple[etree._Element, str, bool]]:
        """Elements, attributes and wildcards below, with their namespace, and whether all around them may be absent."""
        if depth > _DEEPEST:
            return
        for part in node.iterchildren(etree.Element):
            kind = etree.QName(part).localname
            may_be_absent = optional or part.get("minOccurs") == "0"
            if kind in ("element", "attribute", "any", "anyAttribute"):
                yield part, target, optional
            elif kind in ("sequence", "complexContent", "simpleContent"):
                yield from self._parts(part, target, depth + 1, may_be_absent)
            elif kind in ("choice", "all"):
                yield part, target, optional
                yield from self._parts(part, target, depth + 1, may_be_absent or kind == "choice")
            elif kind in ("group", "attributeGroup") and part.get("ref"):
                found = self._declared.get((kind, _resolve(part, part.get("ref", ""))))
                if found:
                    yield from self._parts(*found, depth + 1, may_be_absent)
            elif kind == "extension":
                found = self._declared.get(("type", _resolve(part, part.get("base", ""))))
                if found:
                    yield from self._parts(*found, depth + 1, optional)
                yield from self._parts(part, target, depth + 1, optional)
            elif kind == "restriction":
                yield from self._parts(part, target, depth + 1, optional)

    def _element(self, node: etree._Element, target: str) -> Place:
        reference = node.get("ref")
        if not reference:
            return self._place(node, target, is_global=False)
        namespace, name = _resolve(node, reference)
        declared = self._declared.get(("element", (namespace, name)))
        least, most = _occurs(node)
        if declared is None:
            return Place(name, namespace, least, most, False, "anyType", None, open=True)
        there = self._place(*declared, is_global=True)
        return Place(name, namespace, least, most, there.nillable, there.text, there.content, there.open)

    def _place(self, node: etree._Element, target: str, *, is_global: bool) -> Place:
        schema = next(node.iterancestors(f"{{{XS}}}schema"), None)
        default = schema.get("elementFormDefault", "unqualified") if schema is not None else "unqualified"
        namespace = target if is_global or node.get("form", default) == "qualified" else ""
        least, most = _occurs(node)
        own = (node.get("name", ""), namespace, least, most, node.get("nillable") in ("true", "1"))
        inner = next(node.iterchildren(f"{{{XS}}}complexType", f"{{{XS}}}simpleType"), None)
        kind = _resolve(node, node.get("type", "")) if node.get("type") else None
        found = (inner, target) if inner is not None else self._declared.get(("type", kind)) if kind else None
        if found is None:
            builtin = kind[1] if kind and kind[0] == XS else "anyType"
            return Place(*own, builtin, None, open=builtin == "anyType")
        is_complex = found[0].tag == f"{{{XS}}}complexType"
        return Place(*own, self._text_of(*found), found[0] if is_complex else None)

    def _text_of(self, node: etree._Element, target: str, depth: int = 0) -> str | None:
        """The built-in type of the text that a type holds; None for a type of elements alone."""
        if node.get("mixed") in ("true", "1"):
            return "string"
        held = node.find(f"{{{XS}}}simpleContent")
        if node.tag == f"{{{XS}}}complexType" and held is None:
            return None
        base = next(
            (held if held is not None else node).iterchildren(f"{{{XS}}}extension", f"{{{XS}}}restriction"), None
        )
        if base is None or not base.get("base"):
            return "string"
        name = _resolve(base, base.get("base", ""))
        found = self._declared.get(("type", name))
        if found is None or depth > _DEEPEST:
            return name[1] if name[0] == XS else "string"
        return self._text_of(*found, depth + 1)


def _may_be_absent(place: Place) -> Place:
    return Place(place.name, place.namespace, 0, place.most, place.nillable, place.text, place.content, place.open)


def _occurs(node: etree._Element) -> tuple[int, int | None]:
    most = node.get("maxOccurs", "1")
    return int(node.get("minOccurs", "1")), None if most == "unbounded" else int(most)


def _target(node: etree._Element, otherwise: str) -> str:
    schema = next(node.iterancestors(f"{{{XS}}}schema"), None)
    return (schema.get("targetNamespace") if schema is not None else None) or otherwise


def _resolve(node: etree._Element, qname: str) -> Name:
    """The name that a QName means at the node; without a prefix, where no default namespace stands, in none."""
    prefix, _, local = qname.rpartition(":")
    return node.nsmap.get(prefix or None) or "", local
