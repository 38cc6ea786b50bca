"""What the responder says (RFC 6960, 4.2), written as НУЦ РК's does: by name, fresh, and without saying until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import core, crl, ocsp, x509

from registries_mock.ca.journal import Revocation
from registries_mock.ca.parts import Issuer, name_algorithm, sign_part

MEDIA_TYPE: Final = "application/ocsp-response"
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_EXTENDED_REVOKE: Final = "1.3.6.1.5.5.7.48.1.9"
_HOLD: Final = 6
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What is said of one certificate. Neither revocation nor `known`: the responder does not know it."""

    name: Any = field(repr=False)
    """The CertID."""
    known: bool = True
    revocation: Revocation | None = None
    issued: bool = True
    """Without: that no certificate has this number, which НУЦ РК's responder calls revoked since 1970."""


@dataclass(frozen=True)
class Told:
    """A whole answer before it is signed; moments have their zone."""

    said: Sequence[Said]
    at: datetime
    nonce: bytes | None
    """The value of the extension, as DER."""
    next_update: datetime | None = None


def write_answer(told: Told, signer: Issuer) -> bytes:
    """The DER of a successful answer, with the certificate of who signs it."""
    extensions = [{"extn_id": _EXTENDED_REVOKE, "extn_value": core.ParsableOctetString(core.Null().dump())}]
    if told.nonce is not None:
        extensions.insert(0, {"extn_id": _NONCE, "extn_value": core.ParsableOctetString(told.nonce)})
    part = ocsp.ResponseData(
        {
            "responder_id": ocsp.ResponderId("by_name", x509.Name.load(signer.certificate.subject_name)),
            "produced_at": _moment(told.at),
            "responses": [_write_one(one, told) for one in told.said],
            "response_extensions": extensions,
        }
    )
    basic = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": part,
            "signature_algorithm": name_algorithm(signer.pair),
            "signature": sign_part(part, signer.pair),
            "certs": [x509.Certificate.load(signer.certificate.der)],
        }
    )
    body = {"response_type": "basic_ocsp_response", "response": core.ParsableOctetString(basic.dump())}
    encoded: bytes = ocsp.OCSPResponse({"response_status": "successful", "response_bytes": body}).dump()
    return encoded


def write_refusal(status: str) -> bytes:
    """What a responder says that has no answer: a word of OCSPResponseStatus; nobody signs it."""
    encoded: bytes = ocsp.OCSPResponse({"response_status": status}).dump()
    return encoded


def _write_one(one: Said, told: Told) -> dict[str, Any]:
    written = {"cert_id": one.name, "cert_status": _write_status(one), "this_update": _moment(told.at)}
    if told.next_update is not None:
        written["next_update"] = _moment(told.next_update)
    return written


def _write_status(one: Said) -> ocsp.CertStatus:
    if not one.issued:
        return _write_revoked(_EPOCH, _HOLD)
    if one.revocation is not None:
        return _write_revoked(one.revocation.at, one.revocation.reason_code)
    if one.known:
        return ocsp.CertStatus("good", ocsp.StatusGood())
    return ocsp.CertStatus("unknown", ocsp.StatusUnknown())


def _write_revoked(at: datetime, reason: int) -> ocsp.CertStatus:
    written: dict[str, Any] = {"revocation_time": _moment(at)}
    if reason:
        written["revocation_reason"] = crl.CRLReason(contents=bytes([reason]))
    return ocsp.CertStatus("revoked", ocsp.RevokedInfo(written))


def _moment(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
