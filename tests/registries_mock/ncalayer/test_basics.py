"""basics signs what the public client and the authority's own example ask it for, and what it signs holds."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from websockets.sync.client import ClientConnection

from registries_mock.ncalayer import words
from signing import algorithms
from signing.certificates import read_certificate
from signing.cms.reading import read_signed_message
from signing.cms.verifying import verify_cms
from signing.verdict import Stage, Status
from signing.xmldsig.verifying import verify_enveloped
from tests.registries_mock.ncalayer.running import IIN, ask, greeted, persona, policy, running
from tests.support.openssl import openssl

TEXT = b"12 adults"
DATA = base64.b64encode(TEXT).decode("ascii")
DOCUMENT = "<tag>data &amp; Ғ</tag>"
SIGN = "1.3.6.1.5.5.7.3.4"
INDIVIDUAL = "1.2.398.3.3.4.1.1"
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
DETACHED = {"decode": True, "encapsulate": False, "digested": False, "tsaProfile": {}}
ATTACHED = {"decode": True, "encapsulate": True, "digested": False, "tsaProfile": {}}


def sign(page: ClientConnection, data: Any, how: Any, who: Any = None, **more: Any) -> Any:
    """The answer to a request with the words, in the order, that the public client sends."""
    arguments = {
        "allowedStorages": None,
        "format": "cms",
        "data": data,
        "signingParams": how,
        "signerParams": {"extKeyUsageOids": []} if who is None else who,
        "locale": "ru",
    }
    return ask(page, {"module": words.BASICS, "method": "sign", "args": arguments | more})


@pytest.mark.parametrize("how", [ATTACHED, DETACHED], ids=["attached", "detached"])
@BY_ALGORITHM
def test_a_cms_signature_holds_and_is_stamped(algorithm: str, how: dict[str, Any], tmp_path: Path) -> None:
    who = {"extKeyUsageOids": [SIGN, INDIVIDUAL], "iin": IIN, "chain": []}
    with running(persona(algorithm)) as address, greeted(address) as page:
        answer = sign(page, DATA, how, who)
    assert answer.keys() == {"status", "body"}
    (signature,) = answer["body"]["result"]
    assert signature.startswith("-----BEGIN CMS-----\n")
    assert signature.endswith("-----END CMS-----\n")
    assert (read_signed_message(signature.encode()).embedded_content is None) is not how["encapsulate"]
    verdict = verify_cms(signature.encode(), policy(tmp_path), TEXT)
    assert verdict.passed
    assert verdict.content == TEXT
    assert verdict.signers[0].stages[Stage.TIMESTAMP].status is Status.PASSED


@pytest.mark.needs_openssl
def test_openssl_accepts_the_rsa_signature(tmp_path: Path) -> None:
    with running() as address, greeted(address) as page:
        (signature,) = sign(page, DATA, ATTACHED)["body"]["result"]
    policy(tmp_path)
    (tmp_path / "cms").write_text(signature)
    bundle = b"".join((tmp_path / "trust" / f"{name}.pem").read_bytes() for name in ("issuing", "root"))
    (tmp_path / "bundle").write_bytes(bundle)
    command = ["cms", "-verify", "-binary", "-inform", "PEM", "-in", "cms", "-CAfile", "bundle"]
    told = openssl(*command, "-attime", "1772452800", folder=tmp_path)
    assert (told.returncode, told.stdout) == (0, TEXT), told.stderr


def test_without_a_profile_there_is_no_timestamp_and_without_decoding_the_text_itself_is_signed(
    tmp_path: Path,
) -> None:
    with running() as address, greeted(address) as page:
        (signature,) = sign(page, DATA, {"encapsulate": True, "tsaProfile": None})["body"]["result"]
    verdict = verify_cms(signature.encode(), policy(tmp_path))
    assert verdict.passed
    assert verdict.content == DATA.encode()
    assert verdict.signers[0].stages[Stage.TIMESTAMP].status is Status.NOT_CHECKED


@BY_ALGORITHM
def test_a_digest_is_signed_in_place_of_its_content(algorithm: str, tmp_path: Path) -> None:
    suite = persona(algorithm).find_key("individual").suite
    digest = base64.b64encode(algorithms.digest(suite, TEXT)).decode("ascii")
    with running(persona(algorithm)) as address, greeted(address) as page:
        (signature,) = sign(page, digest, DETACHED | {"digested": True})["body"]["result"]
    assert verify_cms(signature.encode(), policy(tmp_path), TEXT).passed


@BY_ALGORITHM
def test_xml_is_signed_as_text_and_as_base64(algorithm: str, tmp_path: Path) -> None:
    judge, encoded = policy(tmp_path), base64.b64encode(DOCUMENT.encode()).decode("ascii")
    with running(persona(algorithm)) as address, greeted(address) as page:
        asked = [(DOCUMENT, {}), (encoded, {"decode": "true"})]
        for data, how in asked:
            (signed,) = sign(page, data, how, format="xml")["body"]["result"]
            verdict = verify_enveloped(signed.encode(), judge)
            assert verdict.passed
            assert verdict.content == DOCUMENT.encode()


def test_many_texts_are_signed_in_their_order(tmp_path: Path) -> None:
    judge, texts = policy(tmp_path), [b"1", b"2", b"3"]
    with running() as address, greeted(address) as page:
        data = [base64.b64encode(text).decode("ascii") for text in texts]
        signatures = sign(page, data, ATTACHED)["body"]["result"]
    assert [verify_cms(one.encode(), judge).content for one in signatures] == texts


def test_flags_may_be_words_and_the_certificate_may_be_wanted() -> None:
    """So the authority's own example writes them, from the fields of a form."""
    how = {"decode": "true", "encapsulate": "true", "digested": "false", "tsaProfile": None, "outputCert": True}
    with running() as address, greeted(address) as page:
        result = sign(page, DATA, how, logo="AAAA")["body"]["result"]
    assert result.keys() == {"signatures", "certificate"}
    assert len(result["signatures"]) == 1
    assert read_certificate(result["certificate"].encode()) == persona().find_key("individual").certificate


def certificate() -> Any:
    return persona().find_key("individual").certificate


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ({}, True),
        ({"extKeyUsageOids": [SIGN]}, True),
        ({"extKeyUsageOids": [SIGN, "1.2.398.3.3.4.1.2"]}, False),
        ({"iin": IIN}, True),
        ({"iin": "900101350122"}, False),
        ({"iin": "", "bin": "", "serialNumber": "", "chain": None}, True),
        ({"bin": "990140000806"}, False),
        ({"serialNumber": "1"}, False),
    ],
)
def test_only_a_key_that_fits_is_offered(who: dict[str, Any], offered: bool) -> None:
    with running() as address, greeted(address) as page:
        answer = sign(page, DATA, ATTACHED, who)
    assert answer["status"] is True
    assert ("result" in answer["body"]) is offered


def test_a_key_is_found_by_the_number_of_its_certificate() -> None:
    with running() as address, greeted(address) as page:
        answer = sign(page, DATA, ATTACHED, {"serialNumber": f"{certificate().serial_number:X}"})
    assert answer["body"]["result"]


@pytest.mark.parametrize(
    ("storages", "offered"), [(None, True), ([], True), (["JKS", "PKCS12"], True), (["AKKaztokenStore"], False)]
)
def test_only_a_storage_that_is_allowed_is_offered(storages: Any, offered: bool) -> None:
    with running() as address, greeted(address) as page:
        assert ("result" in sign(page, DATA, ATTACHED, allowedStorages=storages)["body"]) is offered


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("signingParams", 555, "JSONObject"),
        ("signerParams", [], "JSONObject"),
        ("format", 1, "String"),
        ("data", [1], "JSONArray"),
        ("allowedStorages", "PKCS12", "JSONArray"),
    ],
)
def test_an_argument_of_another_type_is_refused_in_javas_words(name: str, value: Any, kind: str) -> None:
    with running() as address, greeted(address) as page:
        answer = sign(page, DATA, ATTACHED, **{name: value}) if name not in ("data",) else sign(page, value, ATTACHED)
    assert answer == {
        "status": False,
        "code": "INVOCATION_ERROR",
        "message": "An invoked method threw an exception.",
        "details": f'org.json.JSONException: JSONObject["{name}"] is not a {kind}.',
    }


@pytest.mark.parametrize(
    ("data", "how", "more", "code"),
    [
        (DATA, ATTACHED, {"format": "pdf"}, "INVALID_SIGNING_PARAMS"),
        ([], ATTACHED, {}, "INVALID_SIGNING_PARAMS"),
        (DATA, ATTACHED | {"digested": True}, {}, "INVALID_SIGNING_PARAMS"),
        (DATA, {"decode": "perhaps"}, {}, "INVOCATION_ERROR"),
        ("?", ATTACHED, {}, "SIGNING_FAILURE"),
        ("no XML", {}, {"format": "xml"}, "SIGNING_FAILURE"),
        ("/w==", {"decode": True}, {"format": "xml"}, "SIGNING_FAILURE"),
    ],
)
def test_what_cannot_be_signed_is_refused_with_a_code(data: Any, how: Any, more: dict[str, Any], code: str) -> None:
    with running() as address, greeted(address) as page:
        answer = sign(page, data, how, **more)
    assert (answer["status"], answer["code"]) == (False, code)


def test_other_methods_and_no_arguments_are_refused() -> None:
    with running() as address, greeted(address) as page:
        for request in ({"method": "generateCsr"}, {"method": "sign"}, {"method": "sign", "args": []}):
            answer = ask(page, {"module": words.BASICS} | request)
            assert (answer["status"], answer["code"]) == (False, "INVOCATION_ERROR")


def test_the_armour_is_that_of_pem() -> None:
    with running() as address, greeted(address) as page:
        (signature,) = sign(page, DATA, ATTACHED)["body"]["result"]
    assert pem.unarmor(signature.encode())[0] == "CMS"
    assert max(map(len, signature.splitlines())) == 64
    assert json.dumps(signature)
