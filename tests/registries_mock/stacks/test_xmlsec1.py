"""xmlsec1 signs messages with RSA, the mock verifies them, and xmlsec1 the signed replies, on both channels."""

from __future__ import annotations

import base64
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

import pytest
import requests

from registries_mock.bus.seals import Demand
from registries_mock.ca.authority import Authority
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import NOW, PASSWORD
from tests.registries_mock.stacks.posting import ASYNC, SYNC, say
from tests.registries_mock.stacks.served import ASYNCHRONOUS, PROMPT, SYNCHRONOUS, Served, served
from tests.registries_mock.stacks.told import assert_synchronous, read_synchronous
from tests.support.openssl import openssl
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.needs_xmlsec1, pytest.mark.needs_openssl]
TEMPLATE = Path(__file__).parent / "xmlsec1" / "unsigned.xml"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority, and the key of a participant as openssl takes it out of its file."""
    place = tmp_path_factory.mktemp("xmlsec1")
    authority = Authority.create(NOW)
    authority.save(place / "ca")
    key = authority.issue("information-system", Subject(bin="990140009992"), at=NOW)
    (place / "key.p12").write_bytes(export_p12(key, PASSWORD))
    taken = openssl("pkcs12", "-legacy", "-in", "key.p12", "-passin", f"pass:{PASSWORD}", "-nodes", folder=place)
    assert taken.returncode == 0, taken.stderr
    (place / "key.pem").write_bytes(taken.stdout)
    return place


@pytest.fixture(scope="module")
def suite(folder: Path) -> Iterator[Served]:
    with served(replace(PROMPT, authority=folder / "ca", signatures=Demand.REQUIRED)) as one:
        yield one


def xmlsec1(folder: Path, document: bytes, verb: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Of the outermost signature; `Id` of the Body is what it refers to."""
    (folder / "document.xml").write_bytes(document)
    which = (
        "--id-attr:Id",
        f"{ENVELOPE}:Body",
        "--node-xpath",
        "/*/*[local-name()='Header']/*/*[local-name()='Signature']",
    )
    command = ["xmlsec1", verb, *arguments, *which, str(folder / "document.xml")]
    return subprocess.run(command, capture_output=True, timeout=30, check=False)


def certificate_of(folder: Path) -> str:
    """The key's own one, in base64 on one line."""
    own = openssl("x509", "-in", "key.pem", "-outform", "DER", folder=folder)
    assert own.returncode == 0, own.stderr
    return base64.b64encode(own.stdout).decode()


def signed(folder: Path, message: bytes) -> bytes:
    """The same message in an envelope with the digest and the signature that xmlsec1 made."""
    body = message.decode().partition("<soapenv:Body>")[2].partition("</soapenv:Body>")[0]
    words = {"certificate": certificate_of(folder), "body": body}
    envelope = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(words).encode()
    done = xmlsec1(folder, envelope, "--sign", "--privkey-pem", str(folder / "key.pem"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask_synchronously(folder: Path, suite: Served) -> bytes:
    """The message typed by hand, about the applicant, signed."""
    passport = suite.catalogue.passports[SYNCHRONOUS]
    return signed(folder, say("synchronous", service=passport.service_id, data=suite.document(passport)))


def post(suite: Served, path: str, message: bytes) -> bytes:
    return requests.post(suite.url + path, data=message, timeout=20).content


def test_what_xmlsec1_signed_the_mock_takes_and_what_the_mock_signed_xmlsec1_takes(folder: Path, suite: Served) -> None:
    reply = post(suite, SYNC, ask_synchronously(folder, suite))
    assert_synchronous(read_synchronous(reply), suite)
    assert believes(folder, suite, reply)
    assert not believes(folder, suite, reply.replace(suite.applicant["surname"].encode(), "ДРУГАЯ".encode()))


def believes(folder: Path, suite: Served, reply: bytes) -> bool:
    """Whether xmlsec1 verifies the reply by the certificate that it names, which is the bus's."""
    certificate = requests.get(f"{suite.url}/_mock/certificates/rsa", timeout=20).text
    assert base64.b64encode(ssl.PEM_cert_to_DER_cert(certificate)) in reply
    (folder / "bus.pem").write_text(certificate, encoding="ascii")
    return xmlsec1(folder, reply, "--verify", "--pubkey-cert-pem", str(folder / "bus.pem")).returncode == 0


def test_a_signed_asynchronous_course_is_signed_to_its_end(folder: Path, suite: Served) -> None:
    passport = suite.catalogue.passports[ASYNCHRONOUS]
    sent = say("send", service=passport.service_id, data=escape(suite.document(passport)))
    taken = post(suite, ASYNC, signed(folder, sent))
    chain = assert_envelope(taken, "async-types.xsd").findtext(".//correlationId", "")
    wanted = signed(folder, say("messages", service=passport.service_id, correlation_id=chain))
    fetched: list[bytes] = []

    def all_came() -> bool:
        fetched.append(post(suite, ASYNC, wanted))
        return fetched[-1].count(b"<messages>") == 2

    wait_until(all_came, 10, lambda: "the late reply did not come")
    assert (
        assert_envelope(fetched[-1], "async-types.xsd").findtext(".//messages[2]/messageInfo/messageType") == "RESPONSE"
    )
    assert believes(folder, suite, taken) and believes(folder, suite, fetched[-1])


def test_what_was_changed_after_xmlsec1_signed_it_is_refused(folder: Path, suite: Served) -> None:
    message = ask_synchronously(folder, suite).replace(suite.applicant["iin"].encode(), b"990101490019")
    reply = post(suite, SYNC, message)
    assert assert_envelope(reply, "sync-types.xsd").findtext(".//errorCode") == "BUS-009"
    assert believes(folder, suite, reply), "faults are signed too"
