"""Any signed document that this room knows: its format is told from its bytes, and it is judged as such."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from signing.base64_text import from_base64
from signing.cms.verifying import verify_cms
from signing.errors import DocumentUnrecognised
from signing.policy import MESSAGE_USAGE, Policy
from signing.raw import verify_raw
from signing.verdict import Verdict
from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.wsse.verifying import verify_envelope
from signing.xml_safety import find_root_name
from signing.xmldsig.verifying import verify_enveloped

_BOM: Final = b"\xef\xbb\xbf"
_DER_SEQUENCE: Final = b"\x30"
_ARMOURS: Final = (b"-----BEGIN CMS-----", b"-----BEGIN PKCS7-----")
_ENVELOPES: Final = frozenset(
    {"{http://schemas.xmlsoap.org/soap/envelope/}Envelope", "{http://www.w3.org/2003/05/soap-envelope}Envelope"}
)


class Format(StrEnum):
    CMS = "cms"
    XMLDSIG = "xmldsig"
    WSSE = "wsse"
    RAW = "raw"
    """A bare signature with its certificate beside it, as eGov Mobile gives it; never told from bytes alone."""


def check_document(
    document: bytes,
    policy: Policy,
    *,
    content: bytes | None = None,
    certificate: bytes | None = None,
    peers: CertificateStore = NO_CERTIFICATES,
) -> Verdict:
    """Judge the signatures of a document; raises DocumentUnrecognised where it is none, or content is misplaced.

    `content` is what a detached CMS or a bare signature was made over, `certificate` that of a bare signature, `peers`
    the certificates that WS-Security may name by issuer and serial number alone. The key of a message need not be
    meant for documents.
    """
    if certificate is not None:
        if content is None:
            raise DocumentUnrecognised("a bare signature needs the content that it was made over")
        return verify_raw(document, certificate, content, policy)
    found, decoded = recognise(document)
    if found is Format.CMS:
        return verify_cms(decoded, policy, content)
    if content is not None:
        raise DocumentUnrecognised("a signed XML document holds its content; none may be given beside it")
    if found is Format.WSSE:
        return verify_envelope(decoded, replace(policy, key_usage=MESSAGE_USAGE), peers)
    return verify_enveloped(decoded, policy)


def recognise(document: bytes) -> tuple[Format, bytes]:
    """The format, and the document out of base64 where it was in it; raises DocumentUnrecognised."""
    bare = document.removeprefix(_BOM).strip()
    if document.startswith(_DER_SEQUENCE):
        return Format.CMS, document
    if bare.startswith(_ARMOURS):
        return Format.CMS, bare
    if bare.startswith(b"<"):
        return _recognise_xml(document), document
    try:
        decoded = from_base64(bare)
    except ValueError:
        decoded = b""
    if decoded.startswith(_DER_SEQUENCE):
        return Format.CMS, decoded
    if decoded.removeprefix(_BOM).strip().startswith(b"<"):
        return _recognise_xml(decoded), decoded
    raise DocumentUnrecognised("the bytes are neither CMS nor XML, nor either of them in base64")


def _recognise_xml(document: bytes) -> Format:
    return Format.WSSE if find_root_name(document) in _ENVELOPES else Format.XMLDSIG
