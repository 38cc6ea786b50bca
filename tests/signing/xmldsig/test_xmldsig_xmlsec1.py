"""xmlsec1 agrees with us on enveloped signatures, both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from signing.verdict import SubIndication, Verdict
from signing.xmldsig.signing import add_signature, sign_enveloped
from signing.xmldsig.verifying import verify_enveloped
from tests.signing.pki import person
from tests.signing.xmldsig.documents import DS, ours_rsa, policy
from tests.signing.xmldsig.test_xmldsig import DOCUMENTS
from tests.signing.xmldsig.xmlsec1 import run_xmlsec1, trust_authorities, write_document, write_key

pytestmark = pytest.mark.needs_xmlsec1


def judge(document: bytes) -> Verdict:
    return verify_enveloped(document, policy())


def signed_by_xmlsec1(folder: Path, document: bytes) -> bytes:
    """The document with all values of its last signature made again."""
    template = etree.fromstring(document)
    for element in ("DigestValue", "SignatureValue", "X509Certificate"):
        list(template.iter(DS + element))[-1].text = ""
    source = write_document(folder, etree.tostring(template.getroottree()))
    target = folder / "out.xml"
    last = ["--node-xpath", "(//*[local-name()='Signature'])[last()]"]
    done = run_xmlsec1("--sign", "--privkey-pem", write_key(folder, person()), *last, "--output", str(target), source)
    assert done.returncode == 0, done.stderr
    return target.read_bytes()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_we_sign_xmlsec1_accepts(name: str, tmp_path: Path) -> None:
    document = sign_enveloped(DOCUMENTS[name], person().signing_key)
    done = run_xmlsec1("--verify", *trust_authorities(tmp_path), write_document(tmp_path, document))
    assert done.returncode == 0, done.stderr


def test_what_xmlsec1_refuses_we_refuse(tmp_path: Path) -> None:
    broken = ours_rsa().document.replace(b"100", b"900")
    assert run_xmlsec1("--verify", *trust_authorities(tmp_path), write_document(tmp_path, broken)).returncode != 0
    assert judge(broken).sub_indication is SubIndication.HASH_FAILURE


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_xmlsec1_signs_we_accept(name: str, tmp_path: Path) -> None:
    verdict = judge(signed_by_xmlsec1(tmp_path, sign_enveloped(DOCUMENTS[name], person().signing_key)))
    assert verdict.passed, verdict


def test_the_second_transform_may_be_without_comments(tmp_path: Path) -> None:
    template = ours_rsa().document.replace(b"#WithComments", b"")
    verdict = judge(signed_by_xmlsec1(tmp_path, template))
    assert verdict.passed, verdict


def test_the_second_signature_of_ours_xmlsec1_accepts(tmp_path: Path) -> None:
    document = write_document(tmp_path, add_signature(ours_rsa().document, person().signing_key))
    last = ["--node-xpath", "(//*[local-name()='Signature'])[last()]"]
    done = run_xmlsec1("--verify", *trust_authorities(tmp_path), *last, document)
    assert done.returncode == 0, done.stderr


def test_a_second_signature_of_xmlsec1_we_accept(tmp_path: Path) -> None:
    twice = add_signature(ours_rsa().document, person().signing_key)
    verdict = judge(signed_by_xmlsec1(tmp_path, twice))
    assert len(verdict.signers) == 2
    assert verdict.passed, verdict
