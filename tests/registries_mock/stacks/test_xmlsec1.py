"""xmlsec1 signs a message with RSA, the mock verifies it, and xmlsec1 verifies the signed reply; ours takes no part."""

from __future__ import annotations

import base64
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Template

import pytest
import requests

from registries_mock.bus.seals import Demand
from registries_mock.ca.authority import Authority
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import NOW, PASSWORD, SENDER
from tests.registries_mock.stacks.served import PROMPT, SYNCHRONOUS, Served, served
from tests.registries_mock.stacks.told import assert_synchronous, read_synchronous
from tests.support.openssl import openssl

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


def signed(folder: Path, suite: Served) -> bytes:
    """The message typed by hand, about the applicant, with the digest and the signature that xmlsec1 made."""
    passport = suite.catalogue.passports[SYNCHRONOUS]
    words = {"sender": SENDER, "password": PASSWORD, "certificate": certificate_of(folder)}
    words |= {"service": passport.service_id, "data": suite.document(passport)}
    message = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(words).encode()
    done = xmlsec1(folder, message, "--sign", "--privkey-pem", str(folder / "key.pem"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_xmlsec1_signed_the_mock_takes_and_what_the_mock_signed_xmlsec1_takes(folder: Path, suite: Served) -> None:
    reply = requests.post(f"{suite.url}/bip-sync-wss-gost/", data=signed(folder, suite), timeout=20).content
    assert_synchronous(read_synchronous(reply), suite)
    certificate = requests.get(f"{suite.url}/_mock/certificates/rsa", timeout=20).text
    (folder / "bus.pem").write_text(certificate, encoding="ascii")
    assert base64.b64encode(ssl.PEM_cert_to_DER_cert(certificate)) in reply, "the reply names the bus's certificate"
    key = ("--pubkey-cert-pem", str(folder / "bus.pem"))
    assert xmlsec1(folder, reply, "--verify", *key).returncode == 0
    other = reply.replace(suite.applicant["surname"].encode(), "ДРУГАЯ".encode())
    assert xmlsec1(folder, other, "--verify", *key).returncode != 0


def test_what_was_changed_after_xmlsec1_signed_it_is_refused(folder: Path, suite: Served) -> None:
    message = signed(folder, suite).replace(suite.applicant["iin"].encode(), b"990101490019")
    reply = requests.post(f"{suite.url}/bip-sync-wss-gost/", data=message, timeout=20).content
    assert assert_envelope(reply, "sync-types.xsd").findtext(".//errorCode") == "BUS-009"
