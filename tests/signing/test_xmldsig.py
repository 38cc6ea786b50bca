"""An enveloped XML signature passes as the official software makes it, and xmlsec1 agrees with us both ways."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from signing.errors import DocumentUnsignable
from signing.verdict import SubIndication, Verdict
from signing.xmldsig import sign_enveloped, verify_enveloped
from tests.signing.pki import AT, IIN, issuing, person, root, trust

DS = "{http://www.w3.org/2000/09/xmldsig#}"
DOCUMENTS = {
    "plain": b"<a><b>1</b></a>",
    "empty root": b"<a/>",
    "declaration and line ends": b'<?xml version="1.0" encoding="UTF-8"?>\r\n<a>\r\n\t<b> x </b>\r\n</a>\r\n',
    "byte order mark": b"\xef\xbb\xbf<a/>",
    "namespaces": b'<x:a xmlns:x="urn:x" xmlns="urn:default" xmlns:unused="urn:u"><b x:c="1"/>text</x:a>',
    "another ds prefix": b'<ds:a xmlns:ds="urn:not-a-signature"><ds:b/></ds:a>',
    "inherited xml attributes": b'<a xml:lang="kk" xml:space="preserve"><b/> </a>',
    "comments and instructions": b"<?p x?><!--1--><a>1<!--2-->2<?q y?>3</a><!--4--><?r?>",
    "characters": '<a b="&lt;&quot;&#9;&#10;">&amp;&#13;<![CDATA[<&>]]>қазақша 𝒜</a>'.encode(),
}
SOUND = b"<request><iin>900101350122</iin><amount>100</amount></request>"
_S = SubIndication


def judge(document: bytes) -> Verdict:
    return verify_enveloped(document, trust=trust(), at=AT)


def signed(document: bytes = SOUND) -> bytes:
    return sign_enveloped(document, person().signing_key)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_we_sign_passes_and_gives_the_canonical_document(name: str) -> None:
    verdict = judge(signed(DOCUMENTS[name]))
    assert verdict.passed, verdict
    assert verdict.content == etree.tostring(
        etree.fromstring(DOCUMENTS[name]).getroottree(), method="c14n", with_comments=False
    )
    assert verdict.signer is not None and verdict.signer.iin == IIN


@pytest.mark.needs_xmlsec1
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_we_sign_xmlsec1_accepts(name: str, tmp_path: Path) -> None:
    assert xmlsec1("--verify", *_trusted(tmp_path), _written(tmp_path, signed(DOCUMENTS[name]))).returncode == 0


@pytest.mark.needs_xmlsec1
def test_what_xmlsec1_refuses_we_refuse(tmp_path: Path) -> None:
    broken = signed().replace(b"100", b"900")
    assert xmlsec1("--verify", *_trusted(tmp_path), _written(tmp_path, broken)).returncode != 0
    assert judge(broken).sub_indication is _S.HASH_FAILURE


@pytest.mark.needs_xmlsec1
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_xmlsec1_signs_we_accept(name: str, tmp_path: Path) -> None:
    template = etree.fromstring(signed(DOCUMENTS[name]))
    for element in ("DigestValue", "SignatureValue", "X509Certificate"):
        next(template.iter(DS + element)).text = ""
    pair = _key_and_certificate(tmp_path)
    source = _written(tmp_path, etree.tostring(template.getroottree()))
    target = tmp_path / "out.xml"
    done = xmlsec1("--sign", "--privkey-pem", pair, "--output", str(target), source)
    assert done.returncode == 0, done.stderr
    verdict = judge(target.read_bytes())
    assert verdict.passed, verdict


def xmlsec1(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("xmlsec1")
    if program is None:
        pytest.skip("xmlsec1 is not installed")
    when = ["--verification-time", AT.strftime("%Y-%m-%d %H:%M:%S")] if arguments[0] == "--verify" else []
    return subprocess.run([program, arguments[0], *when, *arguments[1:]], capture_output=True, timeout=30, check=False)


def _trusted(folder: Path) -> list[str]:
    files = {"--trusted-pem": root(), "--untrusted-pem": issuing()}
    arguments = []
    for option, made in files.items():
        path = folder / f"{option.strip('-')}.pem"
        path.write_bytes(made.x509.public_bytes(Encoding.PEM))
        arguments += [option, str(path)]
    return arguments


def _written(folder: Path, document: bytes) -> str:
    path = folder / "document.xml"
    path.write_bytes(document)
    return str(path)


def _key_and_certificate(folder: Path) -> str:
    key, certificate = folder / "key.pem", folder / "leaf.pem"
    key.write_bytes(person().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(person().x509.public_bytes(Encoding.PEM))
    return f"{key},{certificate}"


@pytest.mark.parametrize(
    "document",
    [b"", b"<a>", b"<!DOCTYPE a><a/>", "<a/>".encode("utf-16"), signed()],
    ids=["nothing", "not well-formed", "document type", "UTF-16", "signed already"],
)
def test_what_cannot_be_signed_is_an_error(document: bytes) -> None:
    with pytest.raises(DocumentUnsignable):
        signed(document)
