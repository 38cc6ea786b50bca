"""What somebody asks the responder (RFC 6960, 4.1): which certificates, by digests of their issuer, and a nonce."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from asn1crypto import core, ocsp

from signing.asn1_classes import prepare_classes
from signing.certificates import Certificate
from signing.cms.hashes import HASHES

_SHA1: Final = "1.3.14.3.2.26"
_SHA224: Final = "2.16.840.1.101.3.4.2.4"
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_MOST: Final = 100
_DIGESTS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    **HASHES,
    # A name for a key that is known already; nothing is trusted because of it.
    _SHA1: lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    _SHA224: lambda data: hashlib.sha224(data).digest(),
}


class Malformed(Exception):
    """The bytes are no question."""


@dataclass(frozen=True)
class Wanted:
    """One certificate that is asked about; `name` is the CertID as it was written, to be repeated."""

    name: Any = field(repr=False)
    hash_oid: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int

    def is_of(self, issuer: Certificate) -> bool:
        """Whether this authority is the issuer that is meant."""
        compute = _DIGESTS.get(self.hash_oid)
        if compute is None:
            return False
        hashes = (compute(issuer.subject_name), compute(find_key_bits(issuer)))
        return hashes == (self.issuer_name_hash, self.issuer_key_hash)


@dataclass(frozen=True)
class Question:
    """A whole request; the signature that it may have is not looked at."""

    wanted: tuple[Wanted, ...]
    nonce: bytes | None
    """The extension's value as it was written."""


def read_question(data: bytes) -> Question:
    """Read one request, or raise Malformed."""
    prepare_classes()
    try:
        return _read(ocsp.OCSPRequest.load(data, strict=True)["tbs_request"])
    except Exception as failure:
        # The decoder meets strange bytes with many kinds of exceptions; each of them means the same here.
        raise Malformed from failure


def find_key_bits(certificate: Certificate) -> bytes:
    """The content of the key's BIT STRING, which OCSP takes digests of."""
    info = core.SequenceOf.load(certificate.public_key_info, spec=core.Any)
    bits: bytes = core.OctetBitString.load(info[1].dump()).native
    return bits


def _read(asked: Any) -> Question:
    wanted = tuple(_read_wanted(one["req_cert"]) for one in asked["request_list"])
    if not 0 < len(wanted) <= _MOST:
        raise ValueError("no certificate, or too many")
    extensions = {one["extn_id"].dotted: one["extn_value"].contents for one in asked["request_extensions"] or ()}
    return Question(wanted, extensions.get(_NONCE))


def _read_wanted(name: Any) -> Wanted:
    # All of it, now: the decoder reads inside only when it is told to, and would fail when the name is repeated.
    told = ocsp.CertId.load(name.dump(), strict=True)
    _ = told.native
    return Wanted(
        name=told,
        hash_oid=name["hash_algorithm"]["algorithm"].dotted,
        issuer_name_hash=name["issuer_name_hash"].native,
        issuer_key_hash=name["issuer_key_hash"].native,
        serial_number=name["serial_number"].native,
    )
