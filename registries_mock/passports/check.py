"""A user's passport looked at as a whole: file by file, field by field, sample by sample, and in a suite of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contracts.catalogue import Catalogue, load_catalogue
from contracts.errors import CatalogueInvalid
from contracts.passport import Passport, Payload
from contracts.vocabulary.terms import Term, load_vocabulary
from contracts.words import ContextWord, QuestionWord
from registries_mock.passports.faults import Fault, suggest
from registries_mock.passports.mapping import MappedPayload
from registries_mock.passports.reading import (
    PASSPORT,
    VOCABULARY,
    Source,
    check_dictionaries,
    explain_catalogue,
    read_passport,
    read_terms,
)
from registries_mock.passports.samples import Samples
from registries_mock.passports.schema_files import SchemaFiles, compile_schema, find_inside, read_schema_files
from registries_mock.passports.shapes import Shapes
from registries_mock.passports.trial import find_rivals, find_silent_readings, try_out
from registries_mock.payloads.reader import Asked

if TYPE_CHECKING:
    from lxml import etree

WORDS: Final = frozenset({*(f"question.{word}" for word in QuestionWord), *ContextWord})
"""What a field may be filled `from`."""


@dataclass
class Look:
    """What was seen."""

    passport: Passport | None = None
    faults: list[Fault] = field(default_factory=list)
    sample: Asked | None = None
    """What the sample of a request asks."""
    asked: int = 0
    known: int = 0
    """Of so many personas that the mock was asked about, it has a record of so many."""


def look_at(folder: Path, others: Sequence[Path] = ()) -> Look:
    """Look at `folder` (`…/passports/<name>`, alone in what it is laid over) beside the catalogue with `others`.

    Tells all faults that can be told: what rests on something faulty is not looked at. Raises CatalogueInvalid where
    the terms of `others` are wrong.
    """
    look, samples = compare(folder, _load_base(others))
    if samples is None or look.sample is None:
        return look
    try:
        trial = try_out((*others, folder.parent.parent), samples, look.sample)
    except CatalogueInvalid as failure:
        look.faults.append(explain_catalogue(failure))
        return look
    look.faults += trial.faults
    look.asked, look.known = trial.asked, trial.known
    return look


def _load_base(others: Sequence[Path]) -> Catalogue:
    """The catalogue without the passport: where rows of `others` want it already, the packaged one with their terms."""
    try:
        return load_catalogue(others)
    except CatalogueInvalid:
        return replace(load_catalogue(), vocabulary=load_vocabulary(others))


def compare(folder: Path, base: Catalogue) -> tuple[Look, Samples | None]:
    """What its own files say of each other, without a suite; samples only where the files before them are in order."""
    passport, source, faults = read_passport(folder)
    terms, wrong = read_terms(folder)
    files, broken = read_schema_files(folder)
    look = Look(passport, [*faults, *wrong, *broken])
    if passport is None:
        return look, None
    vocabulary = {**base.vocabulary, **{term.path: term for term in terms}}
    look.faults += _check_words(passport, base, source)
    # A vocabulary that cannot be read is told of once.
    look.faults += (
        []
        if wrong
        else [*_check_binds(passport, vocabulary, source), *check_dictionaries(passport, vocabulary, source)]
    )
    look.faults += [*find_rivals(passport, base), *find_silent_readings(passport)]
    schemas, wrong = _check_payloads(passport, files, source, whole=not broken)
    look.faults += wrong
    if look.faults:
        return look, None
    samples = Samples(folder, passport, vocabulary, {**base.dictionaries, **passport.dictionaries}, schemas)
    look.sample, look.faults = samples.check()
    return look, samples


def _payloads(passport: Passport) -> dict[str, Payload]:
    named = {"request": passport.request, "reply": passport.reply, "interim": passport.interim}
    return {direction: payload for direction, payload in named.items() if payload is not None}


def _check_payloads(
    passport: Passport, files: SchemaFiles, source: Source, *, whole: bool
) -> tuple[dict[str, etree.XMLSchema], list[Fault]]:
    """What judges each payload, and what is wrong with its fields; faulty schemas (`whole` false) judge nothing."""
    compiled: dict[str, tuple[etree.XMLSchema | None, list[Fault]]] = {}
    judges: dict[str, etree.XMLSchema] = {}
    faults: list[Fault] = []
    for direction, payload in _payloads(passport).items():
        mapped = MappedPayload(passport, payload, direction, source)
        wrong = list(mapped.check_paths())
        faults += wrong
        if passport.rest is not None:
            continue
        name, missing = _schema_of(passport, payload, direction, files, source)
        faults += missing
        if name is None or wrong or not whole:
            continue
        if name not in compiled:
            compiled[name] = compile_schema(files, name)
            faults += compiled[name][1]
        judge = compiled[name][0]
        if judge is not None:
            judges[direction] = judge
            faults += mapped.check_places(Shapes(files.schemas_of(name)), name)
    return judges, faults


def _schema_of(
    passport: Passport, payload: Payload, direction: str, files: SchemaFiles, source: Source
) -> tuple[str | None, list[Fault]]:
    """The file that holds the payload's shape, as a path within the folder."""
    named = passport.soap.wsdl if passport.soap and not payload.schema_file else payload.schema_file
    place = "soap wsdl" if passport.soap and not payload.schema_file else f"{direction} schema_file"
    line = source.line_of("", f'"{named}"') if named else source.line_of_key(direction, "form")
    if not named:
        return None, [Fault(PASSPORT, "no schema is named", 'schema_file = "NAME.xsd"', place, line)]
    found = find_inside(files.folder, PASSPORT, named)
    if found is None:
        return None, [Fault(PASSPORT, f"{named} is outside the folder", "lay it into the folder", place, line)]
    if not (files.folder / found).is_file():
        there = [file.relative_to(files.folder).as_posix() for file in files.folder.rglob("*.[xw]sd*")]
        return None, [Fault(PASSPORT, f"there is no file {named}", suggest(named, there), place, line)]
    return (found if found in files.trees else None), []


def _check_binds(passport: Passport, vocabulary: Mapping[str, Term], source: Source) -> Iterator[Fault]:
    """Terms that nobody knows, and what a reply shall repeat that nothing reads."""
    for one in passport.reply.fields:
        line = source.line_of_field("reply", one.path)
        known = one.bind in vocabulary or any(path.startswith(f"{one.bind}.") for path in vocabulary)
        if one.bind and not one.bind.endswith("[]") and not known:
            remedy = f"{suggest(one.bind, vocabulary, 'of')} or add it to {VOCABULARY}"
            if " and " in remedy:
                remedy = f"docs/vocabulary.md lists the terms; add it to {VOCABULARY}"
            yield Fault(PASSPORT, f"{one.bind} is not in the vocabulary", remedy, f"reply {one.path}", line)
    for echo in passport.echoes:
        for leaf in echo.among:
            path = f"{echo.each}.{leaf}" if echo.each else leaf
            if path not in passport.binds:
                remedy = suggest(path, {bind for bind in passport.binds if not bind.endswith("[]")}, "those that are:")
                yield Fault(PASSPORT, f"{path} is bound by no field of the reply", remedy, f"echoes {echo.word}")


def _check_words(passport: Passport, base: Catalogue, source: Source) -> Iterator[Fault]:
    """Words of questions and dictionaries that nobody knows."""
    for direction, payload in _payloads(passport).items():
        for one in payload.fields:
            line = source.line_of_field(direction, one.path)
            place = f"{direction} {one.path}"
            if one.dictionary and one.dictionary not in {*passport.dictionaries, *base.dictionaries}:
                known_names = {*passport.dictionaries, *base.dictionaries}
                sentence = f"there is no dictionary {one.dictionary}"
                yield Fault(PASSPORT, sentence, suggest(one.dictionary, known_names), place, line)
            for word in one.sources:
                if word not in WORDS:
                    yield Fault(PASSPORT, f"{word} is no word", suggest(word, WORDS, "the words are"), place, line)
    for way in passport.search:
        for word in way:
            if f"question.{word}" not in WORDS:
                remedy = suggest(word, QuestionWord, "the words are")
                yield Fault(
                    PASSPORT, f"{word} is no word of a question", remedy, "search", source.line_of_key("", "search")
                )
