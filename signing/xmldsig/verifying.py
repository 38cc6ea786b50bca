"""Judging the enveloped signatures of an XML document, signer by signer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from signing.certificates import Certificate
from signing.errors import SignatureRefused
from signing.judging import Claims, judge_signer
from signing.policy import Policy
from signing.verdict import StageResult, Verdict, conclude, refuse
from signing.xml_safety import malformed_xml, parse_safely
from signing.xmldsig import names
from signing.xmldsig.canonical import write_document, write_in_place
from signing.xmldsig.mathematics import SignatureParts, judge_mathematics
from signing.xmldsig.placing import find_signatures, take_away
from signing.xmldsig.shapes import read_bytes, read_children, read_signer
from signing.xmldsig.signed_info import Profile, read_signed_info

FORMAT: Final = "xmldsig"
# The first sequence is what НУЦ РК's software writes; comments are gone by then in either (XMLDSig, 4.4.3.3).
_PROFILE: Final = Profile(
    canonical_form=names.INCLUSIVE,
    transforms=frozenset(
        {(names.ENVELOPED, names.INCLUSIVE_WITH_COMMENTS), (names.ENVELOPED, names.INCLUSIVE)},
    ),
)


@dataclass(frozen=True)
class _Signature:
    parts: SignatureParts
    certificate: Certificate


def verify_enveloped(document: bytes, policy: Policy) -> Verdict:
    """Judge the signatures that are the last children of the root. Hostile input gets a verdict, never an error.

    Each signature covers the document and the signatures before it. The content of a passed verdict is the canonical
    document without any signature and without comments: read that, never the document again.
    """
    try:
        root = parse_safely(document)
        elements = find_signatures(root)
        if not elements:
            raise malformed_xml("The document is not signed.")
        signatures = [_read(element) for element in elements]
        results: list[StageResult] = []
        content = b""
        for element, signature in zip(reversed(elements), reversed(signatures), strict=True):
            take_away(element)
            content = write_document(root)
            results.append(judge_mathematics(signature.parts, content, signature.certificate))
    except SignatureRefused as refusal:
        return refuse(FORMAT, refusal.sub_indication, refusal.reason)
    claims = [
        Claims(signature=result, algorithm=one.parts.algorithm, certificate=one.certificate, value=one.parts.value)
        for one, result in zip(signatures, reversed(results), strict=True)
    ]
    return conclude(FORMAT, tuple(judge_signer(one, policy) for one in claims), content)


def _read(element: etree._Element) -> _Signature:
    info, value, key_info = read_children(element, (names.SIGNED_INFO, names.SIGNATURE_VALUE, names.KEY_INFO))
    signed_info = read_signed_info(info, _PROFILE)
    if signed_info.reference:
        raise malformed_xml("The signature does not cover the whole document.")
    (data,) = read_children(key_info, (names.X509_DATA,))
    (certificate,) = read_children(data, (names.X509_CERTIFICATE,))
    return _Signature(
        parts=SignatureParts(info=signed_info, canonical=write_in_place(info), value=read_bytes(value)),
        certificate=read_signer(certificate),
    )
