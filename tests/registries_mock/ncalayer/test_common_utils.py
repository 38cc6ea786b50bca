"""commonUtils answers over a real WebSocket as it does in public clients' recordings, and what it signs holds."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from registries_mock.ncalayer.holders import FileHolder
from registries_mock.ncalayer.key_info import describe_key
from signing.certificates import read_certificate
from signing.cms.reading import read_signed_message
from signing.cms.verifying import verify_cms
from signing.verdict import Stage, Status
from tests.registries_mock.ncalayer.running import (
    IIN,
    ask,
    ask_utils,
    connected,
    greeted,
    persona,
    policy,
    running,
)
from tests.support.openssl import openssl

TEXT = "Өтініш: 12 adults\n".encode()
DATA = base64.b64encode(TEXT).decode("ascii")
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
MISTYPED = "java.lang.IllegalArgumentException: argument type mismatch. Method: "


def test_every_connection_begins_with_the_version() -> None:
    with running() as address, connected(address) as page:
        assert page.recv(timeout=10) == '{"result":{"version":"1.4"}}'


def test_a_heartbeat_comes_back_as_it_was_sent() -> None:
    with running() as address, greeted(address) as page:
        page.send("--heartbeat--")
        assert page.recv(timeout=10) == "--heartbeat--"


def test_files_are_no_devices_and_a_device_is_listed() -> None:
    with running() as address, greeted(address) as page:
        assert ask_utils(page, "getActiveTokens") == {"code": "200", "responseObject": []}
    with running(storage="AKKaztokenStore") as address, greeted(address) as page:
        assert ask_utils(page, "getActiveTokens")["responseObject"] == ["AKKaztokenStore"]
        assert ask_utils(page, "getKeyInfo", "AKKaztokenStore")["code"] == "200"


def test_a_storage_that_is_not_there_is_refused() -> None:
    with running() as address, greeted(address) as page:
        answer = ask_utils(page, "getKeyInfo", "AKKaztokenStore")
        assert answer == {"code": "500", "message": "storage.not.found: AKKaztokenStore"}


@BY_ALGORITHM
def test_the_key_is_described_in_twelve_texts(algorithm: str) -> None:
    key = persona(algorithm).find_key("individual")
    with running(persona(algorithm)) as address, greeted(address) as page:
        told = ask_utils(page, "getKeyInfo", "PKCS12")["responseObject"]
    assert told == describe_key(key)
    assert len(told) == 12
    assert all(isinstance(value, str) and value for value in told.values())
    assert read_certificate(told["pem"].encode()) == key.certificate
    assert f"SERIALNUMBER=IIN{IIN}" in told["subjectDn"].split(",")
    assert int(told["certNotBefore"]) == key.certificate.not_before.timestamp() * 1000
    assert int(told["serialNumber"], 16) == key.certificate.serial_number


@pytest.mark.parametrize("attach", [True, False], ids=["attached", "detached"])
@BY_ALGORITHM
def test_a_cms_signature_holds_and_is_stamped(algorithm: str, attach: bool, tmp_path: Path) -> None:
    with running(persona(algorithm)) as address, greeted(address) as page:
        answer = ask_utils(page, "createCMSSignatureFromBase64", "PKCS12", "SIGNATURE", DATA, attach)
    assert answer.keys() == {"code", "responseObject"}
    assert (read_signed_message(answer["responseObject"].encode()).embedded_content is None) is not attach
    verdict = verify_cms(answer["responseObject"].encode(), policy(tmp_path), TEXT)
    assert verdict.passed
    assert verdict.content == TEXT
    (signer,) = verdict.signers
    assert signer.signer is not None
    assert signer.signer.iin == IIN
    assert signer.stages[Stage.TIMESTAMP].status is Status.PASSED


@pytest.mark.needs_openssl
def test_openssl_accepts_the_rsa_signature(tmp_path: Path) -> None:
    with running() as address, greeted(address) as page:
        answer = ask_utils(page, "createCMSSignatureFromBase64", "", "SIGNATURE", DATA, False)
    policy(tmp_path)
    (tmp_path / "cms").write_bytes(base64.b64decode(answer["responseObject"]))
    (tmp_path / "content").write_bytes(TEXT)
    bundle = b"".join((tmp_path / "trust" / f"{name}.pem").read_bytes() for name in ("issuing", "root"))
    (tmp_path / "bundle").write_bytes(bundle)
    command = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content", "content"]
    told = openssl(*command, "-CAfile", "bundle", "-attime", "1772452800", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout == TEXT


def test_the_type_of_the_key_is_obeyed(tmp_path: Path) -> None:
    """A login key signs where it is asked for, and no verifier of documents takes its signature."""
    judge = policy(tmp_path)
    with running() as address, greeted(address) as page:
        answer = ask_utils(page, "createCMSSignatureFromBase64", "PKCS12", "AUTHENTICATION", DATA, True)
    assert verify_cms(answer["responseObject"].encode(), judge).stage is Stage.USAGE


def test_a_login_key_alone_is_offered_to_whoever_does_not_ask_for_a_signing_key() -> None:
    with running(FileHolder(persona().find_key("auth-only"))) as address, greeted(address) as page:
        codes = [
            ask_utils(page, "createCAdESFromBase64", "PKCS12", key_type, DATA, True)["code"]
            for key_type in ("SIGNATURE", "AUTHENTICATION", "")
        ]
    assert codes == ["500", "200", "200"]


def test_a_gost_key_that_signs_logs_in_as_well_and_an_rsa_key_does_not() -> None:
    for algorithm, code in (("gost2015", "200"), ("rsa", "500")):
        holder = FileHolder(persona(algorithm).find_key("individual"))
        with running(holder) as address, greeted(address) as page:
            answer = ask_utils(page, "createCAdESFromBase64", "PKCS12", "AUTHENTICATION", DATA, True)
        assert answer["code"] == code


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("getKeyInfo", [None]),
        ("getKeyInfo", [1]),
        ("createCMSSignatureFromBase64", ["PKCS12", [7, 7, 7], DATA, False]),
        ("createCMSSignatureFromBase64", ["PKCS12", "SIGNATURE", DATA, 1]),
    ],
)
def test_an_argument_of_another_type_is_refused_in_javas_words(method: str, arguments: list[object]) -> None:
    with running() as address, greeted(address) as page:
        assert ask_utils(page, method, *arguments) == {"code": "500", "message": MISTYPED + method}


def test_arguments_that_are_missing_are_refused() -> None:
    with running() as address, greeted(address) as page:
        answer = ask_utils(page, "createCMSSignatureFromBase64", "PKCS12")
        assert answer["message"].startswith("java.lang.IllegalArgumentException: wrong number of arguments.")


def test_what_is_not_base64_is_refused() -> None:
    with running() as address, greeted(address) as page:
        answer = ask_utils(page, "createCMSSignatureFromBase64", "PKCS12", "SIGNATURE", "?", False)
        assert answer["code"] == "500"


def test_an_unknown_module_and_what_is_no_request_have_answers_of_their_own() -> None:
    """The first is how clients find out that they do not talk to another program of the same wire."""
    with running() as address, greeted(address) as page:
        unknown = {"module": "kz.digiflow.mobile.extensions", "method": "getVersion"}
        assert ask(page, unknown) == {"success": False, "errorCode": "MODULE_NOT_FOUND"}
        for text in ("no JSON", "[]", "[" * 100_000, '{"uuid":"\\ud800"}'):
            page.send(text)
            assert page.recv(timeout=10) == '{"success":false,"code":"COMMON_JSON_WRAPPING_EXCEPTION"}'
        assert ask_utils(page, "signEverything")["code"] == "500"


def test_the_number_of_a_request_comes_back() -> None:
    with running() as address, greeted(address) as page:
        request = {"module": "kz.gov.pki.knca.commonUtils", "method": "getActiveTokens", "uuid": "n-1"}
        assert ask(page, request)["uuid"] == "n-1"


def test_two_pages_are_served_at_once() -> None:
    with running() as address, greeted(address) as one, greeted(address) as other:
        for page in (other, one):
            assert ask_utils(page, "getActiveTokens")["code"] == "200"
