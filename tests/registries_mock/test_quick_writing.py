"""The quick way of writing a reply and the thorough one are one: over all parts and all personas, to the byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import pytest

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport, Payload
from contracts.vocabulary.terms import Record
from contracts.words import ContextWord, DataForm, QuestionWord
from registries_mock.circumstances import NOT_TAKEN, UNKNOWN
from registries_mock.payloads.envelope import inner_payload
from registries_mock.payloads.writer import Frame, PayloadWriter
from registries_mock.settings import Settings
from registries_mock.suite import real_world
from tests.registries_mock.small_world import full_record

FACTS: Mapping[str, str] = {f"question.{word}": f"<{word} & more>\r" for word in QuestionWord} | {
    ContextWord.MESSAGE_ID: "one",
    ContextWord.MESSAGE_DATE: "2026-02-10T09:15:00+05:00",
    ContextWord.REQUEST_ID: "two",
}
CHANGES_NOTHING = {"no/such/place": "1"}


def payloads(catalogue: Catalogue) -> Iterator[tuple[Passport, Payload]]:
    for passport in catalogue.passports.values():
        kinds = [passport.request, passport.reply, *([passport.interim] if passport.interim else [])]
        if passport.reply.also_within:
            kinds.append(inner_payload(passport))
        yield from ((passport, one) for one in kinds if one.form is not DataForm.JSON)


@cache
def records() -> Sequence[Record]:
    people = real_world(Settings()).people
    iins = sorted({iin for persona in people.personas() for iin in people.iins_of(persona.name)})
    return [people.record(citizen) for iin in iins for citizen in people.find({"iin": iin})]


CATALOGUE = load_catalogue()


def make_writer(passport: Passport, payload: Payload) -> PayloadWriter:
    return PayloadWriter(passport, payload, lambda name: CATALOGUE.dictionary(passport, name))


@pytest.mark.parametrize(("passport", "payload"), list(payloads(CATALOGUE)), ids=lambda one: getattr(one, "key", ""))
def test_both_ways_write_the_same_bytes_and_find_the_same_gaps(passport: Passport, payload: Payload) -> None:
    writer = make_writer(passport, payload)
    known = records()
    full = full_record(CATALOGUE.vocabulary)
    odd = full | {"person": {**full["person"], "surname": "<Ә&Ә>\r", "name": ""}}
    cases: list[Sequence[Record]] = [(), ({},), (full,), (odd,), (full, {}, odd), *((one,) for one in known), known[:3]]
    for told in cases:
        for facts in (FACTS, {}):
            quick = writer.write(told, Frame(facts))
            thorough = writer.write(told, replace(Frame(facts), overrides=CHANGES_NOTHING))
            assert quick == thorough


def test_the_people_tell_of_what_the_quick_way_leaves_out_and_puts_in() -> None:
    """Else the comparison would compare little: each part has a reply with more, and one with less, than another."""
    told: list[Record] = [
        *records(),
        full_record(CATALOGUE.vocabulary),
        NOT_TAKEN,
        UNKNOWN,
        {"phone": {"belongs": True}},
        {},
    ]
    for passport, payload in payloads(CATALOGUE):
        if payload is passport.reply and passport.binds:
            writer = make_writer(passport, payload)
            assert len({writer.write((one,), Frame(FACTS)) for one in told}) > 1, passport.key
