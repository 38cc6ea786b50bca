"""CMS messages of any shape for tests, made without the product's own code, so that each rule can be broken alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.signing.gost_certificates import GostMade
from tests.signing.pki import Made

CONTENT = '{"application": "Заявление"}'.encode()


def attribute(kind: str, *values: Any) -> cms.CMSAttribute:
    """One signed attribute with any number of values."""
    return cms.CMSAttribute({"type": kind, "values": list(values)})


def usual_attributes(content: bytes = CONTENT, digest: str = "sha256") -> list[cms.CMSAttribute]:
    """The two mandatory attributes."""
    return [
        attribute("content_type", "data"),
        attribute("message_digest", hashlib.new(digest, content).digest()),
    ]


def signer_info(
    made: Made,
    attributes: Sequence[cms.CMSAttribute] | None = None,
    *,
    digest: str = "sha256",
    signature_algorithm: str = "sha256_rsa",
    hash_algorithm: hashes.HashAlgorithm | None = None,
    over: bytes | None = None,
    by_key_id: bool = False,
    pss: bool = False,
    unsigned: Sequence[cms.CMSAttribute] = (),
) -> cms.SignerInfo:
    """A signer with a true signature over its attributes (or over `over`, with no attributes at all)."""
    certificate = asn1_x509.Certificate.load(made.der)
    chosen = cms.CMSAttributes(list(usual_attributes() if attributes is None else attributes))
    signed = chosen.dump() if over is None else over
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if pss:
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signature = made.key.sign(signed, scheme, hash_algorithm or hashes.SHA256())
    sid = cms.SignerIdentifier(
        "issuer_and_serial_number",
        cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
    )
    if by_key_id:
        sid = cms.SignerIdentifier("subject_key_identifier", core.OctetString(certificate.key_identifier))
    fields: dict[str, Any] = {
        "version": "v3" if by_key_id else "v1",
        "sid": sid,
        "digest_algorithm": {"algorithm": digest},
        "signature_algorithm": {"algorithm": signature_algorithm},
        "signature": signature,
    }
    if over is None:
        fields["signed_attrs"] = chosen
    if unsigned:
        fields["unsigned_attrs"] = cms.CMSAttributes(list(unsigned))
    return cms.SignerInfo(fields)


def message(
    signers: Sequence[cms.SignerInfo],
    certificates: Sequence[Made | GostMade],
    *,
    embedded: bytes | None = None,
    content_type: str = "data",
) -> bytes:
    """The DER of a SignedData with these signers and certificates."""
    encapsulated: dict[str, Any] = {"content_type": content_type}
    if embedded is not None:
        encapsulated["content"] = embedded
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": encapsulated,
            "certificates": [asn1_x509.Certificate.load(one.der) for one in certificates],
            "signer_infos": list(signers),
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return encoded


def simple(made: Made, attributes: Sequence[cms.CMSAttribute] | None = None, **options: Any) -> bytes:
    """A message of one signer with its certificate."""
    return message([signer_info(made, attributes, **options)], [made])
