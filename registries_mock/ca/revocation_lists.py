"""What the centre has taken back: full and delta revocation lists (RFC 5280, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import core, crl, x509

from registries_mock.ca.parts import (
    Issuer,
    name_algorithm,
    name_issuer_key,
    sign_part,
    write_extension,
    write_moment,
)

_CRL_NUMBER = "2.5.29.20"
_DELTA_INDICATOR = "2.5.29.27"

_REASON = "2.5.29.21"

Revoked = tuple[int, datetime] | tuple[int, datetime, int]
"""A serial number, since when the certificate is revoked, and why (a code of RFC 5280, 5.3.1; 0 is not written)."""


def build_list(
    issuer: Issuer,
    revoked: Sequence[Revoked],
    *,
    number: int,
    this_update: datetime,
    next_update: datetime,
    delta_of: int | None = None,
) -> bytes:
    """The DER of a signed list; with `delta_of` it holds the changes since the full list of that number."""
    extensions = [
        name_issuer_key(issuer.certificate.subject_key_id),
        write_extension(_CRL_NUMBER, core.Integer(number)),
    ]
    if delta_of is not None:
        extensions.append(write_extension(_DELTA_INDICATOR, core.Integer(delta_of), critical=True))
    fields: dict[str, object] = {
        "version": "v2",
        "signature": name_algorithm(issuer.pair),
        "issuer": x509.Name.load(issuer.certificate.subject_name),
        "this_update": write_moment(this_update),
        "next_update": write_moment(next_update),
        "crl_extensions": extensions,
    }
    if revoked:
        fields["revoked_certificates"] = [_write_entry(*one) for one in revoked]
    part = crl.TbsCertList(fields)
    signed = {"tbs_cert_list": part, "signature_algorithm": name_algorithm(issuer.pair)}
    encoded: bytes = crl.CertificateList(signed | {"signature": sign_part(part, issuer.pair)}).dump()
    return encoded


def _write_entry(serial_number: int, since: datetime, reason: int = 0) -> dict[str, object]:
    entry: dict[str, object] = {"user_certificate": serial_number, "revocation_date": write_moment(since)}
    if reason:
        entry["crl_entry_extensions"] = [write_extension(_REASON, crl.CRLReason(contents=bytes([reason])))]
    return entry
