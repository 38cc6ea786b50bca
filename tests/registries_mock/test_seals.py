"""WS-Security at the bus's door: whoever signs is judged and answered in kind, and the three demands differ as told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from asn1crypto import pem
from flask import Flask

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.bus.seals import FAMILIES, Demand, Naming
from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from registries_mock.settings import Settings
from signing.certificates import Role, read_certificate
from signing.keys import SigningKey
from signing.policy import MESSAGE_USAGE, Policy
from signing.trust import TrustStore
from signing.verdict import Verdict
from signing.wsse.certificates import CertificateStore
from signing.wsse.reading import is_signed
from signing.wsse.signing import KeyInfoStyle, sign_envelope
from signing.wsse.verifying import verify_envelope
from signing.xmldsig.signing import sign_enveloped
from tests.registries_mock.small_world import (
    IIN,
    NOW,
    HandTimer,
    Participant,
    async_message,
    async_request,
    request_data,
    small_app,
    suite_of,
    sync_message,
)

SYNC, ASYNC = "/bip-sync-wss-gost/", "/bip-async-wss-gost/"
CATALOGUE: Catalogue = load_catalogue()
OFFICIAL_ALGORITHM = {"rsa": "RSA with SHA-256", "gost2015": "GOST 34.310-2015 (512) with Streebog-512"}


def first(protocol: Protocol) -> Passport:
    return next(one for _, one in sorted(CATALOGUE.passports.items()) if one.protocol is protocol)


@cache
def authority() -> Authority:
    return Authority.create(NOW)


@cache
def key_of(family: str) -> SigningKey:
    return authority().issue("information-system", Subject(bin="990140009992"), at=NOW, algorithm=family)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ca")
    authority().save(place)
    return place


def request() -> bytes:
    passport = first(Protocol.SHEP_SYNC)
    return sync_message(passport.service_id, request_data(CATALOGUE, passport))


def post(app: Flask, message: bytes, path: str = SYNC) -> bytes:
    reply: bytes = app.test_client().post(path, data=message).data
    return reply


def judge(reply: bytes, folder: Path, certificates: CertificateStore | None = None) -> Verdict:
    policy = Policy(TrustStore.from_folder(folder / "trust"), NOW, key_usage=MESSAGE_USAGE)
    return verify_envelope(reply, policy, certificates or CertificateStore())


def spoil(message: bytes) -> bytes:
    """The same signature over another person."""
    assert message.count(IIN.encode()) >= 1
    return message.replace(IIN.encode(), b"990101490019")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_signed_request_is_answered_and_the_reply_is_signed_in_its_family(folder: Path, family: str) -> None:
    reply = post(small_app(Settings(authority=folder)), sign_envelope(request(), key_of(family)))
    verdict = judge(reply, folder)
    assert verdict.passed and verdict.content is not None and b"SendMessageResponse" in verdict.content
    one = verdict.only_signer
    assert one is not None and one.signer is not None
    assert one.algorithm == OFFICIAL_ALGORITHM[family]
    assert Role.ORGANISATION_SYSTEM.label in one.signer.roles


def test_an_unsigned_request_gets_the_same_reply_without_a_signature(folder: Path) -> None:
    app = small_app(Settings(authority=folder))
    reply = post(app, request())
    assert not is_signed(reply) and b"SendMessageResponse" in reply


@pytest.mark.parametrize(
    ("demand", "unsigned", "spoiled"),
    [(Demand.VERIFY, "", "BUS-009"), (Demand.REQUIRED, "BUS-010", "BUS-009"), (Demand.IGNORE, "", "")],
)
def test_the_demands_differ_as_told(folder: Path, demand: Demand, unsigned: str, spoiled: str) -> None:
    app = small_app(Settings(authority=folder, signatures=demand))
    replies = (post(app, request()), post(app, spoil(sign_envelope(request(), key_of("rsa")))))
    for reply, code in zip(replies, (unsigned, spoiled), strict=True):
        assert (b"<errorCode>" in reply) is bool(code)
        assert code.encode() in reply


def test_a_fault_for_a_bad_signature_is_signed_too(folder: Path) -> None:
    reply = post(small_app(Settings(authority=folder)), spoil(sign_envelope(request(), key_of("rsa"))))
    verdict = judge(reply, folder)
    assert verdict.content is not None and b"BUS-009" in verdict.content


def test_a_strangers_key_is_a_bad_signature(folder: Path) -> None:
    stranger = Authority.create(NOW).issue("information-system", Subject(bin="990140009992"), at=NOW)
    assert b"BUS-009" in post(small_app(Settings(authority=folder)), sign_envelope(request(), stranger))


def test_a_request_that_was_wrapped_around_a_signed_one_is_not_read(folder: Path) -> None:
    signed = sign_envelope(request(), key_of("rsa"))
    forged = signed.replace(b"</S:Envelope>", b"<S:Body><forged/></S:Body></S:Envelope>")
    assert b"BUS-009" in post(small_app(Settings(authority=folder)), forged)


def crowd(message: bytes) -> bytes:
    """Too many attributes to be canonicalised in time, beside a Body that was changed."""
    many = b" ".join(b'a%d=""' % n for n in range(3000))
    return spoil(message).replace(b"<S:Header>", b"<S:Header><many " + many + b"/>")


def in_utf_16(message: bytes) -> bytes:
    text = spoil(message).decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return text.encode("utf-16")


@pytest.mark.parametrize("hide", [crowd, in_utf_16])
def test_a_bad_signature_that_cannot_be_looked_at_is_a_bad_signature(
    folder: Path, hide: Callable[[bytes], bytes]
) -> None:
    reply = post(small_app(Settings(authority=folder)), hide(sign_envelope(request(), key_of("rsa"))))
    assert b"BUS-009" in reply


def test_a_certificate_named_by_issuer_and_serial_number_must_be_known(folder: Path, tmp_path: Path) -> None:
    message = sign_envelope(request(), key_of("rsa"), key_info=KeyInfoStyle.ISSUER_SERIAL)
    assert b"BUS-009" in post(small_app(Settings(authority=folder)), message)
    (tmp_path / "sender.pem").write_bytes(pem.armor("CERTIFICATE", key_of("rsa").certificate.der))
    known = small_app(Settings(authority=folder, certificates=tmp_path))
    assert b"SendMessageResponse" in post(known, message)


def test_the_bus_may_name_its_certificate_alone_and_gives_it_to_who_asks(folder: Path) -> None:
    app = small_app(Settings(authority=folder, naming=Naming.ISSUER_SERIAL))
    reply = post(app, sign_envelope(request(), key_of("rsa")))
    assert not judge(reply, folder).passed
    told = app.test_client().get("/_mock/certificates/rsa").data
    assert judge(reply, folder, CertificateStore((read_certificate(told),))).passed
    assert app.test_client().get("/_mock/certificates/dsa").status_code == 404


@pytest.mark.parametrize("family", FAMILIES)
def test_late_replies_of_a_signed_request_are_pushed_signed(folder: Path, family: str) -> None:
    passport, timer, participant = first(Protocol.SHEP_ASYNC), HandTimer(), Participant()
    settings = Settings(authority=folder, participants={"asp-gateway": "http://participant.test/"})
    app = small_app(settings, timer=timer, push=participant.push)
    acceptance = post(app, sign_envelope(async_request(CATALOGUE, passport), key_of(family)), ASYNC)
    timer.advance(60)
    assert judge(acceptance, folder).passed
    assert participant.got
    for _, pushed in participant.got:
        verdict = judge(pushed, folder)
        assert verdict.content is not None and b"sendMessage" in verdict.content


def test_late_replies_of_an_unsigned_request_are_pushed_unsigned(folder: Path) -> None:
    passport, timer, participant = first(Protocol.SHEP_ASYNC), HandTimer(), Participant()
    settings = Settings(authority=folder, participants={"asp-gateway": "http://participant.test/"})
    app = small_app(settings, timer=timer, push=participant.push)
    post(app, async_request(CATALOGUE, passport), ASYNC)
    timer.advance(60)
    assert participant.got and not any(is_signed(pushed) for _, pushed in participant.got)


def test_a_participants_answer_with_a_bad_signature_is_no_delivery(folder: Path) -> None:
    class Forger(Participant):
        def push(self, url: str, body: bytes) -> bytes:
            honest = sign_envelope(super().push(url, body), key_of("rsa"))
            return honest.replace(b"sendMessageResponse", b"sendMessageRespons3")

    passport, timer = first(Protocol.SHEP_ASYNC), HandTimer()
    settings = Settings(authority=folder, participants={"asp-gateway": "http://participant.test/"})
    app = small_app(settings, timer=timer, push=Forger().push)
    post(app, async_request(CATALOGUE, passport), ASYNC)
    timer.advance(600)
    waiting = list(suite_of(app).mailbox.waiting("asp-gateway", passport.service_id))
    assert waiting and all(one.state == "NOT_DELIVERED" for one in waiting)


def test_every_operation_of_the_asynchronous_channel_answers_in_kind(folder: Path) -> None:
    app = small_app(Settings(authority=folder))
    unknown = async_message("getMessageStatus", "<messageId>none</messageId>")
    assert judge(post(app, sign_envelope(unknown, key_of("rsa")), ASYNC), folder).passed
    assert not is_signed(post(app, unknown, ASYNC))


def test_without_a_folder_the_suite_has_an_authority_of_its_own_and_believes_no_other() -> None:
    app = small_app(Settings())
    assert b"BUS-009" in post(app, sign_envelope(request(), key_of("rsa")))
    assert b"SendMessageResponse" in post(app, request())


def test_an_authority_whose_keys_are_junk_is_a_fault_of_the_suite(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "ca"
    shutil.copytree(folder, broken)
    (broken / "private" / "root.pem").write_bytes(b"junk")
    app = small_app(Settings(authority=broken))
    for _ in range(2):
        reply = post(app, sign_envelope(request(), key_of("rsa")))
        assert b"BUS-011" in reply and b"soap:Server" in reply
    assert b"SendMessageResponse" in post(app, request())


def test_an_expired_key_is_refused_by_the_clock_of_the_suite(folder: Path) -> None:
    old = authority().issue("information-system", Subject(bin="990140009992"), at=NOW.replace(year=2020))
    assert b"BUS-009" in post(small_app(Settings(authority=folder)), sign_envelope(request(), old))


def test_a_spoiled_reply_goes_as_it_is(folder: Path) -> None:
    app = small_app(Settings(authority=folder))
    suite_of(app).failures.add({"kind": "garbage"})
    assert post(app, sign_envelope(request(), key_of("rsa"))).startswith(b"\xff\xfe")


def signed_inside() -> Passport:
    """The service that wants its business document signed."""
    return next(one for one in CATALOGUE.passports.values() if one.request.signed)


def with_document(change: Callable[[bytes], bytes]) -> bytes:
    """A message whose business document was changed before it was put into the message."""
    passport = signed_inside()
    data = request_data(CATALOGUE, passport)
    document = change(data.removeprefix("<data>").removesuffix("</data>").encode()).decode()
    return sync_message(passport.service_id, f"<data>{document}</data>")


def as_text(document: bytes) -> bytes:
    return escape(document.decode()).encode()


def sign_inside(document: bytes) -> bytes:
    return sign_enveloped(document, key_of("rsa"))


@pytest.mark.parametrize("form", [lambda document: document, as_text], ids=["element", "text"])
def test_a_signed_document_in_the_data_is_judged_and_the_signed_bytes_are_read(
    folder: Path, form: Callable[[bytes], bytes]
) -> None:
    app = small_app(Settings(authority=folder))
    assert b"SendMessageResponse" in post(app, with_document(lambda one: form(sign_inside(one))))
    spoiled = post(app, with_document(lambda one: form(spoil(sign_inside(one)))))
    assert b"BUS-009" in spoiled


def test_a_document_that_should_be_signed_may_be_unsigned_until_signatures_are_required(folder: Path) -> None:
    unsigned = with_document(lambda document: document)
    assert b"SendMessageResponse" in post(small_app(Settings(authority=folder)), unsigned)
    strict = small_app(Settings(authority=folder, signatures=Demand.REQUIRED))
    assert b"BUS-010" in post(strict, sign_envelope(unsigned, key_of("rsa")))
    whole = sign_envelope(with_document(sign_inside), key_of("rsa"))
    assert b"SendMessageResponse" in post(strict, whole)
