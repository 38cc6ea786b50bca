"""One answer of an OCSP responder (RFC 6960, 4.2), read strictly; who signed it is not yet asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from asn1crypto import core
from asn1crypto import ocsp as asn1

from signing.asn1_bounds import check_identifiers
from signing.errors import RevocationUnreadable
from signing.revocation.certificate_ids import CertificateId
from signing.revocation.status import Answer

MAX_RESPONSE_BYTES: Final = 256 * 1024
_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_EXTENDED_REVOKE: Final = "1.3.6.1.5.5.7.48.1.9"
_ANSWERS: Final = {"good": Answer.GOOD, "revoked": Answer.REVOKED, "unknown": Answer.UNKNOWN}


class ResponderDeclined(RevocationUnreadable):
    """The responder is well, and says by an error of the protocol that it has no answer to this question."""


@dataclass(frozen=True)
class SingleAnswer:
    """What is said of one certificate; `revoked_at` and `reason` (a code of RFC 5280) are a revocation's."""

    certificate: CertificateId
    answer: Answer
    revoked_at: datetime | None
    reason: int | None
    this_update: datetime
    next_update: datetime | None


@dataclass(frozen=True)
class Response:
    """What the responder says. It is named by `responder_name` (DER) or `responder_key_id`; moments have their zone."""

    responder_name: bytes | None = field(repr=False)
    responder_key_id: bytes | None
    produced_at: datetime
    answers: tuple[SingleAnswer, ...]
    nonce: bytes | None
    extended_revoke: bool
    """The responder calls a certificate revoked that was never issued (RFC 6960, 4.4.8)."""
    certificates: tuple[bytes, ...] = field(repr=False)
    """DER, as they lie in the answer: nobody vouches for them yet."""
    signature_oid: str
    signed_part: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def read_response(data: bytes) -> Response:
    """Read one answer, or raise RevocationUnreadable: ResponderDeclined, which names it, for a protocol error."""
    if len(data) > MAX_RESPONSE_BYTES:
        raise RevocationUnreadable("the responder's answer is too large")
    # The decoder meets hostile bytes with many kinds of exceptions; each of them means the same here.
    try:
        check_identifiers(data)
        return _read(asn1.OCSPResponse.load(data, strict=True))
    except RevocationUnreadable:
        raise
    except Exception as failure:
        raise RevocationUnreadable("the responder's answer is not well-formed") from failure


def _read(outer: Any) -> Response:
    status = outer["response_status"].native
    if status != "successful":
        raise ResponderDeclined(f"the responder could not answer: {str(status).replace('_', ' ')}")
    if outer["response_bytes"]["response_type"].dotted != _BASIC:
        raise RevocationUnreadable("the responder's answer is of an unknown kind")
    inside = outer["response_bytes"]["response"].contents
    check_identifiers(inside)
    basic = asn1.BasicOCSPResponse.load(inside, strict=True)
    said = basic["tbs_response_data"]
    if said["version"].native != "v1":
        raise RevocationUnreadable("the responder's answer is of an unknown version")
    extensions = _read_extensions(said["response_extensions"], frozenset({_NONCE, _EXTENDED_REVOKE}))
    responder = said["responder_id"]
    by_name = responder.name == "by_name"
    return Response(
        responder_name=responder.chosen.untag().dump() if by_name else None,
        responder_key_id=None if by_name else responder.chosen.native,
        produced_at=_read_time(said["produced_at"]),
        answers=tuple(_read_answer(one) for one in said["responses"]),
        nonce=core.OctetString.load(extensions[_NONCE], strict=True).native if _NONCE in extensions else None,
        extended_revoke=_EXTENDED_REVOKE in extensions,
        certificates=tuple(one.dump() for one in basic["certs"] or ()),
        signature_oid=basic["signature_algorithm"]["algorithm"].dotted,
        signed_part=said.dump(),
        signature=basic["signature"].native,
    )


def _read_answer(one: Any) -> SingleAnswer:
    _read_extensions(one["single_extensions"], frozenset())
    name, status = one["cert_id"], one["cert_status"]
    revocation = status.chosen if status.name == "revoked" else None
    reason = revocation["revocation_reason"] if revocation is not None else None
    return SingleAnswer(
        certificate=CertificateId(
            hash_oid=name["hash_algorithm"]["algorithm"].dotted,
            issuer_name_hash=name["issuer_name_hash"].native,
            issuer_key_hash=name["issuer_key_hash"].native,
            serial_number=name["serial_number"].native,
        ),
        answer=_ANSWERS[status.name],
        revoked_at=_read_time(revocation["revocation_time"]) if revocation is not None else None,
        reason=int.from_bytes(reason.contents) if reason is not None and reason.contents else None,
        this_update=_read_time(one["this_update"]),
        next_update=_read_time(one["next_update"]) if one["next_update"].native is not None else None,
    )


def _read_extensions(extensions: Any, understood: frozenset[str]) -> dict[str, bytes]:
    """The values of those that are understood; the others may be there where they are not critical."""
    found: dict[str, bytes] = {}
    for extension in extensions or ():
        oid = extension["extn_id"].dotted
        if oid in found or (extension["critical"].native and oid not in understood):
            raise RevocationUnreadable("the responder's answer has an extension twice, or one that is not understood")
        found[oid] = extension["extn_value"].contents
    return found


def _read_time(value: Any) -> datetime:
    at = value.native
    # For the year 0 the library has a kind of moment of its own.
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError("a time has no zone, or is before all times")
    return at
