"""OpenSSL is the witness of the RSA half: it opens the keys, accepts the signatures, and reads the revocation lists."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from registries_mock.ca.authority import Authority
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from signing.cms.making import sign_detached
from signing.cms.verifying import verify_cms
from signing.keys import RsaKey
from signing.policy import Policy
from signing.trust import TrustStore
from tests.support.openssl import openssl

pytestmark = pytest.mark.needs_openssl
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@cache
def authority() -> Authority:
    return Authority.create(AT)


@cache
def key() -> RsaKey:
    made = authority().issue("individual", Subject(iin="900101350122"), at=AT)
    assert isinstance(made, RsaKey)
    return made


def bundle(folder: Path, *more: bytes) -> Path:
    authority().save(folder)
    file = folder / "bundle.pem"
    trusted = [(folder / "trust" / f"{name}.pem").read_bytes() for name in ("issuing", "root")]
    file.write_bytes(b"".join([*trusted, *more]))
    return file


def test_openssl_opens_the_key_file(tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    file.write_bytes(export_p12(key(), "secret"))
    done = openssl("pkcs12", "-legacy", "-in", file, "-passin", "pass:secret", "-nodes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"BEGIN CERTIFICATE") == 3
    assert done.stdout.count(b"BEGIN PRIVATE KEY") == 1
    assert openssl("pkcs12", "-legacy", "-in", file, "-passin", "pass:other", "-nodes").returncode != 0


@pytest.mark.parametrize("content", [b"content", b"other"], ids=["signed", "other"])
def test_openssl_accepts_our_signature_over_its_content_alone(content: bytes, tmp_path: Path) -> None:
    signature, file = tmp_path / "signature", tmp_path / "content"
    signature.write_bytes(sign_detached(b"content", key(), AT))
    file.write_bytes(content)
    moment = str(int(AT.timestamp()))
    options = ["-inform", "DER", "-binary", "-purpose", "any", "-attime", moment]
    done = openssl("cms", "-verify", *options, "-CAfile", bundle(tmp_path), "-in", signature, "-content", file)
    assert (done.returncode == 0) is (content == b"content"), done.stderr


@pytest.mark.parametrize("form", [[], ["-nodetach"], ["-nodetach", "-stream"]], ids=["detached", "attached", "in BER"])
def test_we_accept_what_openssl_signs(form: list[str], tmp_path: Path) -> None:
    pair, file = tmp_path / "key.pem", tmp_path / "content"
    private = key().private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "leaf.der").write_bytes(key().certificate.der)
    pair.write_bytes(private + openssl("x509", "-inform", "DER", "-in", tmp_path / "leaf.der").stdout)
    file.write_bytes(b"content")
    done = openssl("cms", "-sign", "-binary", "-outform", "DER", *form, "-md", "sha256", "-signer", pair, "-in", file)
    assert done.returncode == 0, done.stderr
    authority().save(tmp_path)
    verdict = verify_cms(done.stdout, Policy(TrustStore.from_folder(tmp_path / "trust"), AT), b"content")
    assert verdict.passed, verdict


@pytest.mark.parametrize("by_root", [False, True], ids=["issuing", "root"])
@pytest.mark.parametrize("delta_of", [None, 7], ids=["full", "delta"])
def test_openssl_accepts_the_revocation_lists(delta_of: int | None, by_root: bool, tmp_path: Path) -> None:
    file = tmp_path / "list.crl"
    file.write_bytes(authority().crl(AT, [(0xABC, AT)], number=8, delta_of=delta_of, by_root=by_root))
    done = openssl("crl", "-inform", "DER", "-in", file, "-CAfile", bundle(tmp_path), "-noout", "-text")
    assert b"verify OK" in done.stderr
    assert b"Serial Number: 0ABC" in done.stdout
    assert (b"Delta CRL Indicator: critical" in done.stdout) is (delta_of is not None)


@pytest.mark.parametrize("revoked", [False, True])
def test_openssl_refuses_a_certificate_on_the_list_and_no_other(revoked: bool, tmp_path: Path) -> None:
    serial_number = key().certificate.serial_number
    lists = (
        authority().crl(AT, [(serial_number if revoked else serial_number + 1, AT)]),
        authority().crl(AT, by_root=True),
    )
    leaf, texts = tmp_path / "leaf.pem", []
    for der in lists:
        (tmp_path / "list.crl").write_bytes(der)
        texts.append(openssl("crl", "-inform", "DER", "-in", tmp_path / "list.crl").stdout)
    (tmp_path / "leaf.der").write_bytes(key().certificate.der)
    leaf.write_bytes(openssl("x509", "-inform", "DER", "-in", tmp_path / "leaf.der").stdout)
    moment = str(int(AT.timestamp()))
    done = openssl("verify", "-crl_check_all", "-attime", moment, "-CAfile", bundle(tmp_path, *texts), leaf)
    assert (done.returncode == 0) is not revoked, done.stderr
    assert (b"certificate revoked" in done.stderr) is revoked
