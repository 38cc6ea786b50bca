"""The question to an OCSP responder (RFC 6960, 4.1): one certificate and a nonce, not signed."""

from __future__ import annotations

from typing import Final

from asn1crypto import core, ocsp

from signing.certificates import Certificate
from signing.revocation.certificate_ids import name_certificate

MEDIA_TYPE: Final = "application/ocsp-request"
_NONCE_SIZES: Final = range(16, 33)
"""RFC 9654, 2.1: at most 32 is what every responder takes, and fewer than 16 could be met again by chance."""


def build_request(certificate: Certificate, issuer: Certificate, nonce: bytes) -> bytes:
    """The DER of the question, with SHA-256, by which НУЦ РК's responder answers; ValueError for another nonce."""
    if len(nonce) not in _NONCE_SIZES:
        raise ValueError("a nonce has from 16 to 32 bytes")
    name = name_certificate(certificate, issuer)
    asked = {
        "hash_algorithm": {"algorithm": name.hash_oid, "parameters": core.Null()},
        "issuer_name_hash": name.issuer_name_hash,
        "issuer_key_hash": name.issuer_key_hash,
        "serial_number": name.serial_number,
    }
    question = {
        "request_list": [{"req_cert": asked}],
        "request_extensions": [{"extn_id": "nonce", "extn_value": core.OctetString(nonce)}],
    }
    encoded: bytes = ocsp.OCSPRequest({"tbs_request": question}).dump()
    return encoded
