"""Replay: what was recorded of our own mock is told again to whoever asks about the people in the recording."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.addresses import Paths
from registries_mock.bus.seals import Demand, Naming, Seals
from registries_mock.conform.schemas import find_fault_of_shep
from registries_mock.own_authority import find_authority
from registries_mock.payloads.xml_in import child, parse_bytes, text_of
from registries_mock.people import Population
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.storing import Exchange, RecordingUnusable, read_recording
from registries_mock.replay.app import create_app
from registries_mock.replay.player import Player
from registries_mock.settings import Settings
from tests.registries_mock.conforming import CATALOGUE, ids, run, within
from tests.registries_mock.recording import ASKED, KEY, InlineTimer, born_on, numbered_ids, proxy_of
from tests.registries_mock.small_world import (
    IIN,
    NOW,
    PASSWORD,
    SENDER,
    SENDER_ELEMENT,
    async_message,
    async_request,
    listening,
    request_body,
    request_data,
    small_app,
    soap_message,
    suite_of,
    sync_message,
)

SYNC, ASYNC = "/bip-sync-wss-gost/", "/bip-async-wss-gost/"
COMMAND = [sys.executable, "-c", "from registries_mock.cli import main; main()"]


@dataclass(frozen=True)
class Replayed:
    exchanges: list[Exchange]
    client: FlaskClient
    others: dict[str, str]
    """The replacement of each IIN of the family; the first one stands for the other person of questions."""

    def words(self, iin: str) -> dict[str, str]:
        """Of a question about somebody in the recording, as it was asked."""
        other = self.others[iin]
        return {"related_iin": next(iter(self.others.values())), "birth_date": str(born_on(other))}

    def recorded(self, passport: Passport, iin: str) -> Exchange:
        return next(
            one
            for one in self.exchanges
            if one.passport == passport.key and one.operation != "getMessages" and self.others[iin] in one.request
        )


def play(exchanges: Sequence[Exchange]) -> FlaskClient:
    seals = Seals(Demand.IGNORE, Naming.KEY_IDENTIFIER, find_authority(None, lambda: NOW), None, (), lambda: NOW)
    names = (f"ffff0000-0000-4000-8000-{number:012x}" for number in range(10**6))
    player = Player(exchanges, CATALOGUE, seals, clock=lambda: NOW, timer=InlineTimer(), new_id=names.__next__)
    return create_app(player, Paths(), 8_000_000).test_client()


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    """All services, asked about everybody of a family, recorded and played."""
    people = Population(1, NOW.date())
    app: Flask = small_app(
        Settings(reply_delay_seconds=0), people=people, timer=InlineTimer(), new_id=numbered_ids().__next__
    )
    family = sorted(people.iins_of("family-of-five"))
    folder = tmp_path_factory.mktemp("recorded") / "one"
    proxy = proxy_of(within(app), folder)
    for passport in ASKED:
        for iin in family:
            proxy.ask(passport, iin, related_iin=family[0], birth_date=str(born_on(iin)))
    pseudonyms = Pseudonyms(KEY, NOW.date())
    exchanges = read_recording(folder)
    yield Replayed(exchanges, play(exchanges), {iin: pseudonyms.iin(iin) for iin in family})
    suite_of(app).close()


MADE_ANEW = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|request-1")
DECLARED = re.compile(r' xmlns:\w+="[^"]*"')


def data_in(reply: str) -> str:
    """What stands in the data element; ids aside, for a reply repeats the asker's, and declared prefixes."""
    found = re.search(r"<data.*</data>", reply, re.DOTALL)
    return DECLARED.sub("", MADE_ANEW.sub("ID", found[0])) if found else ""


def test_each_synchronous_service_tells_of_each_person_what_was_recorded(replayed: Replayed) -> None:
    differ = []
    for passport in [one for one in ASKED if one.protocol is Protocol.SHEP_SYNC]:
        for iin, other in replayed.others.items():
            data = request_data(CATALOGUE, passport, other, **replayed.words(iin))
            reply = replayed.client.post(SYNC, data=sync_message(passport.service_id, data))
            content = parse_bytes(reply.data)[0][0]
            told = replayed.recorded(passport, iin)
            if reply.status_code != 200 or data_in(reply.text) != data_in(told.reply) or other not in told.request:
                differ.append((passport.key, reply.status_code))
            assert find_fault_of_shep(content, "sync-types.xsd") == ""
            info = child(child(content, "response"), "responseInfo")
            assert text_of(info, "messageId").startswith("ffff0000-") and text_of(info, "correlationId") == "chain-1"
            assert text_of(info, "responseDate") == NOW.isoformat(timespec="milliseconds")
    assert differ == []


def test_a_session_and_a_chain_are_the_askers_own(replayed: Replayed) -> None:
    passport = CATALOGUE.passports["mvd-vehicles"]
    iin = next(iter(replayed.others))
    data = request_data(CATALOGUE, passport, replayed.others[iin])
    session = "<sessionId>11111111-2222-4333-8444-555555555555</sessionId>"
    message = sync_message(passport.service_id, data, extra=session)
    reply = replayed.client.post(SYNC, data=message.replace(b"<correlationId>chain-1</correlationId>", b"")).text
    assert "<sessionId>{11111111-2222-4333-8444-555555555555}</sessionId>" in reply and "correlationId" not in reply


def test_plain_soap_and_rest_tell_what_was_recorded(replayed: Replayed) -> None:
    differ = []
    for passport in [one for one in ASKED if one.protocol in (Protocol.SOAP, Protocol.REST)]:
        iin = next(iter(replayed.others))
        other = replayed.others[iin]
        told = replayed.recorded(passport, iin)
        body = request_body(CATALOGUE, passport, other, **replayed.words(iin))
        if passport.protocol is Protocol.REST:
            reply = replayed.client.post(f"/rest/{passport.address}", data=body)
        else:
            reply = replayed.client.post(f"/soap/{passport.address}", data=soap_message(body))
        if reply.status_code != 200 or MADE_ANEW.sub("ID", reply.text) != MADE_ANEW.sub("ID", told.reply):
            differ.append((passport.key, reply.text[:200]))
    assert differ == []


def test_an_asynchronous_service_answers_on_a_new_chain_until_it_is_accepted(replayed: Replayed) -> None:
    # Whom the small world names as the other person of a question was replaced too.
    parent = Pseudonyms(KEY, NOW.date()).iin(IIN)
    for passport in [one for one in ASKED if one.protocol is Protocol.SHEP_ASYNC]:
        other = next(iter(replayed.others.values()))
        message = async_request(CATALOGUE, passport, other).replace(IIN.encode(), parent.encode())
        taken = replayed.client.post(ASYNC, data=message)
        chain = text_of(parse_bytes(taken.data)[0][0], "response", "correlationId")
        assert chain.startswith("ffff0000-"), taken.text
        asked = f"<correlationId>{chain}</correlationId><serviceId>{passport.service_id}</serviceId>{SENDER_ELEMENT}"
        fetched = replayed.client.post(ASYNC, data=async_message("getMessages", asked))
        content = parse_bytes(fetched.data)[0][0]
        assert find_fault_of_shep(content, "async-types.xsd") == ""
        (response,) = [
            one for one in content.iter("messages") if text_of(one, "messageInfo", "messageType") == "RESPONSE"
        ]
        assert text_of(response, "messageInfo", "correlationId") == chain
        wanted = [
            one.reply for one in replayed.exchanges if one.passport == passport.key and one.operation == "getMessages"
        ]
        assert data_in(fetched.text.rpartition("<messages>")[2]) in {
            data_in(one.rpartition("<messages>")[2]) for one in wanted
        }


def test_who_was_not_recorded_is_told_apart_from_what_was_not(replayed: Replayed) -> None:
    passport = CATALOGUE.passports["mvd-vehicles"]
    reply = replayed.client.post(SYNC, data=sync_message(passport.service_id, request_data(CATALOGUE, passport)))
    detail = child(parse_bytes(reply.data)[0][0], "detail")
    assert reply.status_code == 500 and detail is not None and find_fault_of_shep(detail[0], "sync-types.xsd") == ""
    assert "<errorCode>BUS-012</errorCode>" in reply.text and "about 5 others" in reply.text and IIN not in reply.text
    unknown = replayed.client.post(SYNC, data=sync_message("NOT_THERE", "<data/>")).text
    assert "nothing was recorded of NOT_THERE; recorded on this channel: " in unknown
    rest = next(one for one in ASKED if one.protocol is Protocol.REST)
    assert replayed.client.post(f"/rest/{rest.address}", data=request_body(CATALOGUE, rest)).status_code == 404
    late = next(one for one in ASKED if one.protocol is Protocol.SHEP_ASYNC)
    assert "BUS-012" in replayed.client.post(ASYNC, data=async_request(CATALOGUE, late)).text


def test_the_same_question_gets_what_was_recorded_in_its_order_and_the_last_again(replayed: Replayed) -> None:
    passport = CATALOGUE.passports["mvd-vehicles"]
    iin = next(iter(replayed.others))
    usual = replayed.recorded(passport, iin)
    page = replace(usual, reply="", status=503, content_type="text/html", unreadable=True, length=10)
    silent = replace(usual, reply="", status=0, failure="nobody listens there")
    garbage = replace(usual, reply="", unreadable=True, length=10)
    client = play([page, silent, garbage, usual])
    message = sync_message(passport.service_id, request_data(CATALOGUE, passport, replayed.others[iin]))
    assert [client.post(SYNC, data=message).status_code for _ in range(5)] == [503, 504, 200, 200, 200]
    (listed,) = client.get("/_replay").get_json()
    assert (listed["service"], listed["exchanges"], listed["given"]) == (passport.service_id, 4, 5)
    assert client.post("/_replay/reset").status_code == 204
    assert client.post(SYNC, data=message).status_code == 503


def test_a_replay_conforms_like_the_bus_that_was_recorded(replayed: Replayed) -> None:
    """But for a question that differs from what was recorded: that is refused by design."""
    other = next(iter(replayed.others.values()))
    results = run(
        within(replayed.client.application),
        ("SHEP-WSDL", "SHEP-SYNC", "SHEP-READ", "SHEP-FAULT", "SHEP-ASYNC", "SVC"),
        words={"iin": other},
        passports=("mvd-vehicles", "kgd-incomes"),
    )
    assert ids(results, "differs") == set()
    assert {"SVC-MVD-VEHICLES-003", "SVC-KGD-INCOMES-003", "SHEP-ASYNC-010"} <= ids(results, "holds") | {
        one.requirement.id for one in results if one.why.startswith("the reply tells nothing")
    }


def test_a_recording_that_somebody_broke_is_refused(tmp_path: Path) -> None:
    broken: dict[str, dict[str, object]] = {
        "no head": {},
        "another format": {"recording.json": {"format": 7}},
        "no exchange": {"recording.json": {"format": 1}, "exchanges/1.json": []},
        "a word too much": {"recording.json": {"format": 1}, "exchanges/1.json": {"channel": "sync", "colour": "red"}},
        "a wrong type": {"recording.json": {"format": 1}, "exchanges/1.json": {"channel": "sync", "status": "200"}},
        "too little": {"recording.json": {"format": 1}, "exchanges/1.json": {"channel": "sync"}},
    }
    taken = []
    for name, files in broken.items():
        folder = tmp_path / name
        (folder / "exchanges").mkdir(parents=True)
        for file, content in files.items():
            (folder / file).write_text(json.dumps(content), encoding="utf-8")
        try:
            read_recording(folder)
            taken.append(name)
        except RecordingUnusable:
            continue
    assert taken == []


@contextmanager
def command(*words: str) -> Iterator[str]:
    """The address of a command that listens; stopped at the end, and then without a complaint."""
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
            process.terminate()
            out, err = process.communicate(timeout=20)
            assert (process.returncode, out, err) == (0, "", "")
        finally:
            process.kill()


def test_both_commands_over_sockets_from_a_suite_to_a_recording_to_an_answer(tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    passport = CATALOGUE.passports["mvd-vehicles"]
    message = sync_message(passport.service_id, request_data(CATALOGUE, passport))
    with (
        listening(small_app()) as contour,
        command("record", "--upstream", contour, "--out", str(folder), "--port", "0") as proxy,
    ):
        through = requests.post(f"{proxy}{SYNC}", data=message, timeout=20)
        assert through.status_code == 200 and IIN in through.text
        assert requests.get(f"{proxy}{SYNC}?wsdl", timeout=20).status_code == 200
    (kept,) = read_recording(folder)
    assert IIN not in kept.request + kept.reply and PASSWORD not in kept.request and SENDER not in kept.request
    with command("replay", str(folder), "--port", "0") as played:
        asked = message.replace(IIN.encode(), kept.iins[0].encode())
        answer = requests.post(f"{played}{SYNC}", data=asked, timeout=20)
        assert answer.status_code == 200 and kept.iins[0] in answer.text
        assert requests.get(f"{played}{SYNC}?wsdl", timeout=20).status_code == 200
