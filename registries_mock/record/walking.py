"""Payloads with every personal value replaced, place by place; documents in texts and JSON in anything too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from registries_mock.errors import Refused
from registries_mock.payloads.xml_in import local, parse_text
from registries_mock.record.looks import replace_by_looks
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.treating import Treatment

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_NUMBERS: Final = re.compile(r"\d{6,}")
_LONG: Final = re.compile(r"\d{9,}")
_DEEPEST: Final = 6
"""Documents within texts within documents."""


@dataclass(frozen=True)
class Place:
    """Where in a payload a walk is; `treatment` None: nothing is known of it."""

    treatment: Treatment | None
    steps: tuple[str, ...] = field(default=())
    depth: int = 0

    def below(self, name: str) -> Place:
        return Place(self.treatment, (*self.steps, name), self.depth)


class Walk:
    """Goes through the payloads of one recording."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def data(self, data: etree._Element, treatment: Treatment | None) -> None:
        """The data element: the payload stands in it, below its one root, or in its text."""
        place = Place(treatment)
        if not len(data):
            data.text = self._leaf(data.text or "", place)
            self.clean_attributes(data, place)
            return
        root = data[0] if len(data) == 1 and not self._fits(data, treatment) else data
        if root is not data:
            self.clean_attributes(data, place)
            data.text = root.tail = None
        self.walk(root, place, is_root=True)

    @staticmethod
    def _fits(element: etree._Element, treatment: Treatment | None) -> bool:
        return treatment is not None and any(local(one) in treatment.first_steps for one in element)

    def walk(self, element: etree._Element, place: Place, *, is_root: bool = False) -> None:
        """The texts of an element and of all below it; signatures inside are left out."""
        here = place if is_root else place.below(local(element))
        for one in [one for one in element if str(one.tag).startswith(_DS)]:
            element.remove(one)
        if is_root and len(element) == 1 and not self._fits(element, place.treatment) and len(element[0]):
            # One frame more than the passport says, as some clients and providers put it.
            inner = element[0]
            if self._fits(inner, place.treatment):
                self.clean_attributes(element, here)
                element.text = inner.tail = None
                self.walk(inner, here, is_root=True)
                return
        self.clean_attributes(element, here)
        if len(element):
            text = element.text or ""
            element.text = self._leaf(text, here) if text.strip() else None
            for one in element:
                self.walk(one, here)
                one.tail = self._pseudonyms.scramble(one.tail) if (one.tail or "").strip() and one.tail else None
        elif element.text:
            element.text = self._leaf(element.text, here)

    def clean_attributes(self, element: etree._Element, place: Place) -> None:
        for name, value in list(element.attrib.items()):
            name, value = str(name), str(value)
            if name.startswith(_XSI) and safe_word(value):
                continue
            bare = name.rpartition("}")[2]
            element.set(name, self._replace("/".join((*place.steps, f"@{bare}")), value, place.treatment))

    def _leaf(self, text: str, place: Place) -> str:
        """A text: a document of its own, or a value."""
        core = text.strip()
        if place.depth < _DEEPEST:
            inner = Place(place.treatment if not place.steps else None, depth=place.depth + 1)
            if core.startswith("<"):
                return self._document(core, inner)
            if core.startswith(("{", "[")):
                try:
                    return json.dumps(self.value(json.loads(core), inner), ensure_ascii=False)
                except (ValueError, RecursionError):
                    return self._pseudonyms.scramble(text)
        return self._replace("/".join(place.steps), text, place.treatment)

    def _document(self, text: str, place: Place) -> str:
        try:
            root = parse_text(text)
        except Refused:
            return self._pseudonyms.scramble(text)
        if is_named_by_number(root):
            return self._pseudonyms.scramble(text)
        self.walk(root, place, is_root=True)
        # The declaration is written anew: nobody has read what stood in it.
        return f"{_DECLARATION if text.startswith('<?xml') else ''}{etree.tostring(root, encoding='unicode')}"

    def value(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping):
            return {self._member(str(name)): self.value(one, place.below(str(name))) for name, one in value.items()}
        if isinstance(value, list):
            return [self.value(one, place) for one in value]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            replaced = self._replace("/".join(place.steps), json.dumps(value), place.treatment)
            return _as_number(replaced)
        return self._leaf(str(value), place)

    def _member(self, name: str) -> str:
        """A member's name stays where it is a word: in some maps it is somebody's number."""
        return safe_word(name) or replace_by_looks(name, self._pseudonyms)

    def _replace(self, path: str, text: str, treatment: Treatment | None) -> str:
        if treatment is not None:
            return treatment.replace(path, text)
        return replace_by_looks(text, self._pseudonyms)


def _as_number(text: str) -> int | float:
    try:
        found = json.loads(text)
    except ValueError:
        return 0
    return found if isinstance(found, int | float) and not isinstance(found, bool) else 0


def is_named_by_number(root: etree._Element) -> bool:
    """Whether a name of an element, attribute, prefix or namespace holds what may be somebody's number."""
    for element in root.iter(etree.Element):
        names = [local(element), *(str(name).rpartition("}")[2] for name in element.attrib)]
        spaces = [str(one) for pair in element.nsmap.items() for one in pair if one]
        # Well-known namespaces hold dates of six digits.
        if any(_NUMBERS.search(name) for name in names) or any(_LONG.search(space) for space in spaces):
            return True
    return False


def safe_word(word: str) -> str:
    """The word, where it is one and no number stands in it; else ""."""
    return word if _WORD.fullmatch(word) and not _NUMBERS.search(word) else ""
