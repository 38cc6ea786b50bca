"""Requests: which question a payload asks, read leniently by the passport, in any of the forms of `<data>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from contracts.passport import Passport, PayloadField
from contracts.words import ContextWord, FieldType
from registries_mock.errors import NotUnderstood, Refused
from registries_mock.payloads.paths import Step, parse_path
from registries_mock.payloads.xml_in import local, parse_text

_QUESTION: Final = "question."
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_DATE_LENGTH: Final = len("2025-01-01")


@dataclass(frozen=True)
class Asked:
    """What a request says: question words, and the context words of its frame (its id, the consent token)."""

    words: Mapping[str, str] = field(repr=False)
    facts: Mapping[str, str] = field(repr=False)


class RequestReader:
    """Reads the requests of one passport."""

    def __init__(self, passport: Passport) -> None:
        self._search = passport.search
        self._fields = [(one, parse_path(one.path)) for one in passport.request.fields if one.sources]

    def read(self, data: etree._Element) -> Asked:
        """The question inside `data` (or below the root of a body); raises NotUnderstood where it names nobody."""
        best: dict[str, str] = {}
        for place in places_in(data):
            if len(place) == 0 and not place.attrib:
                continue
            found = dict(self._values((one, list(texts_at(place, steps))) for one, steps in self._fields))
            if len(found) > len(best):
                best = found
        return self._asked(best)

    def read_object(self, body: Mapping[str, Any]) -> Asked:
        """The question of a JSON object."""
        return self._asked(dict(self._values((one, list(members_at(body, steps))) for one, steps in self._fields)))

    def _values(self, found: Iterable[tuple[PayloadField, list[str]]]) -> Iterator[tuple[str, str]]:
        for one, texts in found:
            text = next((text for text in texts if text), "")
            if text and one.split is not None:
                pieces = text.split(one.split.separator)
                text = pieces[one.split.index].strip() if one.split.index < len(pieces) else ""
            if text and one.type in (FieldType.DATE, FieldType.DATE_TIME) and one.sources[0].startswith(_QUESTION):
                text = text[:_DATE_LENGTH]
            if text:
                # Of several sources nobody can tell which one the sender had: the first is the best one.
                yield one.sources[0], text

    def _asked(self, found: Mapping[str, str]) -> Asked:
        words = {name.removeprefix(_QUESTION): text for name, text in found.items() if name.startswith(_QUESTION)}
        if not any(all(word in words for word in words_of_set) for words_of_set in self._search):
            raise NotUnderstood("the request does not say whom it is about")
        facts = {name: text for name, text in found.items() if not name.startswith(_QUESTION)}
        facts[ContextWord.REQUEST_ID] = facts.pop(ContextWord.MESSAGE_ID, "")
        return Asked(words, facts)


def places_in(data: etree._Element) -> Iterator[etree._Element]:
    """Where the fields may stand: directly inside, inside the one business root, or inside a document sent as text."""
    yield data
    text = (data.text or "").strip()
    if len(data) == 0 and text:
        try:
            root = parse_text(text)
        except Refused as failure:
            raise NotUnderstood("the text inside data is not well-formed XML") from failure
        yield root
        yield from root
    for child in data:
        yield child
        yield from child


def texts_at(element: etree._Element, steps: tuple[Step, ...]) -> Iterator[str]:
    """The texts at the end of a path, by local names; several where elements repeat."""
    if not steps:
        if element.get(f"{{{_XSI}}}nil") not in ("true", "1"):
            yield (element.text or "").strip()
        return
    step, *rest = steps
    if step.attribute:
        yield next((str(text) for name, text in element.attrib.items() if _bare(str(name)) == step.name), "").strip()
        return
    for child in element.iterchildren(f"{{*}}{step.name}"):
        if _fits(child, step):
            yield from texts_at(child, tuple(rest))


def _fits(element: etree._Element, step: Step) -> bool:
    if not step.key:
        return True
    if step.key_is_attribute:
        return any(_bare(str(name)) == step.key and text == step.wanted for name, text in element.attrib.items())
    return any(local(child) == step.key and (child.text or "").strip() == step.wanted for child in element)


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def members_at(value: Any, steps: tuple[Step, ...]) -> Iterator[str]:
    """The values at the end of a path of a JSON object, as texts."""
    if isinstance(value, list):
        for one in value:
            yield from members_at(one, steps)
    elif not steps:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield str(value).strip()
    elif isinstance(value, Mapping) and steps[0].name in value:
        yield from members_at(value[steps[0].name], steps[1:])
