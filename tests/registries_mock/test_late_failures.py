"""Failures of the asynchronous side: late, doubled, reordered, stray and badly signed messages, by PUSH and by PULL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from contracts.catalogue import Catalogue
from registries_mock.bus.keys import BUS, SOMEBODY
from registries_mock.bus.seals import FAMILIES
from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from registries_mock.settings import Settings
from signing.keys import SigningKey
from signing.policy import MESSAGE_USAGE, Policy
from signing.revocation.crl import read_list
from signing.revocation.given_files import ListFiles
from signing.revocation.judging import Mode, RevocationPolicy
from signing.trust import TrustStore
from signing.wsse.certificates import NO_CERTIFICATES
from signing.wsse.reading import is_signed
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import (
    NOW,
    SENDER,
    SENDER_ELEMENT,
    HandTimer,
    Participant,
    async_message,
    async_request,
    request_data,
    small_app,
    suite_of,
    sync_message,
)

KEY = "oop-labour-history"
PLAIN = "kgd-incomes"
"""Asynchronous, and sends nothing before its reply."""
SYNC_KEY = "nobd-universal"
ASYNC, SYNC = "/bip-async-wss-gost/", "/bip-sync-wss-gost/"
DAY = 86_400


@dataclass
class Bus:
    app: Flask
    participant: Participant
    timer: HandTimer
    catalogue: Catalogue

    def fail(self, **row: Any) -> None:
        suite_of(self.app).failures.add(row)

    def post(self, message: bytes, path: str = ASYNC) -> bytes:
        body: bytes = self.app.test_client().post(path, data=message).data
        return body

    def ask(self, key: str = KEY) -> str | None:
        """Send a request; the chain that it was given."""
        reply = self.post(async_request(self.catalogue, self.catalogue.passports[key]))
        return assert_envelope(reply, "async-types.xsd").findtext("response/correlationId")

    def pull(self, key: str = KEY) -> list[etree._Element]:
        return assert_envelope(self.post(self.pull_message(key)), "async-types.xsd").findall("response/messages")

    def pull_message(self, key: str = KEY) -> bytes:
        service = f"<serviceId>{self.catalogue.passports[key].service_id}</serviceId>"
        return async_message("getMessages", service + SENDER_ELEMENT)

    def pushed(self, name: str) -> list[str | None]:
        found = [assert_envelope(body, "async-types.xsd") for _, body in self.participant.got]
        return [one.findtext(f".//messageInfo/{name}") for one in found]


def open_bus(catalogue: Catalogue, *, push: bool = True, **settings: Any) -> Bus:
    participant, timer = Participant(), HandTimer()
    told = Settings(participants={SENDER: "http://participant.test/"} if push else {}, **settings)
    return Bus(small_app(told, push=participant.push, timer=timer), participant, timer, catalogue)


@pytest.fixture
def bus(catalogue: Catalogue) -> Bus:
    return open_bus(catalogue)


def test_a_late_reply_may_take_days_while_word_of_it_comes_as_usual(bus: Bus) -> None:
    bus.fail(kind="late", seconds=40 * DAY)
    bus.ask()
    bus.timer.advance(40 * DAY - 1)
    assert bus.pushed("messageType") == ["NOTIFICATION"]
    bus.timer.advance(1)
    assert bus.pushed("messageType") == ["NOTIFICATION", "RESPONSE"]


def test_the_same_message_comes_twice(bus: Bus) -> None:
    bus.fail(kind="duplicate", seconds=DAY, times=1)
    bus.ask()
    bus.timer.advance(DAY)
    assert len(bus.participant.got) == 2
    bus.timer.advance(1)
    assert bus.pushed("messageType") == ["NOTIFICATION", "RESPONSE", "RESPONSE"]
    assert bus.participant.got[1] == bus.participant.got[2]


def test_the_same_answer_comes_twice_as_two_messages_of_one_chain(bus: Bus) -> None:
    bus.fail(kind="duplicate", variant="new-id")
    chain = bus.ask()
    bus.timer.advance(1)
    assert bus.pushed("correlationId") == [chain] * 3
    assert len(set(bus.pushed("messageId"))) == 3


def test_a_doubled_message_that_is_fetched_is_there_again_after_it_was_accepted(catalogue: Catalogue) -> None:
    bus = open_bus(catalogue, push=False)
    bus.fail(kind="duplicate", seconds=DAY)
    bus.ask(PLAIN)
    bus.timer.advance(1)
    (first,) = bus.pull(PLAIN)
    message_id = str(first.findtext("messageInfo/messageId"))
    suite_of(bus.app).mailbox.mark(message_id, "DELIVERED", "")
    assert bus.pull(PLAIN) == []
    bus.timer.advance(DAY)
    assert [one.findtext("messageInfo/messageId") for one in bus.pull(PLAIN)] == [message_id]


@pytest.mark.parametrize("delay", [0.2, 0.0])
def test_the_reply_comes_before_word_of_it(catalogue: Catalogue, delay: float) -> None:
    bus = open_bus(catalogue, reply_delay_seconds=delay)
    bus.fail(kind="reordered")
    bus.ask()
    bus.timer.advance(1)
    assert bus.pushed("messageType") == ["RESPONSE", "NOTIFICATION"]


def test_where_no_word_comes_before_the_reply_nothing_is_reordered_and_the_row_stays(bus: Bus) -> None:
    bus.fail(kind="reordered", times=1)
    bus.ask(PLAIN)
    assert len(suite_of(bus.app).failures.rows()) == 1


def test_a_stray_reply_names_a_chain_that_nobody_was_given_and_nothing_of_the_asker(
    bus: Bus, catalogue: Catalogue
) -> None:
    bus.fail(kind="unknown_chain")
    message = async_request(catalogue, catalogue.passports[KEY])
    named = message.replace(
        b"</sender></messageInfo>",
        b"</sender><properties><key>k</key><value>q-1</value></properties></messageInfo>",
    )
    assert named != message
    chain = assert_envelope(bus.post(named), "async-types.xsd").findtext("response/correlationId")
    bus.timer.advance(1)
    (stray,) = set(bus.pushed("correlationId"))
    assert stray and stray != chain
    assert not any(b"q-1" in body for _, body in bus.participant.got)


@cache
def authority() -> Authority:
    return Authority.create(NOW)


@cache
def key_of(family: str) -> SigningKey:
    return authority().issue("information-system", Subject(bin="990140009992"), at=NOW, algorithm=family)


@dataclass
class Signed:
    """A bus whose requests are signed, and a judge who believes its authority."""

    bus: Bus
    trust: TrustStore

    def ask(self, family: str, key: str = KEY) -> bytes:
        return self.bus.post(
            sign_envelope(async_request(self.bus.catalogue, self.bus.catalogue.passports[key]), key_of(family))
        )

    def ask_sync(self, family: str) -> bytes:
        passport = self.bus.catalogue.passports[SYNC_KEY]
        message = sync_message(passport.service_id, request_data(self.bus.catalogue, passport))
        return self.bus.post(sign_envelope(message, key_of(family)), SYNC)

    def judge(self, message: bytes) -> str:
        """How the signature fails; "" where it holds."""
        served = self.bus.app.test_client()
        lists = tuple(read_list(served.get(f"/ca/crl/{name}.crl").data) for name in ("issuing", "issuing_gost"))
        known = RevocationPolicy(Mode.PREFER, (ListFiles(lists),))
        policy = Policy(self.trust, NOW, known, key_usage=MESSAGE_USAGE)
        verdict = verify_envelope(message, policy, NO_CERTIFICATES)
        return "" if verdict.passed else str(verdict.sub_indication)

    def holder(self, message: bytes) -> str:
        """The BIN of whoever signed it, and signed it well."""
        verdict = verify_envelope(message, Policy(self.trust, NOW, key_usage=MESSAGE_USAGE), NO_CERTIFICATES)
        assert verdict.only_signer is not None and verdict.only_signer.signer is not None
        return str(verdict.only_signer.signer.bin)


@pytest.fixture
def signed(catalogue: Catalogue, tmp_path: Any) -> Iterator[Signed]:
    authority().save(tmp_path / "ca")
    yield Signed(open_bus(catalogue, authority=tmp_path / "ca"), TrustStore.from_folder(tmp_path / "ca" / "trust"))


SPOILED: Mapping[str, str] = {
    "other-body": "HASH_FAILURE",
    "other-key": "SIG_CRYPTO_FAILURE",
    "untrusted-key": "NO_CERTIFICATE_CHAIN_FOUND",
    "expired": "OUT_OF_BOUNDS_NO_POE",
    "revoked": "REVOKED",
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("variant", SPOILED)
def test_a_badly_signed_reply_reads_as_ever_and_its_signature_does_not_hold(
    signed: Signed, variant: str, family: str
) -> None:
    signed.bus.fail(kind="badly_signed", variant=variant, times=1)
    reply = signed.ask_sync(family)
    assert assert_envelope(reply, "sync-types.xsd").findtext(".//status/code")
    assert signed.judge(reply) == SPOILED[variant]
    assert signed.judge(signed.ask_sync(family)) == ""


@pytest.mark.parametrize("family", FAMILIES)
def test_of_another_holders_signature_only_the_owner_is_not_the_bus(signed: Signed, family: str) -> None:
    signed.bus.fail(kind="badly_signed", variant="other-holder", times=1)
    reply = signed.ask_sync(family)
    assert signed.judge(reply) == ""
    assert [signed.holder(one) for one in (reply, signed.ask_sync(family))] == [SOMEBODY.bin, BUS.bin]


@pytest.mark.parametrize("variant", SPOILED)
def test_badly_signed_messages_are_pushed_after_a_well_signed_acceptance(signed: Signed, variant: str) -> None:
    signed.bus.fail(kind="badly_signed", variant=variant)
    assert signed.judge(signed.ask("rsa")) == ""
    signed.bus.timer.advance(1)
    assert [signed.judge(body) for _, body in signed.bus.participant.got] == [SPOILED[variant]] * 2


def test_an_unsigned_reply_to_a_signed_request_comes_on_both_channels(signed: Signed) -> None:
    signed.bus.fail(kind="unsigned")
    assert not is_signed(signed.ask_sync("rsa"))
    assert is_signed(signed.ask("rsa"))
    signed.bus.timer.advance(1)
    assert len(signed.bus.participant.got) == 2
    assert not any(is_signed(body) for _, body in signed.bus.participant.got)


def test_a_badly_signed_message_that_is_fetched_holds_no_other_up(catalogue: Catalogue, tmp_path: Any) -> None:
    authority().save(tmp_path / "ca")
    bus = open_bus(catalogue, push=False, authority=tmp_path / "ca")
    here = Signed(bus, TrustStore.from_folder(tmp_path / "ca" / "trust"))
    bus.fail(kind="badly_signed", times=1)
    for _ in range(2):
        here.ask("rsa", PLAIN)
    bus.timer.advance(1)
    both = bus.pull(PLAIN), sign_envelope(bus.pull_message(PLAIN), key_of("rsa"))
    (good,) = both[0]
    assert here.judge(bus.post(both[1])) == ""
    suite_of(bus.app).mailbox.mark(str(good.findtext("messageInfo/messageId")), "DELIVERED", "")
    spoiled = bus.post(both[1])
    assert here.judge(spoiled) == "HASH_FAILURE"
    assert len(assert_envelope(spoiled, "async-types.xsd").findall("response/messages")) == 1


def test_where_nothing_is_signed_a_bad_signature_changes_nothing(bus: Bus) -> None:
    bus.fail(kind="badly_signed", times=1)
    bus.ask()
    bus.timer.advance(1)
    assert len(bus.participant.got) == 2
    assert not any(is_signed(body) for _, body in bus.participant.got)
    assert suite_of(bus.app).failures.rows() == []
