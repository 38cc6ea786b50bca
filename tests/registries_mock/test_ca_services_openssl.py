"""OpenSSL is the witness of the RSA half's services: it asks them over HTTP, and believes what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registries_mock.ca.authority import Authority
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from registries_mock.clock import now
from registries_mock.settings import Settings
from tests.registries_mock.small_world import listening, small_app
from tests.support.openssl import openssl

pytestmark = pytest.mark.needs_openssl
POLICY = "1.2.398.3.3.2.6.4"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An authority and a key of it, as of today: OpenSSL judges by the clock of this machine."""
    authority = Authority.create(now())
    authority.save(tmp_path)
    key = authority.issue("individual", Subject(iin="900101350122"), at=now())
    (tmp_path / "key.p12").write_bytes(export_p12(key, "secret"))
    opened = run(
        "pkcs12", "-legacy", "-in", "key.p12", "-passin", "pass:secret", "-clcerts", "-nokeys", folder=tmp_path
    )
    (tmp_path / "person.pem").write_bytes(opened[opened.index(b"-----BEGIN") :])
    return tmp_path


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with listening(small_app(Settings(authority=folder), clock=now)) as address:
        yield f"{address}/ca"


def run(*arguments: str | Path, folder: Path) -> bytes:
    done = openssl(*arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def revoke(folder: Path) -> None:
    told = run("x509", "-in", "person.pem", "-noout", "-serial", folder=folder)
    number = int(told.strip().removeprefix(b"serial="), 16)
    Authority.load(folder).revoke(number, issuer="issuing", at=now(), recorded=now(), reason="key-compromise")


def fetch_list(url: str, name: str, folder: Path) -> bytes:
    """OpenSSL fetches it itself."""
    return run("crl", "-inform", "DER", "-in", f"{url}/crl/{name}.crl", folder=folder)


@pytest.mark.parametrize("digest", ["-sha1", "-sha256", "-sha512"])
@pytest.mark.parametrize("revoked", [False, True])
def test_openssl_asks_the_responder_and_believes_it(revoked: bool, digest: str, folder: Path, url: str) -> None:
    if revoked:
        revoke(folder)
    asked = ["-url", f"{url}/ocsp", "-issuer", "trust/issuing.pem", digest, "-cert", "person.pem"]
    told = run("ocsp", *asked, "-CAfile", "trust/root.pem", "-verify_other", "trust/issuing.pem", folder=folder)
    assert b"Response verify OK" in told and b"WARNING" not in told
    assert (b"person.pem: revoked" in told and b"Reason: keyCompromise" in told) is revoked
    assert (b"person.pem: good" in told) is not revoked


@pytest.mark.parametrize("revoked", [False, True])
def test_openssl_fetches_the_lists_and_judges_by_them(revoked: bool, folder: Path, url: str) -> None:
    if revoked:
        revoke(folder)
    trusted = [(folder / "trust" / f"{name}.pem").read_bytes() for name in ("issuing", "root")]
    lists = [fetch_list(url, name, folder) for name in ("issuing", "root")]
    (folder / "bundle").write_bytes(b"".join([*trusted, *lists]))
    done = openssl("verify", "-crl_check_all", "-CAfile", "bundle", "person.pem", folder=folder)
    assert (done.returncode == 0) is not revoked, done.stderr
    assert (b"certificate revoked" in done.stderr) is revoked


def test_openssl_reads_full_lists_and_changes_with_their_numbers(folder: Path, url: str) -> None:
    revoke(folder)
    for name, is_delta in (("issuing", False), ("issuing_d", True)):
        read = [
            "crl",
            "-inform",
            "DER",
            "-in",
            f"{url}/crl/{name}.crl",
            "-CAfile",
            "trust/issuing.pem",
            "-noout",
            "-text",
        ]
        told = run(*read, folder=folder)
        assert b"verify OK" in told and b"X509v3 CRL Number" in told and b"Key Compromise" in told
        assert (b"Delta CRL Indicator: critical" in told) is is_delta


@pytest.mark.parametrize("digest", ["-sha256", "-sha384", "-sha512"])
def test_openssl_accepts_the_timestamps_it_asks_for(digest: str, folder: Path) -> None:
    (folder / "data").write_bytes(b"what is stamped")
    query = ["-query", "-data", "data", digest, "-cert", "-tspolicy", POLICY, "-out", "query"]
    run("ts", *query, folder=folder)
    client = small_app(Settings(authority=folder), clock=now).test_client()
    answer = client.post("/ca/tsp/rsa", data=(folder / "query").read_bytes())
    (folder / "answer").write_bytes(answer.data)
    trusted = [(folder / "trust" / f"{name}.pem").read_bytes() for name in ("issuing", "root")]
    (folder / "bundle").write_bytes(b"".join(trusted))
    for over in (["-queryfile", "query"], ["-data", "data"]):
        assert b"Verification: OK" in run("ts", "-verify", *over, "-in", "answer", "-CAfile", "bundle", folder=folder)
    told = run("ts", "-reply", "-in", "answer", "-text", folder=folder)
    assert b"Status: Granted." in told and POLICY.encode() in told


@pytest.mark.parametrize("variant", ["missing", "wrong"])
def test_openssl_takes_no_timestamp_that_was_not_asked_by_it(variant: str, folder: Path) -> None:
    (folder / "data").write_bytes(b"what is stamped")
    run("ts", "-query", "-data", "data", "-cert", "-out", "query", folder=folder)
    client = small_app(Settings(authority=folder), clock=now).test_client()
    row = {"kind": "nonce", "service": "tsp", "variant": variant}
    assert client.post("/_mock/ca/failures", json=row).status_code == 201
    (folder / "answer").write_bytes(client.post("/ca/tsp/rsa", data=(folder / "query").read_bytes()).data)
    trusted = [(folder / "trust" / f"{name}.pem").read_bytes() for name in ("issuing", "root")]
    (folder / "bundle").write_bytes(b"".join(trusted))
    done = openssl("ts", "-verify", "-queryfile", "query", "-in", "answer", "-CAfile", "bundle", folder=folder)
    assert done.returncode != 0 and b"nonce" in done.stderr


def test_openssl_reads_why_nothing_was_stamped(folder: Path) -> None:
    (folder / "data").write_bytes(b"what is stamped")
    run("ts", "-query", "-data", "data", "-tspolicy", "1.2.3.4", "-out", "query", folder=folder)
    client = small_app(Settings(authority=folder), clock=now).test_client()
    (folder / "answer").write_bytes(client.post("/ca/tsp/rsa", data=(folder / "query").read_bytes()).data)
    told = run("ts", "-reply", "-in", "answer", "-text", folder=folder)
    assert b"Status: Rejected." in told and b"policy is not supported" in told
