"""The catalogue: 24 rows with the card's own titles, bound to passports, vocabulary and dictionaries that exist."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from pydantic import ValidationError

from contracts.application import Declared
from contracts.catalogue import Catalogue, find_faults, load_catalogue
from contracts.errors import CatalogueInvalid
from contracts.passport import DictionaryEntry, Passport, PayloadField
from contracts.request import RequestRow
from contracts.words import Absence, Confidence, ContextWord, Fact, FieldType, Predicate, QuestionWord, SubjectRule
from tests.contracts.catalogue_files import PASSPORT_KEYS, packaged, payloads, read_passport
from tests.shared import shared_path

NUMBERS = range(1, 25)
TITLES_SHA256 = "a89dc243722a40f6ad5fce922de998cf00060f269a1e3e01eb46ec71c4ed3c6e"
"""Of the 24 Russian titles, one a line: pins them where the card is not beside the project."""


def row(number: int) -> RequestRow:
    return packaged().services["asp"].request(number)


def test_there_are_24_requests_numbered_from_1() -> None:
    assert [r.number for r in packaged().services["asp"].requests] == list(NUMBERS)


def test_russian_titles_are_those_that_were_read_from_the_card() -> None:
    text = "\n".join(row(number).title.ru for number in NUMBERS)
    assert hashlib.sha256(text.encode()).hexdigest() == TITLES_SHA256


def test_russian_titles_are_the_cards_verbatim() -> None:
    card = shared_path("source", "service-card-pass166.ru.txt").read_text(encoding="utf-8")
    titles = {int(number): title for number, title in re.findall(r"^  (\d+)\. (.*)$", card, re.MULTILINE)}
    assert titles == {number: row(number).title.ru for number in NUMBERS}


@pytest.mark.parametrize("number", NUMBERS)
def test_every_text_of_a_row_is_there_in_three_languages(number: int) -> None:
    names = [row(number).title, row(number).owner.name, *(part.title for part in row(number).parts)]
    assert all(n.ru and n.kk and n.en for n in names)
    assert row(number).owner.letter_to.ru
    assert row(number).owner.letter_to.kk
    assert row(number).clause == f"Service card pass166, item {number}"


def test_an_owner_has_one_name_and_one_address_wherever_it_stands() -> None:
    owners: dict[str, object] = {}
    for number in NUMBERS:
        owner = row(number).owner
        assert owners.setdefault(owner.key, owner) == owner, owner.key


@pytest.mark.parametrize("number", NUMBERS)
def test_absence_that_depends_on_a_declaration_names_its_leaf(number: int) -> None:
    depends = row(number).absence is Absence.WRITTEN_REQUEST_IF_DECLARED
    assert bool(row(number).absence_if_declared) == depends
    assert not depends or row(number).absence_if_declared in Declared.model_fields


@pytest.mark.parametrize("number", NUMBERS)
def test_facts_that_a_row_needs_come_from_the_application_or_an_earlier_wave(number: int) -> None:
    provided = {fact for other in packaged().services["asp"].requests if other.wave == 1 for fact in other.provides}
    assert set(row(number).needs) <= provided | {Fact.EMPLOYMENT_MEASURES}


@pytest.mark.parametrize("number", NUMBERS)
def test_ages_stand_with_the_rules_that_use_them(number: int) -> None:
    subject = row(number).subject
    by_age = subject.rule in (SubjectRule.MEMBERS_OF_AGE, SubjectRule.DEPENDANTS_OF_AGE)
    assert (subject.age_from is not None) == by_age
    assert subject.age_to is None or subject.rule is SubjectRule.DEPENDANTS_OF_AGE


def test_every_predicate_and_fact_has_a_row_that_uses_it() -> None:
    """An unused word is a rule that somebody forgot."""
    rows = packaged().services["asp"].requests
    assert {predicate for r in rows for predicate in r.applies} == set(Predicate)
    assert {fact for r in rows for fact in (*r.needs, *r.provides)} == set(Fact)


@pytest.mark.parametrize("number", NUMBERS)
def test_only_words_that_can_come_choose_the_items_of_a_part(number: int) -> None:
    for part in row(number).parts:
        passport = packaged().passport_of(part)
        for leaf, words in part.where.items():
            assert part.records[0].endswith("[]"), part.key
            path = f"{part.records[0]}.{leaf}"
            known = {e.value for f in passport.reply.fields if f.bind == path for e in entries(passport.key, f)}
            assert set(words) <= known & set(packaged().vocabulary[path].values), path


@pytest.mark.parametrize("number", NUMBERS)
def test_what_a_part_answers_is_no_more_sensitive_than_its_row_says(number: int) -> None:
    for part in row(number).parts:
        for answer in part.answers:
            stem = answer.removesuffix(".*")
            terms = [t for p, t in packaged().vocabulary.items() if p == stem or p.startswith(f"{stem}.")]
            assert terms, answer
            assert {t.sensitivity for t in terms} <= {row(number).sensitivity, "ordinary"}, answer


def test_no_passport_is_without_a_row_unless_it_is_auxiliary_or_an_alternative() -> None:
    used = {part.passport for _, _, part in packaged().parts()}
    for key in PASSPORT_KEYS:
        passport = read_passport(key)
        assert (key in used) != bool(passport.auxiliary or passport.alternative_to), key


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_every_passport_says_how_far_it_is_known(key: str) -> None:
    passport = read_passport(key)
    assert passport.key == key
    assert passport.source
    assert passport.title.ru
    assert passport.title.kk
    assert passport.title.en
    assert "/" not in passport.source or "://" in passport.source, "a source is cited by its public name"
    if passport.confidence is Confidence.ASSUMED:
        assert passport.assumptions
    else:
        assert re.fullmatch(r"20\d\d(-\d\d)?", passport.age), "the date stamp of the shape"
    if passport.confidence is Confidence.ATTESTED_OLD:
        assert passport.age < "2020"
    if passport.confidence is Confidence.ATTESTED:
        assert passport.age >= "2020"
    if passport.service_id and passport.service_id_confidence is Confidence.ASSUMED:
        assert any("service id" in a.lower() for a in passport.assumptions)


def test_service_ids_are_of_one_passport_each() -> None:
    ids = [p.service_id for p in map(read_passport, PASSPORT_KEYS) if p.service_id]
    assert len(set(ids)) == len(ids)


def entries(key: str, item: PayloadField) -> tuple[DictionaryEntry, ...]:
    return packaged().dictionary(read_passport(key), item.dictionary)


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_coded_fields_that_are_bound_have_a_dictionary(key: str) -> None:
    passport = read_passport(key)
    for item in (f for payload in payloads(passport).values() for f in payload.fields):
        if item.dictionary:
            assert item.type in (FieldType.CODE, FieldType.DICT), item.path
            assert packaged().dictionary(passport, item.dictionary), item.path
        elif item.bind:
            assert item.type not in (FieldType.CODE, FieldType.DICT), item.path


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_every_word_of_a_closed_term_can_be_said_on_the_wire_and_no_other(key: str) -> None:
    passport = read_passport(key)
    for item in passport.reply.fields:
        term = packaged().vocabulary.get(item.bind)
        if term is None or not term.values or not item.dictionary:
            continue
        assert {e.value for e in packaged().dictionary(passport, item.dictionary)} == set(term.values), item.path


def test_dictionaries_have_each_word_once_and_each_code_for_one_meaning() -> None:
    """Two words of ours share a code where the registry does not tell them apart: then its names are the same too."""
    shared = dict(packaged().dictionaries)
    owned = {f"{k}/{name}": rows for k in PASSPORT_KEYS for name, rows in read_passport(k).dictionaries.items()}
    for name, rows in (shared | owned).items():
        words = Counter(entry.value for entry in rows)
        assert set(words.values()) == {1}, f"{name}: {words.most_common(1)}"
        meanings = {(entry.code, entry.ru, entry.kk) for entry in rows}
        assert len(meanings) == len({entry.code for entry in rows}), name
        assert all(entry.ru and entry.kk for entry in rows), name


def test_regions_are_those_of_the_classifier() -> None:
    published = json.loads(shared_path("facts", "regions.json").read_text(encoding="utf-8"))["regions"]
    mine = [{"kato": e.code, "ru": e.ru, "kk": e.kk} for e in packaged().dictionaries["regions"]]
    assert mine == published


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_requests_are_filled_from_known_words_only(key: str) -> None:
    passport = read_passport(key)
    words = {f"question.{word}" for word in QuestionWord} | set(ContextWord)
    for direction, payload in payloads(passport).items():
        for item in payload.fields:
            allowed = words if direction == "request" else set(ContextWord)
            assert set(item.sources) <= allowed, item.path
            assert direction == "reply" or not item.bind, item.path
    asked = {s for item in passport.request.fields for s in item.sources}
    for search in passport.search:
        assert {f"question.{word}" for word in search} <= asked, search
    if passport.consent == "kdp":
        assert "consent.token" in asked


@pytest.mark.parametrize("key", sorted(packaged().passports))
def test_a_passport_asks_for_a_token_or_says_by_what_law_it_needs_none(key: str) -> None:
    passport = packaged().passports[key]
    ground = passport.consent_ground
    if passport.auxiliary:
        return
    assert (passport.consent == "kdp") is (ground is None)
    if ground is not None:
        assert ground.clause and ground.words.ru and ground.words.kk and ground.words.en


def test_a_passport_with_neither_a_token_nor_a_ground_or_with_both_is_not_read() -> None:
    asked = packaged().passports["gbdfl-universal"].model_dump(by_alias=True, exclude_unset=True)
    spared = packaged().passports["mvd-vehicles"].model_dump(by_alias=True, exclude_unset=True)
    for wrong in (
        {**spared, "consent_ground": None},
        {**spared, "consent_ground": "The application."},
        {**asked, "consent_ground": spared["consent_ground"]},
    ):
        with pytest.raises(ValidationError):
            Passport.model_validate(wrong)
    assert Passport.model_validate(asked).consent == "kdp"


def test_a_row_without_its_passport_is_a_fault() -> None:
    catalogue = packaged()
    without = replace(catalogue, passports={k: p for k, p in catalogue.passports.items() if k != "mvd-vehicles"})
    assert list(find_faults(without)) == ["asp vehicles/vehicles: there is no passport mvd-vehicles"]


def with_row(number: int, **fields: object) -> Catalogue:
    catalogue = packaged()
    service = catalogue.services["asp"]
    rows = [one.model_copy(update=fields) if one.number == number else one for one in service.requests]
    return replace(catalogue, services={"asp": service.model_copy(update={"requests": tuple(rows)})})


def with_part(number: int, **fields: object) -> Catalogue:
    return with_row(number, parts=(row(number).parts[0].model_copy(update=fields),))


@pytest.mark.parametrize(
    ("faulty", "sentence"),
    [
        (with_row(12, absence_if_declared="wedding"), "asp marriage_divorce: an application cannot declare wedding"),
        (with_row(12, absence_if_declared=""), "asp marriage_divorce: an application cannot declare nothing"),
        (
            with_row(8, absence_if_declared="adoption"),
            "asp disability: absence_if_declared goes with written_request_if_declared",
        ),
        (
            with_part(6, record=("person.address", "person.adress")),
            "asp residence_registration/residence: person.adress is not filled by the passport gbdfl-universal",
        ),
        (
            with_part(13, where={"state": ("studying",)}),
            "asp study_fact/studies: person.studies[].state is not filled by the passport nobd-universal",
        ),
    ],
)
def test_what_a_row_says_and_nothing_can_fill_is_a_fault(faulty: Catalogue, sentence: str) -> None:
    assert list(find_faults(faulty)) == [sentence]


def test_only_an_alternative_may_take_the_place_of_a_passport() -> None:
    assert load_catalogue(profiles={"bank-account": "epay-2014"}).passports["bank-account"].key == "epay-2014"
    with pytest.raises(CatalogueInvalid):
        load_catalogue(profiles={"bank-account": "mvd-vehicles"})
