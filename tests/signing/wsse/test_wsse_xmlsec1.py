"""xmlsec1 agrees with us on signed messages, both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from signing.verdict import SubIndication
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope
from tests.signing.pki import person
from tests.signing.wsse.messages import DS, ours_rsa, policy
from tests.signing.wsse.test_signing import ENVELOPES
from tests.signing.xmldsig.xmlsec1 import run_xmlsec1, write_document, write_key, write_public_key

pytestmark = pytest.mark.needs_xmlsec1
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"


def identify(document: bytes) -> list[str]:
    """The arguments that tell xmlsec1 which attribute is the identifier, and which signature is meant."""
    namespace = etree.QName(etree.fromstring(document)).namespace
    outermost = "/*/*[local-name()='Header']/*/*[local-name()='Signature']"
    return ["--id-attr:Id", f"{namespace}:Body", "--node-xpath", outermost]


def accepts(folder: Path, document: bytes) -> bool:
    # The certificate is in a form that xmlsec1 does not read, so it is told the key.
    key = ["--pubkey-pem", write_public_key(folder, person())]
    return run_xmlsec1("--verify", *key, *identify(document), write_document(folder, document)).returncode == 0


@pytest.mark.parametrize("name", ENVELOPES)
def test_what_we_sign_xmlsec1_accepts(name: str, tmp_path: Path) -> None:
    assert accepts(tmp_path, sign_envelope(ENVELOPES[name], person().signing_key))


def test_what_xmlsec1_refuses_we_refuse(tmp_path: Path) -> None:
    broken = ours_rsa().message.replace(b"100", b"900")
    assert not accepts(tmp_path, broken)
    assert ours_rsa().judge(broken).sub_indication is SubIndication.HASH_FAILURE


def template_of(name: str) -> etree._Element:
    """A signed envelope whose digest and signature are still to be made."""
    template = etree.fromstring(sign_envelope(ENVELOPES[name], person().signing_key))
    for element in ("DigestValue", "SignatureValue"):
        next(template[0].iter(DS + element)).text = ""
    return template


def list_prefixes(template: etree._Element, method: str, prefixes: str) -> None:
    """What WSS4J writes where a form is exclusive: the prefixes that are to be taken along."""
    parent = next(template[0].iter(DS + method))
    etree.SubElement(parent, f"{{{EXCLUSIVE}}}InclusiveNamespaces", PrefixList=prefixes)


def sign(folder: Path, template: etree._Element) -> bytes:
    source, target = etree.tostring(template.getroottree()), folder / "out.xml"
    done = run_xmlsec1(
        "--sign",
        "--privkey-pem",
        write_key(folder, person()).split(",")[0],
        *identify(source),
        "--output",
        str(target),
        write_document(folder, source),
    )
    assert done.returncode == 0, done.stderr
    return target.read_bytes()


@pytest.mark.parametrize("name", ENVELOPES)
def test_what_xmlsec1_signs_we_accept(name: str, tmp_path: Path) -> None:
    verdict = verify_envelope(sign(tmp_path, template_of(name)), policy())
    assert verdict.passed, verdict


@pytest.mark.parametrize("prefixes", ["", "S soap", "xs S ds", "none such"])
@pytest.mark.parametrize(
    "methods", [("CanonicalizationMethod",), ("Transform",), ("CanonicalizationMethod", "Transform")]
)
@pytest.mark.parametrize("name", ENVELOPES)
def test_listed_prefixes_are_taken_along_as_xmlsec1_takes_them(
    name: str, methods: list[str], prefixes: str, tmp_path: Path
) -> None:
    template = template_of(name)
    for method in methods:
        list_prefixes(template, method, prefixes)
    signed = sign(tmp_path, template)
    verdict = verify_envelope(signed, policy())
    assert verdict.passed, verdict
    broken = signed.replace(b"<ds:DigestValue>", b"<ds:DigestValue>A", 1)
    assert not verify_envelope(broken, policy()).passed


@pytest.mark.parametrize("prefixes", ["a:b", "<", "x " * 40, "#default"])
def test_a_list_of_anything_else_than_prefixes_is_refused(prefixes: str) -> None:
    template = template_of(next(iter(ENVELOPES)))
    list_prefixes(template, "Transform", prefixes)
    verdict = verify_envelope(etree.tostring(template.getroottree()), policy())
    assert verdict.sub_indication is SubIndication.FORMAT_FAILURE
