"""OpenSSL is the witness: it opens what we write, and we open what it writes, with every kind of password."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.errors import KeyUnusable
from signing.pkcs12.reading import read_p12
from signing.pkcs12.writing import write_p12
from signing.private_keys import write_private_key
from tests.signing.pki import gost_issuing, gost_person, issuing, person, root
from tests.support.openssl import openssl

pytestmark = pytest.mark.needs_openssl
PASSWORDS = ["secret", "", "пароль", "әіңғүұқөһ", "😀"]


@pytest.mark.parametrize("password", PASSWORDS)
def test_openssl_opens_what_we_write(password: str, tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    file.write_bytes(write_p12(write_private_key(person().key), [person().der, issuing().der, root().der], password))
    opened = openssl("pkcs12", "-legacy", "-in", file, "-passin", f"pass:{password}", "-nodes")
    assert opened.returncode == 0, opened.stderr
    assert opened.stdout.count(b"BEGIN CERTIFICATE") == 3
    key = person().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert key in opened.stdout
    assert openssl("pkcs12", "-legacy", "-in", file, "-passin", "pass:other", "-nodes").returncode != 0


def test_openssl_opens_the_certificates_of_a_gost_file(tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    file.write_bytes(write_p12(b"\x30\x00", [gost_person().der, gost_issuing().der], "secret"))
    opened = openssl("pkcs12", "-legacy", "-in", file, "-passin", "pass:secret", "-nokeys")
    assert opened.returncode == 0, opened.stderr
    assert opened.stdout.count(b"BEGIN CERTIFICATE") == 2


def test_the_algorithms_are_those_of_real_files(tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    file.write_bytes(write_p12(write_private_key(person().key), [person().der], "secret"))
    told = openssl("pkcs12", "-legacy", "-in", file, "-passin", "pass:secret", "-info", "-noout").stderr
    assert b"MAC: sha1, Iteration 1024" in told
    assert b"pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 1024" in told
    assert b"pbeWithSHA1And40BitRC2-CBC, Iteration 1024" in told


KINDS = {
    "modern": (),
    "legacy": ("-legacy",),
    "AES-128": ("-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC"),
    "3DES": ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"),
    "certificates in the clear": ("-certpbe", "NONE"),
}


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("kind", KINDS)
def test_we_open_what_openssl_writes(kind: str, password: str, tmp_path: Path) -> None:
    pair, file = tmp_path / "pair.pem", tmp_path / "key.p12"
    key = person().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pair.write_bytes(key + person().x509.public_bytes(Encoding.PEM) + issuing().x509.public_bytes(Encoding.PEM))
    options = [*KINDS[kind], "-passout", f"pass:{password}"]
    made = openssl("pkcs12", "-export", "-in", pair, "-out", file, *options)
    assert made.returncode == 0, made.stderr
    contents = read_p12(file.read_bytes(), password)
    assert contents.private_keys == (write_private_key(person().key),)
    assert contents.certificates == (person().der, issuing().der)
    with pytest.raises(KeyUnusable):
        read_p12(file.read_bytes(), password + "x")
