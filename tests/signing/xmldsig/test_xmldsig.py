"""An enveloped XML signature passes as the official software makes it, whatever the document looks like."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lxml import etree

from signing.errors import DocumentUnsignable
from signing.keys import SigningKey
from signing.verdict import Indication, Status, Verdict
from signing.xmldsig import names
from signing.xmldsig.building import append_signature, to_base64
from signing.xmldsig.canonical import write_in_place
from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped
from tests.signing.pki import IIN, gost_person, person
from tests.signing.xmldsig.documents import SOUND, SOURCES, ours_rsa, policy

DOCUMENTS = {
    "plain": b"<a><b>1</b></a>",
    "empty root": b"<a/>",
    "declaration and line ends": b'<?xml version="1.0" encoding="UTF-8"?>\r\n<a>\r\n\t<b> x </b>\r\n</a>\r\n',
    "byte order mark": b"\xef\xbb\xbf<a/>",
    "namespaces": b'<x:a xmlns:x="urn:x" xmlns="urn:default" xmlns:unused="urn:u"><b x:c="1"/>text</x:a>',
    "another ds prefix": b'<ds:a xmlns:ds="urn:not-a-signature"><ds:b/></ds:a>',
    "the signature's namespace by another prefix": b'<a xmlns:dsig="http://www.w3.org/2000/09/xmldsig#"/>',
    "inherited xml attributes": b'<a xml:lang="kk" xml:space="preserve"><b/> </a>',
    "comments and instructions": b"<?p x?><!--1--><a>1<!--2-->2<?q y?>3</a><!--4--><?r?>",
    "characters": '<a b="&lt;&quot;&#9;&#10;">&amp;&#13;<![CDATA[<&>]]>қазақша 𝒜</a>'.encode(),
}
KEYS: dict[str, Callable[[], SigningKey]] = {
    "RSA": lambda: person().signing_key,
    "GOST": lambda: gost_person().signing_key,
}


def judge(document: bytes) -> Verdict:
    return verify_enveloped(document, policy())


@pytest.mark.parametrize("family", KEYS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_we_sign_passes_and_gives_the_canonical_document(name: str, family: str) -> None:
    verdict = judge(sign_enveloped(DOCUMENTS[name], KEYS[family]()))
    assert verdict.passed, verdict
    assert verdict.content == etree.tostring(
        etree.fromstring(DOCUMENTS[name]).getroottree(), method="c14n", with_comments=False
    )
    assert verdict.only_signer is not None and verdict.only_signer.signer is not None
    assert verdict.only_signer.signer.iin == IIN


@pytest.mark.parametrize("name", SOURCES)
def test_the_document_passes_with_the_content_that_was_signed(name: str) -> None:
    source = SOURCES[name]()
    verdict = source.judge(source.document)
    assert verdict.passed, verdict
    assert verdict.content == source.content
    assert (verdict.format, verdict.indication) == ("xmldsig", Indication.TOTAL_PASSED)


def test_the_verdict_names_the_algorithm_and_claims_no_time() -> None:
    one = judge(ours_rsa().document).only_signer
    assert one is not None
    assert (one.algorithm, one.signed_at, one.stamped_at) == ("RSA with SHA-256", None, None)


def test_line_ends_of_any_kind_in_the_values_are_white_space() -> None:
    def spread(found: re.Match[bytes]) -> bytes:
        return b">\n" + b"&#13;\n\t ".join(re.findall(rb".{1,76}", found[1])) + b"\n<"

    spaced = re.sub(rb">([A-Za-z0-9+/=]{80,})<", spread, ours_rsa().document)
    assert spaced.count(b"&#13;") > 10
    assert judge(spaced).content == SOUND


def test_canonical_form_without_comments_is_accepted_as_the_second_transform() -> None:
    root, key = etree.fromstring(SOUND), person().signing_key
    key_info = append_signature(
        root,
        key,
        SOUND,
        reference="",
        transforms=(names.ENVELOPED, names.INCLUSIVE),
        canonical_form=names.INCLUSIVE,
        write=write_in_place,
    )
    data = etree.SubElement(key_info, names.X509_DATA)
    etree.SubElement(data, names.X509_CERTIFICATE).text = to_base64(key.certificate.der)
    assert judge(etree.tostring(root)).content == SOUND


def test_each_stage_has_its_own_result() -> None:
    one = judge(ours_rsa().document).only_signer
    assert one is not None
    statuses = [result.status for result in one.stages.values()]
    assert statuses.count(Status.PASSED) == 4
    assert statuses.count(Status.NOT_CHECKED) == 2


@pytest.mark.parametrize(
    "document",
    [b"", b"<a>", b"<!DOCTYPE a><a/>", "<a/>".encode("utf-16"), b'<a xmlns="relative"/>', ours_rsa],
    ids=["nothing", "not well-formed", "document type", "UTF-16", "no canonical form", "signed already"],
)
def test_what_cannot_be_signed_is_an_error(document: object) -> None:
    content = document if isinstance(document, bytes) else ours_rsa().document
    with pytest.raises(DocumentUnsignable):
        sign_enveloped(content, person().signing_key)


def test_a_key_elsewhere_signs_as_well_as_one_of_a_file() -> None:
    class RemoteKey:
        """Knows no private key: it hands what is to be signed to somebody else."""

        def __init__(self, real: SigningKey) -> None:
            self.certificate, self.chain, self.suite = real.certificate, real.chain, real.suite
            self.sign = real.sign

    assert judge(sign_enveloped(SOUND, RemoteKey(person().signing_key))).passed
