"""XSD and WSDL of a passport's folder: parsed without document types or network, linked inside the folder, compiled."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from lxml import etree

from registries_mock.errors import ForbiddenXml, Refused
from registries_mock.passports.faults import Fault
from registries_mock.payloads.xml_in import parse_bytes

XS: Final = "http://www.w3.org/2001/XMLSchema"
_WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_LINKS: Final = (f"{{{XS}}}import", f"{{{XS}}}include", f"{{{XS}}}redefine", f"{{{_WSDL}}}import")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|\\")


@dataclass(frozen=True)
class SchemaFiles:
    """The parsed files of a folder, by path within it."""

    folder: Path
    trees: dict[str, etree._Element]

    def schemas_of(self, name: str) -> list[tuple[etree._Element, str]]:
        """The schema elements that a file holds or reaches, each with its target namespace (an included one may take
        that of who includes it)."""
        found: list[tuple[etree._Element, str]] = []
        seen: set[tuple[str, str]] = set()
        waiting = [(name, "")]
        while waiting:
            file, inherited = waiting.pop()
            tree = self.trees.get(file)
            if tree is None or (file, inherited) in seen:
                continue
            seen.add((file, inherited))
            inside = [tree] if tree.tag == f"{{{XS}}}schema" else list(tree.iter(f"{{{XS}}}schema"))
            for schema in inside:
                target = schema.get("targetNamespace") or inherited
                found.append((schema, target))
                for link in schema.iterchildren(f"{{{XS}}}import", f"{{{XS}}}include", f"{{{XS}}}redefine"):
                    other = self._linked(file, link)
                    waiting += [(other, "" if link.tag == f"{{{XS}}}import" else target)] if other else []
            waiting += [(other, "") for link in tree.iter(f"{{{_WSDL}}}import") if (other := self._linked(file, link))]
        return found

    def _linked(self, file: str, link: etree._Element) -> str:
        location = link.get("schemaLocation") or link.get("location") or ""
        return find_inside(self.folder, file, location) or ""


def find_inside(folder: Path, file: str, location: str) -> str | None:
    """The path within the folder that a location in one of its files names; None where it leads elsewhere."""
    if not location or _SCHEME.match(location):
        return None
    place = ((folder / file).parent / unquote(location)).resolve()
    return place.relative_to(folder.resolve()).as_posix() if place.is_relative_to(folder.resolve()) else None


def read_schema_files(folder: Path) -> tuple[SchemaFiles, list[Fault]]:
    """All XSD and WSDL of the folder, and what is wrong with them as files and with what they link to."""
    trees: dict[str, etree._Element] = {}
    faults: list[Fault] = []
    for file in sorted([*folder.rglob("*.xsd"), *folder.rglob("*.wsdl")]):
        name = file.relative_to(folder).as_posix()
        tree, wrong = read_xml(file, name)
        faults += wrong
        if tree is not None:
            trees[name] = tree
            faults += _check_links(folder, name, tree)
    return SchemaFiles(folder, trees), faults


def read_xml(file: Path, name: str) -> tuple[etree._Element | None, list[Fault]]:
    """The root of a file, or what is wrong with it, with the line."""
    content = file.read_bytes()
    try:
        return parse_bytes(content), []
    except ForbiddenXml:
        return None, [Fault(name, "it has a document type declaration", "leave out <!DOCTYPE …>")]
    except Refused as failure:
        cause = failure.__cause__
        line = cause.lineno if isinstance(cause, etree.XMLSyntaxError) else 0
        return None, [Fault(name, f"it is no well-formed XML ({_say(cause or failure)})", line=line or 0)]


def line_of(element: etree._Element) -> int:
    """The line on which the element begins; 0 where none is known."""
    line: Any = element.sourceline
    return int(line or 0)


def _say(failure: BaseException) -> str:
    return str(failure).split(", line ")[0]


def _check_links(folder: Path, name: str, tree: etree._Element) -> Iterator[Fault]:
    for link in tree.iter(*_LINKS):
        location = link.get("schemaLocation") or link.get("location") or ""
        kind = etree.QName(link).localname
        if not location:
            continue
        found = find_inside(folder, name, location)
        if found is None:
            sentence = f"{kind} of {location} leads out of the folder"
            yield Fault(name, sentence, "nothing is fetched: lay the file beside it", line=line_of(link))
        elif not (folder / found).is_file():
            yield Fault(name, f"{kind} of {location}: there is no such file in the folder", line=line_of(link))


def compile_schema(files: SchemaFiles, name: str) -> tuple[etree.XMLSchema | None, list[Fault]]:
    """What judges messages by an XSD, or by the schemas inside a WSDL; only files without faults may be given."""
    try:
        if name.endswith(".wsdl"):
            with tempfile.TemporaryDirectory() as place:
                return _compile_wsdl(files, name, Path(place)), []
        return etree.XMLSchema(etree.parse(str(files.folder / name), _parser())), []
    except etree.XMLSchemaParseError as failure:
        return None, list(_explain(failure, name, files.folder))


def _compile_wsdl(files: SchemaFiles, name: str, place: Path) -> etree.XMLSchema:
    """Each schema goes into a file of its own, so that one can import another."""
    inside = [etree.fromstring(etree.tostring(one)) for one in files.trees[name].iter(f"{{{XS}}}schema")]
    names = {one.get("targetNamespace") or "": str(place / f"{number}.xsd") for number, one in enumerate(inside)}
    driver = etree.Element(f"{{{XS}}}schema")
    for one in inside:
        for link in one.iter(*_LINKS):
            location = find_inside(files.folder, name, link.get("schemaLocation") or "")
            here = names.get(link.get("namespace") or "")
            if location or here:
                link.set("schemaLocation", str(files.folder / location) if location else str(here))
        own = one.get("targetNamespace") or ""
        Path(names[own]).write_bytes(etree.tostring(one))
        etree.SubElement(
            driver, f"{{{XS}}}import", {"schemaLocation": names[own]} | ({"namespace": own} if own else {})
        )
    return etree.XMLSchema(etree.ElementTree(driver))


def _explain(failure: etree.XMLSchemaParseError, name: str, folder: Path) -> Iterator[Fault]:
    told = [entry for entry in failure.error_log if entry.message]
    for entry in told[:20]:
        file = Path(entry.filename)
        own = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else name
        yield Fault(own, f"the schema cannot be used: {entry.message}", line=entry.line)
    if not told:
        yield Fault(name, f"the schema cannot be used: {failure}")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
