"""Recording our own mock: nothing of anybody is left in any file, and what is left fits together as it did."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from contracts.iban import check_iban
from contracts.passport import Passport
from contracts.words import Protocol, TermType
from registries_mock.conform.reading import take_payload
from registries_mock.conform.schemas import find_fault_of_payload, find_fault_of_shep
from registries_mock.http import Ask, Incoming, NotAnswered, Outgoing
from registries_mock.payloads.xml_in import parse_bytes
from registries_mock.people import Population
from registries_mock.people.numbers import iban_of, read_iin
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.recorder import Paths, Recorder
from registries_mock.record.replacing import Replacer
from registries_mock.record.serving import IN_MEMORY, MOST_REQUEST_BYTES
from registries_mock.record.storing import Exchange, Folder, RecordingUnusable, read_recording
from registries_mock.settings import Settings
from registries_mock.timer import ThreadTimer
from tests.registries_mock.conforming import CATALOGUE, within
from tests.registries_mock.people_of_tests import leaves
from tests.registries_mock.small_world import (
    IIN,
    NOW,
    PASSWORD,
    SENDER,
    SENDER_ELEMENT,
    async_message,
    async_request,
    request_body,
    request_data,
    small_app,
    soap_message,
    suite_of,
    sync_message,
)

ASKED = [one for one in CATALOGUE.passports.values() if not one.auxiliary]
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


@dataclass
class Proxy:
    """The recorder as a client sees it."""

    recorder: Recorder
    told: list[str] = field(default_factory=list)

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        status: list[str] = []
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "wsgi.input": BytesIO(body)}
        pieces = self.recorder(
            {**environ, "CONTENT_TYPE": "text/xml; charset=utf-8", **headers}, lambda said, _: status.append(said)
        )
        return int(status[0].split()[0]), b"".join(pieces)

    def ask(self, passport: Passport, iin: str, **words: str) -> bytes:
        """One question about somebody, by any protocol; the reply as it came."""
        match passport.protocol:
            case Protocol.SHEP_SYNC:
                data = request_data(CATALOGUE, passport, iin, **words)
                return self.post("/bip-sync-wss-gost/", sync_message(passport.service_id, data))[1]
            case Protocol.SHEP_ASYNC:
                taken = self.post("/bip-async-wss-gost/", async_request(CATALOGUE, passport, iin))[1]
                found = re.search(rb"<correlationId>([^<]*)", taken)
                assert found is not None
                asked = (
                    f"<correlationId>{found[1].decode()}</correlationId><serviceId>{passport.service_id}</serviceId>"
                )
                return self.post("/bip-async-wss-gost/", async_message("getMessages", asked + SENDER_ELEMENT))[1]
            case Protocol.SOAP:
                return self.post(
                    f"/soap/{passport.address}", soap_message(request_body(CATALOGUE, passport, iin, **words))
                )[1]
            case Protocol.REST:
                return self.post(f"/rest/{passport.address}", request_body(CATALOGUE, passport, iin, **words))[1]


def proxy_of(ask: Ask, folder: Path, key: bytes = b"k" * 32, *, raw_structure: bool = False) -> Proxy:
    told: list[str] = []
    replacer = Replacer(CATALOGUE, Pseudonyms(key, NOW.date()), raw_structure=raw_structure)
    return Proxy(Recorder("http://contour", Paths(), ask, replacer, Folder(folder), told.append), told)


@pytest.fixture(scope="module")
def people() -> Population:
    return Population(1, NOW.date())


@pytest.fixture(scope="module")
def app(people: Population) -> Iterator[Flask]:
    app = small_app(Settings(reply_delay_seconds=0), people=people, timer=InlineTimer(), new_id=_ids().__next__)
    yield app
    suite_of(app).close()


def _ids() -> Iterator[str]:
    return (f"abcdef00-0000-4000-8000-{number:012x}" for number in itertools.count(0xA000))


class InlineTimer(ThreadTimer):
    """What is due at once is done at once."""

    def after(self, seconds: float, work: Any) -> None:
        work()


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
            proxy.ask(passport, iin, related_iin=family[0], birth_date=str(_born(iin)), iban=account)
    assert proxy.told == []
    return Recorded(folder, read_recording(folder), b"".join(passed))


def _born(iin: str) -> date:
    known = read_iin(iin)
    assert known is not None
    return known[0]


def files_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


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
    pseudonyms = Pseudonyms(b"k" * 32, NOW.date())
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


HOSTILE: Mapping[str, tuple[str, str]] = {
    "a comment": ("<data/>", "<data><!--900101300017--></data>"),
    "an unknown element": ("<data/>", "<data><secret>900101300017</secret></data>"),
    "an attribute": ("<data/>", '<data><a who="900101300017"/></data>'),
    "a text between elements": ("<data/>", "<data>900101300017<a/>900101300017<a/>900101300017</data>"),
    "a text beside the one element": ("<data/>", "<data><a><iin>1</iin></a>900101300017</data>"),
    "a text in a frame": ("<data/>", "<data>900101300017<f><iin>1</iin></f>900101300017</data>"),
    "a document in a document": (
        "<data/>",
        "<data><a>&lt;b&gt;&amp;lt;c&amp;gt;900101300017&amp;lt;/c&amp;gt;&lt;/b&gt;</a></data>",
    ),
    "JSON in a text": ("<data/>", '<data><a>{"iin": "900101300017", "900101300017": [900101300017]}</a></data>'),
    "CDATA": ("<data/>", "<data><a><![CDATA[<b>900101300017</b>]]></a></data>"),
    "a text in the Body": ("<S:Body>", "<S:Body>900101300017"),
    "a text behind the message": ("</S:Body>", "900101300017</S:Body>900101300017"),
    "an element beside the Body": ("</S:Body>", "</S:Body><who>900101300017</who>"),
    "an attribute of the Envelope": ("<S:Envelope", '<S:Envelope who="900101300017"'),
    "an attribute of the Body": ("<S:Body", '<S:Body Id="900101300017"'),
    "an attribute of the operation": ("<ns2:SendMessage ", '<ns2:SendMessage who="900101300017" '),
    "an element of the envelope": ("<requestData>", "<who>900101300017</who><requestData>"),
    "the service id": ("GBDFLUniversal_token", "900101300017"),
    "the message id": ("m-1", "900101300017"),
    "an element's name": ("<data/>", "<data><n900101300017/></data>"),
}
"""Where in a message a number may hide: what stands there usually, and what instead."""


def test_wherever_a_number_hides_it_is_not_kept(tmp_path: Path) -> None:
    usual = sync_message(CATALOGUE.passports["gbdfl-universal"].service_id, "<data/>").decode()
    left = []
    for name, (place, instead) in HOSTILE.items():
        assert place in usual, name
        message = usual.replace(place, instead, 1).encode()

        def answer(_: Outgoing, body: bytes = message) -> Incoming:
            return Incoming(200, "text/xml", body)

        proxy_of(answer, tmp_path / name, raw_structure=True).post("/bip-sync-wss-gost/", message)
        left += [name] * (b"900101300017" in files_of(tmp_path / name))
    assert left == []


def test_a_header_with_a_signature_is_not_kept(tmp_path: Path) -> None:
    head = b"<S:Header><Security>MIIB900101300017</Security></S:Header><S:Body>"
    message = sync_message(CATALOGUE.passports["mvd-vehicles"].service_id, "<data/>").replace(b"<S:Body>", head)
    proxy_of(lambda _: Incoming(200, "text/xml", message), tmp_path / "r").post("/bip-sync-wss-gost/", message)
    assert b"Security" not in files_of(tmp_path / "r")


def test_a_service_without_a_passport_is_kept_only_as_a_structure_and_only_where_that_is_wanted(tmp_path: Path) -> None:
    message = sync_message("SOMEBODY_ELSES", "<data><deep><name>ИВАНОВА</name><n>900101300017</n></deep></data>")

    def echo(_: Outgoing) -> Incoming:
        return Incoming(200, "text/xml", message)

    without = proxy_of(echo, tmp_path / "a")
    without.post("/bip-sync-wss-gost/", message)
    without.post("/rest/somewhere/900101300017", b"{}")
    assert read_recording(tmp_path / "a") == []
    assert without.told == [
        "not kept: no passport has the service id SOMEBODY_ELSES",
        "not kept: no passport has this address",
    ]
    raw = proxy_of(echo, tmp_path / "b", raw_structure=True)
    raw.post("/bip-sync-wss-gost/", message)
    raw.post("/rest/somewhere/900101300017", b'{"name": "IVANOVA"}')
    kept = files_of(tmp_path / "b").decode()
    assert "<deep><name>" in kept and not re.search("ИВАНОВА|IVANOVA|900101300017", kept)


def test_what_cannot_be_read_is_not_kept_and_a_silent_contour_is_told(tmp_path: Path) -> None:
    message = sync_message(CATALOGUE.passports["mvd-vehicles"].service_id, "<data/>")
    page = proxy_of(lambda _: Incoming(503, "text/html", b"<html>IVANOVA<br>"), tmp_path / "a")
    assert page.post("/bip-sync-wss-gost/", message) == (503, b"<html>IVANOVA<br>")
    (kept,) = read_recording(tmp_path / "a")
    assert (kept.status, kept.reply, kept.unreadable, kept.length) == (503, "", True, 17)

    def silent(_: Outgoing) -> Incoming:
        raise NotAnswered("nobody listens there")

    mute = proxy_of(silent, tmp_path / "b")
    assert mute.post("/bip-sync-wss-gost/", message)[0] == 502
    assert read_recording(tmp_path / "b")[0].failure == "nobody listens there"
    garbage = proxy_of(lambda _: Incoming(200, "text/xml", b""), tmp_path / "c")
    garbage.post("/bip-sync-wss-gost/", b"900101300017 <")
    assert read_recording(tmp_path / "c") == [] and len(garbage.told) == 1


def test_a_folder_takes_one_recording(tmp_path: Path) -> None:
    """A second one would give the same person two other names."""
    Folder(tmp_path)
    with pytest.raises(RecordingUnusable):
        Folder(tmp_path)


def test_no_message_is_put_into_a_file_of_the_web_server() -> None:
    assert IN_MEMORY["inbuf_overflow"] > MOST_REQUEST_BYTES
    assert IN_MEMORY["outbuf_overflow"] > 10_000_000


def test_the_same_text_is_the_same_other_text_and_never_itself() -> None:
    one, two = Pseudonyms(b"1" * 32, NOW.date()), Pseudonyms(b"2" * 32, NOW.date())
    for text in ("7", "А", "ул. Абая, д. 7", "20:311:900:901:1:12", "X", "12 кв. 3"):
        assert one.scramble(text) == one.scramble(text) != text
    assert one.scramble("Вымышленная улица") != two.scramble("Вымышленная улица")
    assert one.surname("ИВАНОВ") == one.surname("ИВАНОВ") and one.surname("ИВАНОВ").isupper()
    assert one.phone("+77010000417")[2:5] == "799" and one.phone("87010000417")[1:] == one.phone("+77010000417")[2:]
    assert one.iin(IIN) != two.iin(IIN) and one.day(NOW.date()) <= NOW.date()
