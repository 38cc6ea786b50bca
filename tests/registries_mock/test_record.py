"""Recording our own mock: nothing of anybody is left in any file, and what is left fits together as it did."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree

from contracts.iban import check_iban
from contracts.words import TermType
from registries_mock.conform.reading import take_payload
from registries_mock.conform.schemas import find_fault_of_payload, find_fault_of_shep
from registries_mock.http import Incoming, Outgoing
from registries_mock.payloads.xml_in import parse_bytes
from registries_mock.people import Population
from registries_mock.people.numbers import iban_of, read_iin
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.storing import Exchange, read_recording
from registries_mock.settings import Settings
from tests.registries_mock.conforming import CATALOGUE, within
from tests.registries_mock.people_of_tests import leaves
from tests.registries_mock.recording import ASKED, KEY, InlineTimer, born_on, files_of, numbered_ids, proxy_of
from tests.registries_mock.small_world import (
    NOW,
    PASSWORD,
    SENDER,
    request_data,
    small_app,
    suite_of,
    sync_message,
)

MONTH = re.compile(r"\d{4}-\d\d")
"""Nobody's."""
CODES = {
    entry.code
    for entries in (CATALOGUE.dictionaries, *(one.dictionaries for one in CATALOGUE.passports.values()))
    for dictionary in entries.values()
    for entry in dictionary
}
SHORTEST = 4
"""Characters of a value that is looked for, digits one more: shorter ones stand anywhere by chance."""


@pytest.fixture(scope="module")
def people() -> Population:
    return Population(1, NOW.date())


@pytest.fixture(scope="module")
def app(people: Population) -> Iterator[Flask]:
    app = small_app(Settings(reply_delay_seconds=0), people=people, timer=InlineTimer(), new_id=numbered_ids().__next__)
    yield app
    suite_of(app).close()


@pytest.fixture(scope="module")
def family(people: Population) -> list[str]:
    """IINs of a family whose members are in many registries."""
    return sorted(people.iins_of("family-of-five"))


@dataclass(frozen=True)
class Recorded:
    folder: Path
    exchanges: list[Exchange]
    originals: bytes
    """All that passed, as it was."""


@pytest.fixture(scope="module")
def recorded(app: Flask, family: list[str], tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """All services, asked about everybody of the family."""
    folder = tmp_path_factory.mktemp("recorded") / "one"
    passed: list[bytes] = []

    def listen(outgoing: Outgoing, incoming: Incoming) -> Incoming:
        passed.extend((outgoing.body or b"", incoming.body))
        return incoming

    proxy = proxy_of(within(app, listen), folder)
    for passport in ASKED:
        for iin in family:
            account = iban_of(iin, "563")
            proxy.ask(passport, iin, related_iin=family[0], birth_date=str(born_on(iin)), iban=account)
    assert proxy.told == []
    return Recorded(folder, read_recording(folder), b"".join(passed))


def encodings(value: str) -> list[bytes]:
    """A text as it may stand in a file: as it is, escaped by JSON, in base64 at each of the three offsets."""
    found = [value.encode(), value.encode("utf-16-le"), value.encode("cp1251", "ignore"), value[::-1].encode()]
    escaped = value.encode("ascii", "backslashreplace")
    found.append(escaped)
    for start in range(3):
        whole = base64.b64encode(b"\0" * start + value.encode())
        found.append(whole[-(-start * 4 // 3) : (len(value.encode()) + start) // 3 * 4])
    return [one for one in found if len(one) >= SHORTEST]


def personal_texts(people: Population, family: list[str], originals: bytes) -> dict[str, set[str]]:
    """What the vocabulary knows of the family as text, where it really passed; dictionary words are not theirs."""
    texts: dict[str, set[str]] = {}
    passed = unescape(unescape(originals.decode()))
    for iin in family:
        for citizen in people.find({"iin": iin}):
            for path, value in leaves(people.record(citizen)):
                text = value.isoformat() if path.endswith("birth_date") else value
                is_theirs = isinstance(text, str) and CATALOGUE.vocabulary[path].type is not TermType.CODE
                if is_theirs and len(text) >= SHORTEST + text.isdecimal() and text in passed:
                    texts.setdefault(text, set()).add(path)
    return texts


def test_nothing_of_anybody_is_left_in_any_file_in_any_encoding(
    recorded: Recorded, people: Population, family: list[str]
) -> None:
    kept = files_of(recorded.folder)
    plain = unescape(unescape(kept.decode())).encode()
    texts = personal_texts(people, family, recorded.originals)
    ends = {path.rpartition(".")[2] for paths in texts.values() for path in paths}
    assert {"iin", "surname", "name", "street", "iban", "number", "child_iin", "employer_name"} <= ends
    left = {
        min(paths)
        for text, paths in texts.items()
        if not MONTH.fullmatch(text)
        and text not in CODES
        and any(one in place for one in encodings(text) for place in (kept, plain))
    }
    assert left == set()


def test_no_password_token_account_or_id_is_left(recorded: Recorded) -> None:
    kept = files_of(recorded.folder).decode()
    assert PASSWORD not in kept and SENDER not in kept and "abcdef00-" not in kept
    named = r"(?:kdpToken|publicKey|tokenKey|Code|PublicKey)(?:&gt;|>)([^<&]{30,})"
    tokens = set(re.findall(named, recorded.originals.decode()))
    assert tokens and not any(token in kept for token in tokens)


def test_the_same_person_is_the_same_other_person_in_every_service(recorded: Recorded, family: list[str]) -> None:
    pseudonyms = Pseudonyms(KEY, NOW.date())
    others = {pseudonyms.iin(iin) for iin in family}
    assert len(others) == len(family) and not others & set(family)
    asked: dict[str, set[str]] = {}
    for one in recorded.exchanges:
        if one.iins and one.operation != "getMessages":
            asked.setdefault(one.passport, set()).update(one.iins)
    assert {key for key, iins in asked.items() if not others <= iins} <= {"bank-account"}


def test_replacements_are_of_the_documented_band_and_fit_together(recorded: Recorded) -> None:
    """Valid numbers; the date of birth that a reply tells is that of the number."""
    universal = next(one for one in recorded.exchanges if one.passport == "gbdfl-universal")
    person = next(etree.fromstring(universal.reply.encode()).iter("person"))
    iin = str(person.findtext("iin"))
    known = read_iin(iin)
    assert known is not None and 9000 <= known[2] < 9900
    assert person.findtext("birthDate") == known[0].isoformat()
    assert (person.findtext("gender/code"), person.findtext("gender/nameRu")) == (
        ("1", "Мужской") if known[1] == "male" else ("2", "Женский")
    )
    account = next(one for one in recorded.exchanges if one.passport == "bank-account")
    iban = re.search(r"KZ[0-9A-Z]{18}", account.request)
    assert iban is not None and check_iban(iban[0], ("563", "601")).code == ""


def test_what_is_kept_is_as_valid_as_what_passed(recorded: Recorded) -> None:
    """Envelopes by SHEP's schemas, payloads by their services' own: a reader of the real thing reads it."""
    faults: dict[str, str] = {}
    looked_at = set()
    for one in recorded.exchanges:
        if one.channel == "rest":
            continue
        content = parse_bytes(one.reply.encode())[0][0]
        if one.channel in ("sync", "async"):
            faults[f"{one.passport} envelope"] = find_fault_of_shep(content, f"{one.channel}-types.xsd")
        passport = CATALOGUE.passports[one.passport]
        data = next((place for place in content.iter("data")), None)
        payload, problem = take_payload(data, passport)
        if payload is not None and passport.reply.schema_file and not list(content.iter("messages"))[1:]:
            looked_at.add(one.passport)
            folder = CATALOGUE.folders[one.passport]
            faults[one.passport] = problem or find_fault_of_payload(payload, passport.reply, folder)
    assert {name: fault for name, fault in faults.items() if fault} == {}
    assert len(looked_at) >= 8


def test_two_recordings_replace_otherwise(app: Flask, family: list[str], tmp_path: Path) -> None:
    found: list[str] = []
    for number, key in enumerate((b"a" * 32, b"b" * 32)):
        proxy = proxy_of(within(app), tmp_path / str(number), key)
        proxy.ask(CATALOGUE.passports["gbdfl-universal"], family[0])
        found.append(read_recording(tmp_path / str(number))[0].reply)
    assert found[0] != found[1]
    assert not set(re.findall(r"\d{12}", found[0])) & set(re.findall(r"\d{12}", found[1]))


def test_what_passes_is_not_changed(app: Flask, family: list[str], tmp_path: Path) -> None:
    """Byte for byte, a signed message too: what is replaced is a copy."""
    seen: list[tuple[bytes, bytes]] = []

    def note(outgoing: Outgoing, incoming: Incoming) -> Incoming:
        seen.append((outgoing.body or b"", incoming.body))
        return incoming

    passport = CATALOGUE.passports["gbdfl-universal"]
    message = sync_message(passport.service_id, request_data(CATALOGUE, passport, family[0]))
    status, reply = proxy_of(within(app, note), tmp_path / "r").post("/bip-sync-wss-gost/", message)
    assert (status, [(message, reply)]) == (200, seen)
