"""`passport.toml` and `vocabulary.toml` of a user: all faults at once, with lines and with the words that would fit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from contracts.errors import CatalogueInvalid
from contracts.passport import (
    ConsentGround,
    DictionaryEntry,
    Echo,
    Limits,
    Passport,
    Payload,
    PayloadField,
    Reading,
    Rest,
    Soap,
    Split,
)
from contracts.tables import Names, Row
from contracts.vocabulary.terms import Term
from registries_mock.passports.faults import Fault, suggest

PASSPORT: Final = "passport.toml"
VOCABULARY: Final = "vocabulary.toml"
_TOML_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")
_INSIDE: Final[Mapping[str, type[BaseModel]]] = {
    "title": Names, "consent_ground": ConsentGround, "words": Names, "limits": Limits, "soap": Soap, "rest": Rest,
    "request": Payload, "reply": Payload, "interim": Payload, "fields": PayloadField, "split": Split,
    "readings": Reading, "interim_readings": Reading, "echoes": Echo, "dictionaries": DictionaryEntry, "term": Term,
}  # fmt: skip
"""The model of what stands below a key, for the words that may stand there."""


class _Terms(Row):
    term: tuple[Term, ...]


class Source:
    """The text of a TOML file of the passport, for finding the line of a place."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._lines = text.splitlines()

    def line_of(self, section: str, text: str) -> int:
        """The first line below the header `[section]` (all lines where it is empty) that holds the text; 0 for none."""
        inside = not section
        for number, line in enumerate(self._lines, 1):
            header = re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line)
            if header and section:
                inside = header[1].split(".")[0] == section
            if inside and text in line:
                return number
        return 0

    def line_of_key(self, section: str, key: str) -> int:
        """The first line that gives a value to the key, below the header or, where that has none, anywhere."""
        given = re.compile(rf"(?:^|[\s{{,]){re.escape(key)}\s*=")
        found = [number for number, line in enumerate(self._lines, 1) if key and given.search(line)]
        below = self.line_of(section, "")
        return next((number for number in found if number >= below > 0), found[0] if found else 0)

    def line_of_field(self, section: str, path: str) -> int:
        """The line of a field of a payload."""
        return self.line_of(section, f'"{path}"')


def read_passport(folder: Path) -> tuple[Passport | None, Source, list[Fault]]:
    """The passport, the text that it was read from, and what is wrong with either."""
    data, source, faults = _read(folder / PASSPORT)
    if data is None:
        return None, source, faults
    try:
        return Passport.model_validate(data), source, []
    except ValidationError as error:
        return None, source, list(_explain(error, data, source))


def read_terms(folder: Path) -> tuple[tuple[Term, ...], list[Fault]]:
    """The terms that the passport brings, and what is wrong with them; none where there is no such file."""
    if not (folder / VOCABULARY).is_file():
        return (), []
    data, source, faults = _read(folder / VOCABULARY)
    if data is None:
        return (), faults
    try:
        return _Terms.model_validate(data).term, []
    except ValidationError as error:
        return (), list(_explain(error, data, source))


def _read(file: Path) -> tuple[dict[str, Any] | None, Source, list[Fault]]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None, Source(file.name, ""), [Fault(file.name, "the text is not UTF-8")]
    source = Source(file.name, text)
    try:
        return tomllib.loads(text), source, []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        sentence = f"it is no TOML: {_TOML_LINE.sub('', str(error)).strip()}"
        return None, source, [Fault(file.name, sentence, line=int(found[1]) if found else 0)]


def _explain(error: ValidationError, data: Mapping[str, Any], source: Source) -> Iterator[Fault]:
    for one in error.errors(include_url=False):
        steps = [step for step in one["loc"] if not (isinstance(step, str) and step.startswith("function-"))]
        place, line = _place_of(steps, data, source)
        sentence, remedy = one["msg"].removeprefix("Value error, "), ""
        if one["type"] == "extra_forbidden":
            above = [str(step) for step in steps[:-1] if isinstance(step, str)]
            model = _INSIDE.get(above[-1], Passport) if above else (Passport if source.name == PASSPORT else _Terms)
            names = [field.alias or name for name, field in model.model_fields.items()]
            sentence, remedy = "there is no such word", suggest(str(steps[-1]), names, "the words are")
        elif one["type"] == "missing":
            sentence = "it must be said"
        elif one["type"] in ("enum", "literal_error"):
            sentence, remedy = f"{one['input']!r} is none of its words", f"write {one.get('ctx', {}).get('expected')}"
        yield Fault(source.name, sentence, remedy, place, line)


def _place_of(steps: list[Any], data: Any, source: Source) -> tuple[str, int]:
    """The place in words (a field by its path in place of its number), and its line."""
    told: list[str] = []
    section = str(steps[0]) if steps and isinstance(steps[0], str) else ""
    sought = ""
    here = data
    for step in steps:
        try:
            here = here[step]
        except (LookupError, TypeError):
            here = None
        if isinstance(step, int):
            name = here.get("path") if isinstance(here, Mapping) else None
            told.append(str(name or f"number {step + 1}"))
            sought = f'"{name}"' if name else sought
        else:
            told.append(step)
    line = source.line_of(section, sought) if sought else 0
    return " ".join(told), line or source.line_of_key(section, str(steps[-1]) if steps else "")


def check_dictionaries(passport: Passport, terms: Mapping[str, Term], source: Source) -> Iterator[Fault]:
    """Entries of the passport's own dictionaries whose words the bound terms do not have."""
    for one in passport.reply.fields:
        term = terms.get(one.bind)
        for entry in passport.dictionaries.get(one.dictionary, ()) if term and term.values else ():
            if term and entry.value and entry.value not in term.values:
                place, remedy = f"dictionaries {one.dictionary} {entry.code}", suggest(entry.value, term.values)
                line = source.line_of("", f'"{entry.value}"')
                yield Fault(source.name, f"{entry.value} is no value of {term.path}", remedy, place, line)


def explain_catalogue(failure: CatalogueInvalid, file: str = PASSPORT) -> Fault:
    """A contradiction with the rest of the catalogue."""
    return Fault(file, f"it does not fit the catalogue: {failure.detail}")
