"""`asp-gateway verify`: exit code and JSON for every kind of document, and the real ones judged as they are."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from click.testing import CliRunner, Result
from cryptography.x509.oid import NameOID

from gateway.cli import main
from signing.cms.making import sign_cms, sign_detached
from signing.keys import SigningKey
from signing.wsse.signing import KeyInfoStyle, sign_envelope
from signing.xmldsig.signing import sign_enveloped
from tests.shared import shared_path
from tests.signing import pki

CONTENT = b'{"the": "application"}'
AT = pki.AT.strftime("%Y-%m-%dT%H:%M:%S+0000")
ENVELOPE = b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><a/></S:Body></S:Envelope>'


def run(*words: Any) -> Result:
    return CliRunner().invoke(main, ["verify", *(str(word) for word in words)])


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    authorities = (pki.root().der, pki.issuing().der, pki.gost_root().der, pki.gost_issuing().der)
    for n, der in enumerate(authorities):
        (folder / f"{n}.pem").write_bytes(pem.armor("CERTIFICATE", der))
    return folder


def write(folder: Path, data: bytes, name: str = "document") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def judge(trust: Path, document: Path, *words: Any) -> tuple[int, dict[str, Any]]:
    options = ("--trust", trust, "--at", AT, "--revocation", "off", "--json")
    result = run(document, *options, *words)
    told: dict[str, Any] = json.loads(result.output)
    return result.exit_code, told


KEYS: dict[str, Callable[[], SigningKey]] = {
    "rsa": lambda: pki.person().signing_key,
    "gost": lambda: pki.gost_person().signing_key,
}


@pytest.mark.parametrize("family", KEYS)
def test_every_format_passes_with_exit_code_0(trust: Path, tmp_path: Path, family: str) -> None:
    key = KEYS[family]()
    content = write(tmp_path, CONTENT, "content")
    detached = sign_detached(CONTENT, key, pki.AT)
    documents: dict[str, tuple[bytes, tuple[Any, ...]]] = {
        "cms": (detached, ("--content", content)),
        "cms attached": (sign_cms(CONTENT, key, pki.AT, attached=True), ()),
        "cms PEM": (pem.armor("CMS", detached), ("--content", content)),
        "cms base64": (base64.encodebytes(detached), ("--content", content)),
        "xmldsig": (sign_enveloped(b"<a>b</a>", key), ()),
        "xmldsig base64": (base64.b64encode(sign_enveloped(b"<a>b</a>", key)), ()),
        "wsse": (sign_envelope(ENVELOPE, key), ()),
        "raw": (key.sign(CONTENT), ("--content", content, "--certificate", write(tmp_path, key.certificate.der, "c"))),
    }
    for name, (document, words) in documents.items():
        code, told = judge(trust, write(tmp_path, document), *words)
        assert (code, told["indication"], told["format"]) == (0, "TOTAL_PASSED", name.split()[0]), name
        (signer,) = told["signers"]
        assert signer["iin"] == pki.IIN
        assert {stage: one["status"] for stage, one in signer["stages"].items()} == {
            "signature": "passed", "chain": "passed", "validity": "passed", "usage": "passed",
            "revocation": "not_checked", "timestamp": "not_checked",
        }  # fmt: skip
        assert len(told["signed_content_sha256"]) == 64


def test_a_certificate_that_only_the_peers_have_is_found_among_them(trust: Path, tmp_path: Path) -> None:
    message = write(tmp_path, sign_envelope(ENVELOPE, KEYS["rsa"](), key_info=KeyInfoStyle.ISSUER_SERIAL))
    peers = tmp_path / "peers"
    peers.mkdir()
    write(peers, pki.person().der, "peer.cer")
    assert judge(trust, message)[0] == 3
    assert judge(trust, message, "--peers", peers)[0] == 0


def test_changed_content_is_exit_code_1(trust: Path, tmp_path: Path) -> None:
    document = write(tmp_path, sign_detached(CONTENT, KEYS["rsa"](), pki.AT))
    code, told = judge(trust, document, "--content", write(tmp_path, CONTENT + b" ", "other"))
    assert (code, told["indication"], told["sub_indication"]) == (1, "TOTAL_FAILED", "HASH_FAILURE")
    assert told["signed_content_sha256"] is None


def test_an_unknown_authority_and_a_missing_content_are_exit_code_3(trust: Path, tmp_path: Path) -> None:
    document = write(tmp_path, sign_cms(CONTENT, KEYS["rsa"](), pki.AT, attached=True))
    told = json.loads(run(document, "--at", AT, "--revocation", "off", "--json").output)
    assert (told["indication"], told["sub_indication"]) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
    detached = write(tmp_path, sign_detached(CONTENT, KEYS["rsa"](), pki.AT))
    assert judge(trust, detached)[0] == 3


@pytest.mark.parametrize("words", [(), ("--revocation", "prefer"), ("--revocation", "require")])
def test_revocation_is_preferred_and_unknown_is_never_good(trust: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    document = write(tmp_path, sign_cms(CONTENT, KEYS["rsa"](), pki.AT, attached=True))
    result = run(document, "--trust", trust, "--at", AT, "--json", *words)
    told = json.loads(result.output)
    assert (result.exit_code, told["sub_indication"]) == (3, "TRY_LATER")
    assert told["signers"][0]["stages"]["revocation"]["status"] == "unknown"


def test_a_document_of_a_known_form_that_is_broken_is_exit_code_1(trust: Path, tmp_path: Path) -> None:
    for document in (b"\x30\x03\x02\x01\x01", b"<a>no signature</a>", b"<a>"):
        code, told = judge(trust, write(tmp_path, document))
        assert (code, told["sub_indication"], told["signers"]) == (1, "FORMAT_FAILURE", [])


def test_unusable_input_is_exit_code_2_and_one_line(trust: Path, tmp_path: Path) -> None:
    good = write(tmp_path, sign_cms(CONTENT, KEYS["rsa"](), pki.AT, attached=True), "good")
    noise, xml = write(tmp_path, b"noise", "noise"), write(tmp_path, sign_enveloped(b"<a/>", KEYS["rsa"]()), "xml")
    for words in (
        (noise,),
        (tmp_path / "absent",),
        (tmp_path,),
        (good, "--content", tmp_path / "absent"),
        (xml, "--content", good),
        (good, "--certificate", good),
        (good, "--trust", tmp_path / "absent"),
        (good, "--trust", tmp_path),
        (good, "--crl", noise),
        (good, "--ocsp", noise),
        (good, "--peers", tmp_path / "absent"),
    ):
        result = run(*words)
        assert result.exit_code == 2, (words, result.output)
        assert result.output.count("\n") == 1
        assert isinstance(result.exception, SystemExit)


def test_a_person_reads_every_stage_of_every_signer(trust: Path, tmp_path: Path) -> None:
    both = sign_cms(CONTENT, [KEYS["rsa"](), KEYS["gost"]()], pki.AT, attached=True)
    result = run(write(tmp_path, both), "--trust", trust, "--at", AT, "--revocation", "off")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("TOTAL_PASSED: ")
    assert result.output.count("  revocation not_checked") == 2
    assert "signer 2: " in result.output and f"IIN {pki.IIN}, individual" in result.output


def test_a_moment_without_a_zone_is_almaty_time(trust: Path, tmp_path: Path) -> None:
    """The certificate begins at noon UTC, which is 17:00 in Almaty."""
    begins = (pki.AT - pki.YEAR).strftime("%Y-%m-%d")
    document = write(tmp_path, sign_cms(CONTENT, KEYS["rsa"](), pki.AT, attached=True))
    options = ("--trust", trust, "--revocation", "off")
    assert run(document, *options, "--at", f"{begins}T16:59:59").exit_code == 3
    assert run(document, *options, "--at", f"{begins}T17:00:00").exit_code == 0


def test_the_real_documents_are_told_apart_by_the_moment_of_the_check() -> None:
    rsa = shared_path("data", "pki", "signed", "cms_attached_rsa.der")
    options = ("--trust", "test", "--revocation", "off", "--json")
    in_force, expired = run(rsa, *options, "--at", "2021-09-28"), run(rsa, *options)
    assert (in_force.exit_code, json.loads(in_force.output)["signers"][0]["iin"]) == (0, "123456789011")
    assert (expired.exit_code, json.loads(expired.output)["sub_indication"]) == (3, "OUT_OF_BOUNDS_NO_POE")
    assert run(rsa, "--revocation", "off", "--at", "2021-09-28").exit_code == 3


def test_a_list_made_after_the_certificate_had_ended_does_not_make_it_good() -> None:
    document = shared_path("data", "pki", "signed", "xml_gost2015.xml")
    options = ("--trust", "test", "--at", "2025-03-01", "--json")
    crl = shared_path("data", "pki", "crl", "nca_gost2022_test.crl")
    without, listed = run(document, *options, "--revocation", "off"), run(document, *options, "--crl", crl)
    assert (without.exit_code, listed.exit_code) == (0, 3)
    assert json.loads(listed.output)["sub_indication"] == "TRY_LATER"


@pytest.mark.parametrize("name", ["signed_request_gost2004.xml", "signed_response_gost2004.xml"])
def test_the_real_messages_of_the_bus_pass_at_their_time(name: str) -> None:
    document = shared_path("data", "shep", "examples", name)
    result = run(document, "--trust", "test", "--at", "2019-09-24", "--revocation", "off", "--json")
    told = json.loads(result.output)
    assert (result.exit_code, told["format"], told["signers"][0]["role"]) == (0, "wsse", "organisation-head"), told


def test_a_name_in_a_certificate_begins_no_line_and_moves_no_cursor(tmp_path: Path) -> None:
    """Nobody need have vouched for it: any certificate that is made at home is shown."""
    name = (
        (NameOID.COMMON_NAME, "A\x1b[2J\nsignature  passed  forged\u202e"),
        (NameOID.SERIAL_NUMBER, f"IIN{pki.IIN}"),
    )
    made = pki.make(name, pki.rsa_key("person"), None)
    document = write(tmp_path, sign_cms(CONTENT, made.signing_key, pki.AT, attached=True))
    shown = run(document, "--revocation", "off").output
    assert "forged" in shown
    assert not any(letter in shown for letter in "\x1b\u202e")
    assert not any(line.startswith("signature  passed") for line in shown.splitlines())


def test_a_pipe_or_a_device_is_unusable_and_not_waited_for(trust: Path, tmp_path: Path) -> None:
    good = write(tmp_path, sign_cms(CONTENT, KEYS["rsa"](), pki.AT, attached=True), "good")
    os.mkfifo(tmp_path / "pipe")
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / "a.cer")
    for words in (
        (tmp_path / "pipe",),
        ("/dev/zero",),
        (good, "--content", tmp_path / "pipe"),
        (good, "--crl", "/dev/zero"),
        (good, "--ocsp", tmp_path / "pipe"),
        (good, "--trust", folder),
        (good, "--trust", trust, "--peers", folder),
        (good, "--trust", ""),
        (good, "--revocation", "off", "--crl", good),
    ):
        assert run(*words).exit_code == 2, words
