"""Payloads by a passport's fields, written and read as trees of elements: a third reader, beside adapters and mock.

It is lenient where others are strict: names are compared without their namespaces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import DictionaryEntry, Passport, Payload, PayloadField
from contracts.words import Cardinality, DataForm, FieldType

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_STEP: Final = re.compile(r"(?:([\w.-]*):)?([\w.-]+)(?:\[(@?)([\w.-]+)=([^\]]*)\])?$")
_SLASH: Final = re.compile(r"/(?![^\[]*\])")
_DAY: Final = len("2026-01-01")
Told = dict[str, Any]


@dataclass
class Node:
    """An element of a payload, with the field that names it and what stands below."""

    name: str
    prefix: str | None = None
    told_by: str = ""
    """`child` or `@attribute` whose text tells the element from its neighbours."""
    wanted: str = ""
    leaves: list[PayloadField] = field(default_factory=list)
    below: dict[str, Node] = field(default_factory=dict)

    def fits(self, element: etree._Element) -> bool:
        """Whether an element of this name is the one that the path means."""
        if self.told_by.startswith("@"):
            return element.get(self.told_by[1:]) == self.wanted
        return not self.told_by or any(
            name_of(one) == self.told_by and (one.text or "").strip() == self.wanted for one in element
        )


def plan(payload: Payload) -> Node:
    """The payload's elements as a tree."""
    top = Node("")
    for one in payload.fields:
        node = top
        for text in _SLASH.split(one.path):
            found = _STEP.match(text)
            assert found is not None, f"{one.path}: no step that is known here"
            prefix, name, attribute, key, wanted = found.groups()
            node = node.below.setdefault(text, Node(name, prefix, f"{attribute}{key}" if key else "", wanted or ""))
        node.leaves.append(one)
    return top


def name_of(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


class Writer:
    """Questions to one passport."""

    def __init__(self, passport: Passport) -> None:
        self._passport, self._payload, self._plan = passport, passport.request, plan(passport.request)
        named = (self._payload.root or self._payload.xsi_type).rpartition(":")[0]
        self._own = passport.namespaces.get(named, "")
        self._inherited = self._own if self._payload.qualified == "all" else ""

    def write(self, words: Mapping[str, str]) -> etree._Element:
        """The root of the business document, or SHEP's `data` around its fields."""
        spaces: Any = dict(self._passport.namespaces)
        if self._payload.root:
            top = etree.Element(_qualified(self._own, self._payload.root.rpartition(":")[2]), nsmap=spaces)
        else:
            top = etree.Element("data", nsmap=spaces)
            if self._payload.form is DataForm.TYPED:
                top.set(f"{{{XSI}}}type", self._payload.xsi_type)
        self._fill(top, self._plan, words)
        return top

    def write_object(self, words: Mapping[str, str]) -> dict[str, Any]:
        """The same for JSON."""
        return _as_object(self.write(words))

    def _fill(self, parent: etree._Element, node: Node, words: Mapping[str, str]) -> None:
        for child in node.below.values():
            own = child.leaves[0] if child.leaves else None
            space = self._inherited if child.prefix is None else self._passport.namespaces.get(child.prefix, "")
            element = etree.SubElement(parent, _qualified(space, child.name))
            if child.told_by:
                etree.SubElement(element, child.told_by).text = child.wanted
            self._fill(element, child, words)
            if own is not None and own.type is not FieldType.GROUP:
                element.text = next((words[word] for word in own.sources if words.get(word)), own.value) or None
            empty = not element.text and not any(child.told_by != name_of(one) for one in element)
            if empty and (own is None or own.card in (Cardinality.OPTIONAL, Cardinality.MANY)):
                parent.remove(element)


class Reader:
    """Replies of one passport, as trees of the vocabulary whose leaves are texts: days as YYYY-MM-DD, our own words."""

    def __init__(self, catalogue: Catalogue, passport: Passport) -> None:
        self._passport, self._plan = passport, plan(passport.reply)
        self._words = {
            one.dictionary: _words_of(catalogue.dictionary(passport, one.dictionary))
            for one in passport.reply.fields
            if one.dictionary
        }

    def read(self, root: etree._Element) -> Told:
        """What the reply says; {} where it says by the passport's own readings that there is no record."""
        if any(self._is_absent(reading, root) for reading in self._passport.readings):
            return {}
        told: Told = {}
        self._read(root, self._plan, told, "")
        return told

    def _is_absent(self, reading: Any, root: etree._Element) -> bool:
        if reading.at not in ("code", "text", "element"):
            return False
        found = list(_at(root, reading.path))
        if reading.at == "element" or not found:
            return not found and reading.missing == "no_record"
        text = (found[0].text or "").strip()
        if reading.at == "text":
            return bool(text) and not (reading.unless and list(_at(root, reading.unless)))
        assert text in (*reading.answer, *reading.no_record), f"{self._passport.key} answers {text!r}"
        return text in reading.no_record

    def _read(self, element: etree._Element, node: Node, told: Told, prefix: str) -> None:
        here: dict[str, list[etree._Element]] = {}
        for one in element:
            here.setdefault(name_of(one), []).append(one)
        for child in node.below.values():
            found = [one for one in here.get(child.name, ()) if child.fits(one)]
            bind = child.leaves[0].bind if child.leaves else ""
            if bind.endswith("[]"):
                rows = [self._row(one, child, bind) for one in found]
                if rows:
                    _put(told, bind.removeprefix(prefix).removesuffix("[]"), rows)
                continue
            for one in found[:1]:
                for leaf in child.leaves:
                    text = self._text(one, leaf)
                    if leaf.bind and text:
                        _put(told, leaf.bind.removeprefix(prefix), text)
                self._read(one, child, told, prefix)

    def _row(self, element: etree._Element, node: Node, bind: str) -> Told:
        row: Told = {}
        self._read(element, node, row, f"{bind}.")
        return row

    def _text(self, element: etree._Element, leaf: PayloadField) -> str:
        if leaf.type is FieldType.DICT:
            code = leaf_shape(self._passport.reply)
            text = next(((one.text or "").strip() for one in element if name_of(one) == code), "")
        else:
            text = (element.text or "").strip()
        if text and leaf.split is not None:
            pieces = text.split(leaf.split.separator)
            text = pieces[leaf.split.index].strip() if leaf.split.index < len(pieces) else ""
        if leaf.type in (FieldType.DATE, FieldType.DATE_TIME):
            return text[:_DAY]
        return self._words.get(leaf.dictionary, {}).get(text, text)


def _words_of(entries: Sequence[DictionaryEntry]) -> dict[str, str]:
    """Our word for each code; "" for a code of several words, which tells nothing."""
    codes = Counter(entry.code for entry in entries)
    return {entry.code: entry.value if codes[entry.code] == 1 else "" for entry in entries}


def leaf_shape(payload: Payload) -> str:
    """The name of the element that holds a dictionary's code."""
    return payload.dict_shape[0]


def from_object(value: Any, name: str = "data") -> etree._Element:
    """JSON as elements."""
    element = etree.Element(name)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            for one in inner if isinstance(inner, list) else [inner]:
                element.append(from_object(one, key))
    elif value is not None:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
    return element


def _as_object(element: etree._Element) -> dict[str, Any]:
    return {name_of(one): _as_object(one) if len(one) else one.text or "" for one in element}


def _at(element: etree._Element, path: str) -> Iterator[etree._Element]:
    first, _, rest = path.partition("/")
    for one in element:
        if name_of(one) == first.rpartition(":")[2]:
            if rest:
                yield from _at(one, rest)
            else:
                yield one


def _put(told: Told, path: str, value: object) -> None:
    *groups, leaf = path.split(".")
    for group in groups:
        told = told.setdefault(group, {})
    told[leaf] = value


def _qualified(space: str, name: str) -> str:
    return f"{{{space}}}{name}" if space else name
