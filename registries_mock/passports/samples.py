"""A passport's samples: valid by the schema, understood by the mock, and what the mock writes of the stated values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from lxml import etree

from contracts.passport import DictionaryEntry, Passport, Payload, PayloadField
from contracts.vocabulary.terms import Record, Term
from contracts.words import DataForm, FieldType, TermType
from registries_mock.errors import NotUnderstood
from registries_mock.passports.faults import Fault
from registries_mock.passports.mapping import root_name
from registries_mock.passports.records import EXPECTED, Expectation
from registries_mock.passports.schema_files import line_of, read_xml
from registries_mock.payloads.paths import Step, parse_path
from registries_mock.payloads.reader import Asked, RequestReader, texts_at
from registries_mock.payloads.writer import Frame, PayloadWriter

_NUMBERS: Final = (FieldType.INT, FieldType.LONG, FieldType.DECIMAL, FieldType.DOUBLE)
_DATES: Final = (FieldType.DATE, FieldType.DATE_TIME)
_GROUPING: Final = str.maketrans({" ": "", "\u00a0": "", "\u202f": "", ",": "."})
"""As numbers for people to read are written."""
_NOT_IN_XML: Final = re.compile("[^\\t\\n\\r -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_SHOWN: Final = 20


@dataclass(frozen=True)
class Samples:
    """The samples of one passport; its schemas by direction, None where there is none to judge by (JSON)."""

    folder: Path
    passport: Passport
    vocabulary: Mapping[str, Term]
    dictionaries: Mapping[str, tuple[DictionaryEntry, ...]]
    schemas: Mapping[str, etree.XMLSchema]

    def check(self) -> tuple[Asked | None, list[Fault]]:
        """What the sample of a request asks, and all that is wrong."""
        faults: list[Fault] = []
        read: dict[str, etree._Element] = {}
        for stem, direction in self._wanted():
            content, wrong = self._read(stem, direction)
            faults += wrong
            if content is not None:
                read[stem] = content
        asked = None
        if "request" in read:
            asked, wrong = self._ask(read["request"])
            faults += wrong
        if "reply" in read:
            faults += self._compare(read["reply"], asked)
        return asked, faults

    def judge(self, direction: str, element: etree._Element) -> list[tuple[int, str]]:
        """What the schema says against a message, with lines; nothing where there is no schema."""
        schema = self.schemas.get(direction)
        if schema is None or schema.validate(element):
            return []
        told: Any = schema.error_log
        return [(entry.line, entry.message) for entry in told][:_SHOWN]

    def _wanted(self) -> Iterator[tuple[str, str]]:
        """The stems of the files that must be there, with the payload that they are of."""
        yield from (("request", "request"), ("reply", "reply"))
        if self.passport.interim:
            yield "interim", "interim"
        by_shape = (
            r for r in self.passport.readings if "no_record" in (r.missing, r.present) or (r.path and r.no_record)
        )
        if next(by_shape, None) or self._file("no_record").is_file():
            yield "no_record", "reply"

    def _file(self, stem: str) -> Path:
        return self.folder / "samples" / f"{stem}.{'json' if self._payload('reply').form is DataForm.JSON else 'xml'}"

    def _payload(self, direction: str) -> Payload:
        payload: Payload = getattr(self.passport, direction)
        return payload

    def _read(self, stem: str, direction: str) -> tuple[etree._Element | None, list[Fault]]:
        file = self._file(stem)
        name = f"samples/{file.name}"
        if not file.is_file():
            return None, [Fault(name, "there is no such sample", "type one from the service's own documents")]
        if file.suffix == ".json":
            return _read_json(file, name)
        root, faults = read_xml(file, name)
        if root is None:
            return None, faults
        space, local = root_name(self.passport, self._payload(direction))
        if root.tag != (f"{{{space}}}{local}" if space else local):
            sentence = f"it begins with {root.tag}"
            return None, [Fault(name, sentence, f"{direction} says {{{space}}}{local}", line=line_of(root))]
        return root, [Fault(name, message, line=line) for line, message in self.judge(direction, root)]

    def _ask(self, root: etree._Element) -> tuple[Asked | None, list[Fault]]:
        name = f"samples/{self._file('request').name}"
        try:
            return RequestReader(self.passport).read(root), []
        except NotUnderstood as failure:
            ways = " or ".join(" and ".join(way) for way in self.passport.search)
            return None, [
                Fault(name, f"read by the passport, {failure}", f"`search` wants {ways} at a `from` of request")
            ]

    def _compare(self, sample: etree._Element, asked: Asked | None) -> Iterator[Fault]:
        file = self.folder / EXPECTED
        if not file.is_file():
            yield Fault(EXPECTED, "there is no such file", "it states what the reply's sample means, by terms")
            return
        try:
            stated = json.loads(file.read_bytes())
        except (ValueError, RecursionError) as failure:
            yield Fault(EXPECTED, f"it is no JSON ({failure})", line=getattr(failure, "lineno", 0))
            return
        expected = Expectation(self.vocabulary, self.passport.binds)
        record = expected.read(stated)
        yield from expected.faults
        if record and not expected.faults:
            try:
                written = self._write(record, asked)
            except etree.XMLSyntaxError:
                yield Fault(EXPECTED, "the mock cannot write these values", "XML has no such characters")
                return
            yield from self._compare_places(sample, written, expected.leaves)
            # A signature that the schema wants is not there yet.
            for _, message in [] if self.passport.reply.signed else self.judge("reply", written):
                yield Fault(EXPECTED, f"the mock writes a reply of these values that the schema refuses: {message}")

    def _write(self, record: Record, asked: Asked | None) -> etree._Element:
        facts = {f"question.{word}": text for word, text in asked.words.items()} if asked else {}
        frame = Frame(facts | {"message.date": "2026-01-05T10:00:00+05:00", "message.id": "1", "request.id": "1"})
        writer = PayloadWriter(self.passport, self.passport.reply, lambda name: self.dictionaries.get(name, ()))
        return read_payload(writer.write([record], frame).body, self.passport.reply)

    def _compare_places(self, sample: etree._Element, written: etree._Element, stated: set[str]) -> Iterator[Fault]:
        name = f"samples/{self._file('reply').name}"
        told: set[str] = set()
        """Terms for which the sample has a text somewhere."""
        for one in self.passport.reply.fields:
            if not one.bind or one.type is FieldType.GROUP:
                continue
            found, made = (self._texts(one, root) for root in (sample, written))
            if found:
                told.add(one.bind)
            if found and found != made and one.bind not in stated:
                yield Fault(EXPECTED, f"the sample has a value at {one.path}", "state it", one.bind)
            elif found and found != made:
                yield Fault(EXPECTED, f"{name} has another value at {one.path} than is stated here", "", one.bind)
        for bind in sorted(stated - told):
            yield Fault(EXPECTED, f"{name} has no value for it", self._near(bind), bind)

    def _near(self, bind: str) -> str:
        return "its field is " + " or ".join(one.path for one in self.passport.reply.fields if one.bind == bind)

    def _texts(self, field: PayloadField, root: etree._Element) -> list[str]:
        """The texts at the field's place as values are compared: without ways of writing that mean the same."""
        steps = parse_path(field.path)
        if field.type is FieldType.DICT:
            steps = (*steps, Step(self.passport.reply.dict_shape[0]))
        term = self.vocabulary.get(field.bind.removesuffix("[]"))
        return [_normal(text, field, term) for text in texts_at(root, steps) if text]


def read_payload(body: bytes, payload: Payload) -> etree._Element:
    """The root of a payload that the mock wrote; JSON as elements."""
    if payload.form is DataForm.JSON:
        return _as_elements("reply", json.loads(body))
    return etree.fromstring(body)


def _read_json(file: Path, name: str) -> tuple[etree._Element | None, list[Fault]]:
    try:
        value = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as failure:
        return None, [Fault(name, f"it is no JSON ({failure})", line=getattr(failure, "lineno", 0))]
    if not isinstance(value, dict):
        return None, [Fault(name, "it is no JSON object")]
    return _as_elements("payload", value), []


def _as_elements(name: str, value: Any) -> etree._Element:
    """JSON in the shape of XML, so that one look serves both; what is null is not there."""
    try:
        element = etree.Element(name)
    except ValueError:
        # No name of an element, so no step of a path either.
        element = etree.Element("member")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            for one in inner if isinstance(inner, list) else [inner]:
                if one is not None:
                    element.append(_as_elements(key, one))
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = _NOT_IN_XML.sub("\ufffd", text)
    return element


def _normal(text: str, field: PayloadField, term: Term | None) -> str:
    if field.split is not None:
        return field.split.separator.join(piece.strip() for piece in text.split(field.split.separator))
    if term is not None and term.type is TermType.MONTH:
        return text[: len("2026-01")]
    if field.type in _DATES or (term is not None and term.type is TermType.DATE):
        return text[: len("2026-01-05")]
    if field.type is FieldType.BOOLEAN:
        return {"1": "true", "0": "false"}.get(text, text)
    if field.type in _NUMBERS or (term is not None and term.type in (TermType.MONEY, TermType.DECIMAL)):
        try:
            return str(Decimal(text.translate(_GROUPING)).normalize())
        except InvalidOperation:
            return text
    return text
