"""A passport put into a suite: what the mock answers about the documented people, judged by the passport's schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.consents import Consents
from registries_mock.errors import RegistryRefuses
from registries_mock.passports.faults import Fault
from registries_mock.passports.reading import PASSPORT
from registries_mock.passports.samples import Samples, read_payload
from registries_mock.payloads.reader import Asked
from registries_mock.settings import Settings
from registries_mock.signals import find_signal
from registries_mock.suite import Suite, real_world

_SENDER: Final = "passport-check"
_ID: Final = "00000000-0000-4000-8000-000000000000"
_VALUE: Final = re.compile(r"'[^']*'(?= is not)")
_EXAMPLE: Final = "a term of your own takes its `example` for a value"
_NAMELESS: Final = dict.fromkeys(("surname", "name", "patronymic", "birth_date"), "")
"""The sample's own person is not who is asked about."""


@dataclass
class Trial:
    """How many of the personas' applicants were asked about, and of how many there is a record."""

    asked: int = 0
    known: int = 0
    faults: list[Fault] = field(default_factory=list)


def try_out(folders: Sequence[Path], samples: Samples, sample: Asked) -> Trial:
    """Ask a suite over these folders as the sample asks, about each persona's applicant in place of its person.

    Raises CatalogueInvalid where the folders do not fit together.
    """
    settings = Settings(catalogue_folders=tuple(folders))
    world = real_world(settings)
    at = world.clock()
    # Ids and times stand, so that two replies differ by what they say alone.
    suite = Suite(settings, replace(world, clock=lambda: at, new_id=lambda: _ID))
    try:
        return _ask_all(suite, samples, sample)
    finally:
        suite.close()


def _ask_all(suite: Suite, samples: Samples, sample: Asked) -> Trial:
    trial, consents = Trial(), Consents(suite.settings.seed)
    seen: set[str] = set()
    for persona in suite.outside.people.personas():
        iin = suite.outside.people.describe_application(persona.name)["applicant"]["iin"]
        token = consents.issue(iin, suite.outside.clock())
        consent = {"consent.token": token, "consent.public_key": consents.public_key}
        asked = Asked({**sample.words, **_NAMELESS, "iin": iin}, {**sample.facts, **consent})
        try:
            told = suite.registries.answer(samples.passport, asked, _SENDER)
            nothing = suite.registries.answer(samples.passport, asked, _SENDER, "no_record")
        except RegistryRefuses:
            # A service that acts, and wants an account of the suite's.
            continue
        trial.asked += 1
        trial.known += (told.body, told.status) != (nothing.body, nothing.status)
        for answer, about in ((told, persona.name), (nothing, "nobody")):
            for message in _judge(samples, answer.body):
                # The same of another value is no other fault.
                kind = _VALUE.sub("", message)
                if kind not in seen:
                    seen.add(kind)
                    sentence = f"what the mock answers about {about} is refused by the schema: {message}"
                    trial.faults.append(Fault(PASSPORT, sentence, _EXAMPLE, "reply"))
    return trial


def _judge(samples: Samples, body: bytes) -> Iterator[str]:
    if not body:
        return
    try:
        yield from (message for _, message in samples.judge("reply", read_payload(body, samples.passport.reply)))
    except etree.XMLSyntaxError:
        yield "it is no well-formed XML"


def find_rivals(passport: Passport, catalogue: Catalogue) -> Iterator[Fault]:
    """Other passports of the catalogue that are asked in the same place: only one of them could answer."""
    for other in catalogue.passports.values():
        if other.key == passport.key or other.protocol is not passport.protocol:
            continue
        if passport.protocol in (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC):
            place, same = f"service_id {passport.service_id}", other.service_id == passport.service_id
        else:
            place = f"address {passport.address}"
            same = other.address == passport.address
            same &= passport.protocol is Protocol.REST or _root(other) == _root(passport)
        if same:
            remedy = f'to take its place, call this one key = "{other.key}"'
            yield Fault(PASSPORT, f"{place} is that of the passport {other.key}", remedy)


def _root(passport: Passport) -> tuple[str, str]:
    prefix, _, name = passport.request.root.rpartition(":")
    return passport.namespaces.get(prefix, ""), name


def find_silent_readings(passport: Passport) -> Iterator[Fault]:
    """Readings that look where the reply has nothing, and passports that cannot say "no record"."""
    for payload, readings, section in (
        (passport.reply, passport.readings, "readings"),
        (passport.interim, passport.interim_readings, "interim_readings"),
    ):
        paths = {one.path for one in payload.fields} if payload else set()
        shaped = {f"{path}/{name}" for path in paths for name in (payload.dict_shape if payload else ())}
        steps = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
        for reading in readings:
            for path in (reading.path, reading.unless):
                if path and path not in paths | shaped | steps:
                    yield Fault(PASSPORT, f"it looks at {path}, and no field is there", "", f"{section} {reading.at}")
            if (reading.at in ("code", "text", "element")) != bool(reading.path):
                yield Fault(PASSPORT, "`path` goes with code, text and element", "", f"{section} {reading.at}")
    if find_signal(passport, "no_record") is None and not passport.auxiliary:
        remedy = 'as `missing = "no_record"` at an element, or a code in `no_record`'
        yield Fault(PASSPORT, "no reading says how it is told that there is no record", remedy, "readings")
