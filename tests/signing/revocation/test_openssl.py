"""OpenSSL answers our questions and believes our makers' answers and lists: nobody here judges himself."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.revocation.crl import read_list
from signing.revocation.crl_judging import is_believed
from signing.revocation.ocsp import Response, read_response
from signing.revocation.ocsp_judging import Asked, judge_live
from signing.revocation.ocsp_request import build_request
from signing.revocation.status import Answer
from tests.signing.pki import AT, YEAR, issuing, person, root, rsa_key
from tests.signing.revocation.asking import serial_of
from tests.signing.revocation.making import Said, Taken, make_list, make_responder, make_response
from tests.support.openssl import openssl

pytestmark = pytest.mark.needs_openssl
NONCE = b"n" * 32


def run(*arguments: str | Path) -> str:
    done = openssl(*arguments)
    assert done.returncode == 0, done.stderr
    return (done.stdout + done.stderr).decode()


def fill(folder: Path) -> Path:
    for name, made in (("root", root()), ("issuing", issuing()), ("person", person())):
        (folder / f"{name}.pem").write_bytes(made.x509.public_bytes(Encoding.PEM))
    responder = make_responder(ends=AT + 50 * YEAR)
    (folder / "responder.der").write_bytes(responder.der)
    run("x509", "-inform", "DER", "-in", folder / "responder.der", "-out", folder / "responder.pem")
    key = rsa_key("responder").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "responder.key").write_bytes(key)
    return folder


def answer(folder: Path, state: str) -> Response:
    """What OpenSSL's responder says to our question; `state` begins its row about the person's certificate."""
    (folder / "index.txt").write_text(f"{state}\t{serial_of(person()):X}\tunknown\t/CN=TEST\n")
    (folder / "question.der").write_bytes(build_request(person().certificate, issuing().certificate, NONCE))
    run(
        "ocsp",
        *("-index", folder / "index.txt", "-CA", folder / "issuing.pem"),
        *("-rsigner", folder / "responder.pem", "-rkey", folder / "responder.key"),
        *("-reqin", folder / "question.der", "-respout", folder / "answer.der"),
    )
    return read_response((folder / "answer.der").read_bytes())


def test_openssl_answers_our_question_that_the_certificate_is_good(tmp_path: Path) -> None:
    response = answer(fill(tmp_path), "V\t270302120000Z\t")
    asked = Asked(person().certificate, issuing().certificate, NONCE)
    assert judge_live(response, asked, now=response.produced_at).answer is Answer.GOOD


def test_openssl_answers_our_question_that_the_certificate_is_revoked(tmp_path: Path) -> None:
    response = answer(fill(tmp_path), "R\t270302120000Z\t260301120000Z,keyCompromise")
    asked = Asked(person().certificate, issuing().certificate, NONCE)
    status = judge_live(response, asked, now=response.produced_at)
    assert status.answer is Answer.REVOKED
    assert status.reason == "The authority's responder says so: the key was compromised."


def test_openssl_believes_the_answers_of_these_tests(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    (folder / "made.der").write_bytes(
        make_response(make_responder(), [Said(person().certificate, issuing().certificate)])
    )
    told = run(
        "ocsp",
        *("-respin", folder / "made.der", "-issuer", folder / "issuing.pem", "-sha256", "-cert", folder / "person.pem"),
        *("-CAfile", folder / "root.pem", "-verify_other", folder / "issuing.pem"),
        *("-attime", str(int(AT.timestamp())), "-no_nonce"),
    )
    assert "Response verify OK" in told
    assert "person.pem: good" in told


def test_openssl_believes_the_lists_of_these_tests(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    data = make_list(issuing(), [Taken(serial_of(person()))])
    (folder / "list.der").write_bytes(data)
    told = run("crl", "-inform", "DER", "-in", folder / "list.der", "-CAfile", folder / "issuing.pem", "-noout")
    assert "verify OK" in told
    assert is_believed(read_list(data), issuing().certificate)
