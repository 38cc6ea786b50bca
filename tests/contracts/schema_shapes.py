"""Reads an XSD (with what it imports, or inside a WSDL) into elements, types and their children: a witness for tests.

It knows what the passports' schemas use: global elements, sequences (and `xs:all`, taken as one), extensions,
references, anonymous types. An unknown construct is an error, so that nothing goes unchecked in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

XS = "http://www.w3.org/2001/XMLSchema"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
Name = tuple[str, str]
"""Namespace ("" for none) and local name."""


@dataclass(frozen=True)
class Child:
    """One element of a content model; `type_node` is None for simple types (then `simple` names it) and anyType."""

    name: str
    namespace: str
    least: int
    most: int | None
    nillable: bool
    type_name: Name
    type_node: etree._Element | None

    @property
    def cardinality(self) -> str:
        upper = "n" if self.most is None else str(self.most)
        return "1" if (self.least, self.most) == (1, 1) else f"{self.least}..{upper}"


def list_schemas(path: Path) -> dict[str, etree._Element]:
    """The schema elements of a file and of all that it imports or includes, by where they stand."""
    found: dict[str, etree._Element] = {}
    waiting = [path.resolve()]
    while waiting:
        place = waiting.pop()
        if str(place) in found or f"{place}#0" in found:
            continue
        root = etree.parse(str(place)).getroot()
        inside = [root] if root.tag == f"{{{XS}}}schema" else list(root.iter(f"{{{XS}}}schema"))
        for number, schema in enumerate(inside):
            found[str(place) if schema is root else f"{place}#{number}"] = schema
            for link in schema.iterchildren(f"{{{XS}}}import", f"{{{XS}}}include"):
                location = link.get("schemaLocation")
                if location:
                    waiting.append((place.parent / location).resolve())
    return found


class Schemas:
    """All declarations that a schema file reaches."""

    def __init__(self, path: Path) -> None:
        self._elements: dict[Name, etree._Element] = {}
        self._types: dict[Name, etree._Element] = {}
        for schema in list_schemas(path).values():
            target = schema.get("targetNamespace", "")
            for node in schema.iterchildren(f"{{{XS}}}element"):
                self._elements[target, node.get("name", "")] = node
            for node in schema.iterchildren(f"{{{XS}}}complexType", f"{{{XS}}}simpleType"):
                self._types[target, node.get("name", "")] = node

    def root(self, namespace: str, name: str) -> Child:
        """The global element of that name; KeyError where there is none."""
        return self._read_element(self._elements[namespace, name])

    def named_type(self, namespace: str, name: str) -> etree._Element:
        return self._types[namespace, name]

    def children(self, type_node: etree._Element) -> list[Child]:
        """What stands inside an element of this type, in order, what is inherited first."""
        return list(self._walk(type_node))

    def _walk(self, node: etree._Element) -> Iterator[Child]:
        for part in node.iterchildren(etree.Element):
            kind = etree.QName(part).localname
            if kind in ("sequence", "all", "complexContent"):
                yield from self._walk(part)
            elif kind == "extension":
                yield from self._walk(self._types[_resolve(part, part.get("base", ""))])
                yield from self._walk(part)
            elif kind == "element":
                yield self._read_element(part)
            elif kind == "any" and part.get("namespace") == DSIG:
                continue  # the place of a signature
            elif kind not in ("attribute", "annotation", "restriction"):
                raise NotImplementedError(f"xs:{kind} in a content model")

    def _read_element(self, node: etree._Element) -> Child:
        least = int(node.get("minOccurs", "1"))
        most = None if node.get("maxOccurs") == "unbounded" else int(node.get("maxOccurs", "1"))
        nillable = node.get("nillable") == "true"
        if node.get("ref"):
            namespace, name = _resolve(node, node.get("ref", ""))
            declared = self._elements.get((namespace, name))
            there = self._read_element(declared) if declared is not None else None
            type_name, type_node = (there.type_name, there.type_node) if there else (("", "anyType"), None)
            return Child(name, namespace, least, most, nillable, type_name, type_node)
        schema = next(node.iterancestors(f"{{{XS}}}schema"))
        is_global = node.getparent() is schema
        form = node.get("form", schema.get("elementFormDefault", "unqualified"))
        namespace = schema.get("targetNamespace", "") if is_global or form == "qualified" else ""
        inner = node.find(f"{{{XS}}}complexType")
        type_name = ("", "") if inner is not None else _resolve(node, node.get("type", ""))
        type_node = inner if inner is not None else self._types.get(type_name)
        if type_node is None and type_name[0] != XS:
            raise KeyError(f"no type {type_name}")
        return Child(node.get("name", ""), namespace, least, most, nillable, type_name, type_node)


def may_hold_text(child: Child) -> bool:
    """True for simple types and for anyType."""
    if child.type_node is None:
        return True
    return etree.QName(child.type_node).localname == "simpleType"


def _resolve(node: etree._Element, qname: str) -> Name:
    prefix, _, local = qname.rpartition(":")
    return node.nsmap.get(prefix or None) or "", local


def build_validator(path: Path, folder: Path) -> etree.XMLSchema:
    """A validator of an XSD file, or of the schemas inside a WSDL (written to `folder`, each namespace once)."""
    if path.suffix == ".xsd":
        return etree.XMLSchema(etree.parse(str(path)))
    driver = etree.Element(f"{{{XS}}}schema")
    schemas = list(list_schemas(path).values())
    files = {schema.get("targetNamespace", ""): f"inner{number}.xsd" for number, schema in enumerate(schemas)}
    for schema in schemas:
        for link in schema.iterchildren(f"{{{XS}}}import"):
            link.set("schemaLocation", files[link.get("namespace", "")])
        namespace = schema.get("targetNamespace", "")
        (folder / files[namespace]).write_bytes(etree.tostring(schema))
        etree.SubElement(driver, f"{{{XS}}}import", namespace=namespace, schemaLocation=files[namespace])
    (folder / "driver.xsd").write_bytes(etree.tostring(driver))
    return etree.XMLSchema(etree.parse(str(folder / "driver.xsd")))
