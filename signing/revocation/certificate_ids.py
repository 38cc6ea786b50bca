"""How OCSP names a certificate (RFC 6960, 4.1.1): digests of its issuer's name and key, and its serial number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from signing.algorithms import GOST_2004, GOST_2015_256, GOST_2015_512, digest
from signing.certificates import Certificate
from signing.revocation.der import BIT_STRING, SEQUENCE, expect, walk

SHA256: Final = "2.16.840.1.101.3.4.2.1"
_SHA1: Final = "1.3.14.3.2.26"


def _sha1(data: bytes) -> bytes:
    # A name for a key that is known already, as the standard wants it; nothing is trusted because of it.
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_DIGESTS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    _SHA1: _sha1,
    SHA256: _sha256,
    **{suite.digest_oid: partial(digest, suite) for suite in (GOST_2004, GOST_2015_256, GOST_2015_512)},
}


@dataclass(frozen=True)
class CertificateId:
    """The name of a certificate, by the digest that `hash_oid` identifies."""

    hash_oid: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int

    def names(self, certificate: Certificate, issuer: Certificate) -> bool:
        """Whether it is this certificate's; never by a digest that is not known."""
        return self.hash_oid in _DIGESTS and self == name_certificate(certificate, issuer, self.hash_oid)


def name_certificate(certificate: Certificate, issuer: Certificate, hash_oid: str = SHA256) -> CertificateId:
    """The certificate's name with a digest that is known, else KeyError."""
    compute = _DIGESTS[hash_oid]
    return CertificateId(hash_oid, compute(issuer.subject_name), compute(_key_bits(issuer)), certificate.serial_number)


def compute_key_id(certificate: Certificate) -> bytes:
    """What a responder is named by that is not named by its name: SHA-1 over the key (RFC 6960, 4.2.1)."""
    return _sha1(_key_bits(certificate))


def _key_bits(certificate: Certificate) -> bytes:
    """The content of the key's BIT STRING, without the octet that counts unused bits."""
    info = certificate.public_key_info
    _, bits = walk(info, expect(info, 0, len(info), SEQUENCE).start, len(info))
    if bits.tag != BIT_STRING:
        raise ValueError("the public key is no bit string")
    return info[bits.start + 1 : bits.stop]
