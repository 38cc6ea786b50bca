"""The ASN.1 that certificates and revocation lists share: who signs, when, with which extensions (RFC 5280)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import core, x509

from registries_mock.ca.key_pairs import KeyPair
from signing.algorithms import Suite
from signing.certificates import Certificate

_FIRST_FOUR_DIGIT_YEAR: Final = 2050


@dataclass(frozen=True)
class Issuer:
    """A certificate with the key that signs for it: a `SigningKey`, whose two halves need not belong together."""

    pair: KeyPair = field(repr=False)
    certificate: Certificate

    @property
    def suite(self) -> Suite:
        return self.pair.suite

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """Nobody above it is named."""
        return ()

    def sign(self, data: bytes) -> bytes:
        return self.pair.sign(data)


def name_algorithm(pair: KeyPair) -> dict[str, object]:
    """The AlgorithmIdentifier of the pair's signatures, its parameters NULL as in real certificates."""
    return {"algorithm": pair.suite.signature_oid, "parameters": core.Null()}


def sign_part(part: Any, pair: KeyPair) -> core.OctetBitString:
    """The signature over the DER of what is to be signed."""
    return core.OctetBitString(pair.sign(part.dump()))


def write_extension(oid: str, value: Any, *, critical: bool = False) -> dict[str, object]:
    """An extension for the library's own sequences; `value` is the ASN.1 inside."""
    return {"extn_id": oid, "critical": critical, "extn_value": core.ParsableOctetString(value.dump())}


def name_issuer_key(key_id: bytes | None) -> dict[str, object]:
    """The extension authorityKeyIdentifier."""
    return write_extension("2.5.29.35", x509.AuthorityKeyIdentifier({"key_identifier": key_id}))


def write_moment(at: datetime) -> x509.Time:
    """RFC 5280, 4.1.2.5: two-digit years up to 2049, four-digit ones from 2050."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    if moment.year < _FIRST_FOUR_DIGIT_YEAR:
        return x509.Time("utc_time", core.UTCTime(moment))
    return x509.Time("general_time", core.GeneralizedTime(moment))
