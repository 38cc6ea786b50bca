"""commonUtils signs digests and XML documents, stamps what is signed, and refuses the rest before any dialogue."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from lxml import etree

from signing import algorithms
from signing.cms.reading import read_signed_message
from signing.cms.verifying import verify_cms
from signing.verdict import Stage, Status
from signing.xmldsig.verifying import verify_enveloped
from tests.registries_mock.ncalayer.running import IIN, ask_utils, greeted, persona, policy, running

TEXT = b"12 adults"
DATA = base64.b64encode(TEXT).decode("ascii")
DOCUMENT = "<tag>data &amp; Ғ</tag>"
PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])


@pytest.mark.parametrize("attach", [True, False], ids=["attached", "detached"])
@BY_ALGORITHM
def test_cades_holds_and_gets_its_timestamp_afterwards(algorithm: str, attach: bool, tmp_path: Path) -> None:
    judge, content = policy(tmp_path), None if attach else TEXT
    with running(persona(algorithm)) as address, greeted(address) as page:
        plain = ask_utils(page, "createCAdESFromBase64", "PKCS12", "SIGNATURE", DATA, attach)["responseObject"]
        stamped = ask_utils(page, "applyCAdEST", "PKCS12", "SIGNATURE", plain)["responseObject"]
    stages = [verify_cms(one.encode(), judge, content).signers[0].stages for one in (plain, stamped)]
    assert all(verify_cms(one.encode(), judge, content).passed for one in (plain, stamped))
    assert [one[Stage.TIMESTAMP].status for one in stages] == [Status.NOT_CHECKED, Status.PASSED]


@BY_ALGORITHM
def test_who_signs_the_digest_signs_the_content(algorithm: str, tmp_path: Path) -> None:
    key = persona(algorithm).find_key("individual")
    digest = base64.b64encode(algorithms.digest(key.suite, TEXT)).decode("ascii")
    with running(persona(algorithm)) as address, greeted(address) as page:
        answer = ask_utils(page, "createCAdESFromBase64Hash", "PKCS12", "SIGNATURE", digest)
    assert verify_cms(answer["responseObject"].encode(), policy(tmp_path), TEXT).passed


def test_a_digest_of_another_length_is_signed_as_it_is_and_none_at_all_is_refused() -> None:
    with running() as address, greeted(address) as page:
        answer = ask_utils(page, "createCAdESFromBase64Hash", "PKCS12", "SIGNATURE", DATA)
        (signer,) = read_signed_message(answer["responseObject"].encode()).signers
        assert signer.attributes.message_digest == TEXT
        assert ask_utils(page, "createCAdESFromBase64Hash", "PKCS12", "SIGNATURE", "") == {"code": "500"}


@BY_ALGORITHM
def test_a_signed_document_holds_and_says_what_it_said(algorithm: str, tmp_path: Path) -> None:
    with running(persona(algorithm)) as address, greeted(address) as page:
        signed = ask_utils(page, "signXml", "PKCS12", "SIGNATURE", DOCUMENT, "", "")["responseObject"]
    assert signed.startswith(PROLOGUE)
    verdict = verify_enveloped(signed.encode(), policy(tmp_path))
    assert verdict.passed
    assert verdict.content == DOCUMENT.encode()
    assert verdict.signers[0].signer is not None
    assert verdict.signers[0].signer.iin == IIN


def test_a_document_that_is_signed_gets_a_second_signature(tmp_path: Path) -> None:
    with running() as address, greeted(address) as page:
        once = ask_utils(page, "signXml", "PKCS12", "SIGNATURE", DOCUMENT, "", "")["responseObject"]
        twice = ask_utils(page, "signXml", "PKCS12", "", once, "", "")["responseObject"]
    verdict = verify_enveloped(twice.encode(), policy(tmp_path))
    assert verdict.passed
    assert len(verdict.signers) == 2


def test_many_documents_are_signed_in_their_order(tmp_path: Path) -> None:
    judge, documents = policy(tmp_path), ["<a>1</a>", "<b>2</b>"]
    with running() as address, greeted(address) as page:
        signed = ask_utils(page, "signXmls", "PKCS12", "SIGNATURE", documents, "", "")["responseObject"]
    verdicts = [verify_enveloped(one.encode(), judge) for one in signed]
    assert all(verdict.passed for verdict in verdicts)
    assert [verdict.content.decode() for verdict in verdicts if verdict.content] == documents


def test_the_signature_stands_last_in_the_root() -> None:
    with running() as address, greeted(address) as page:
        signed = ask_utils(page, "signXml", "PKCS12", "SIGNATURE", DOCUMENT, "", "")["responseObject"]
    assert etree.fromstring(signed.encode())[-1].tag == "{http://www.w3.org/2000/09/xmldsig#}Signature"


@pytest.mark.parametrize(
    ("method", "arguments", "beginning"),
    [
        ("signXml", ["PKCS12", "SIGNATURE", "<this>is not valid", "", ""], "org.xml.sax.SAXParseException; "),
        ("signXml", ["PKCS12", "SIGNATURE", 555, "", ""], "java.lang.IllegalArgumentException: argument type"),
        ("signXmls", ["PKCS12", "SIGNATURE", DOCUMENT, "", ""], "java.lang.IllegalArgumentException: argument type"),
        ("signXmls", ["PKCS12", "SIGNATURE", [1], "", ""], "java.lang.IllegalArgumentException: argument type"),
        ("signXml", ["PKCS12", "SIGNATURE", DOCUMENT, "/tag", ""], "the mock signs whole documents"),
        ("applyCAdEST", ["PKCS12", "SIGNATURE", DATA], "kz.gov.pki.kalkan.jce.provider.cms.CMSException: "),
        ("createCAdESFromBase64", ["PKCS12", "SIGNATURE", "ы", True], "java.lang.IllegalArgumentException: "),
        ("changeLocale", [2], "java.lang.IllegalArgumentException: argument type mismatch. Method: changeLocale"),
    ],
)
def test_what_cannot_be_signed_is_refused_with_a_reason(method: str, arguments: list[object], beginning: str) -> None:
    with running() as address, greeted(address) as page:
        answer = ask_utils(page, method, *arguments)
    assert answer["code"] == "500"
    assert answer["message"].startswith(beginning)


def test_a_change_of_language_is_answered_with_nothing() -> None:
    with running() as address, greeted(address) as page:
        assert ask_utils(page, "changeLocale", "kk") == {"code": "200"}
