"""Who signed a document, and whether that person's certificate may sign one: chain, validity, usage, identity."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from signing.certificates import KEY_USAGE, Certificate
from signing.errors import SignatureRefused
from signing.trust import TrustStore
from signing.verdict import Signer, Stage, SubIndication

_COMMON_NAME: Final = "2.5.4.3"
_SERIAL_NUMBER: Final = "2.5.4.5"
_ORGANISATIONAL_UNIT: Final = "2.5.4.11"
_IIN: Final = re.compile(r"IIN([0-9]{12})")
_BIN: Final = re.compile(r"BIN([0-9]{12})")
# RFC 5280 names the second bit contentCommitment, the decoder by its older name.
_DOCUMENT_USAGE: Final = frozenset({"digital_signature", "non_repudiation"})


def judge_signer(certificate: Certificate, trust: TrustStore, at: datetime) -> Signer:
    """The signer whom a trusted authority vouches for at `at`, or SignatureRefused.

    The key must be meant for documents: critical key usage with digitalSignature and nonRepudiation.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of the check needs a time zone")
    trust.build_chain(certificate, at)
    _check_usage(certificate)
    iin = _marked_number(certificate, _SERIAL_NUMBER, _IIN, "IIN")
    organisation = _marked_number(certificate, _ORGANISATIONAL_UNIT, _BIN, "BIN")
    if iin is None and organisation is None:
        raise _unclear("The certificate names neither a person (IIN) nor an organisation (BIN).")
    return Signer(
        iin=iin,
        bin=organisation,
        common_name=_only_name(certificate),
        roles=tuple(role.label for role in certificate.roles),
        serial_number=certificate.serial_number,
        certificate_sha256=certificate.sha256,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
    )


def _check_usage(certificate: Certificate) -> None:
    if certificate.is_authority:
        raise _not_for_documents("The certificate is an authority's, which signs no documents.")
    if KEY_USAGE not in certificate.critical_extensions or not certificate.key_usage >= _DOCUMENT_USAGE:
        raise _not_for_documents("The key is not meant for signing documents.")


def _marked_number(certificate: Certificate, oid: str, pattern: re.Pattern[str], mark: str) -> str | None:
    """The 12 digits after the mark, or None where no value has the mark; a bad or second marked value is refused."""
    values = [value for value in certificate.values(oid) if value.startswith(mark)]
    if not values:
        return None
    match = pattern.fullmatch(values[0])
    if len(values) > 1 or match is None:
        raise _unclear(f"The certificate does not name exactly one well-formed {mark}.")
    return match.group(1)


def _only_name(certificate: Certificate) -> str:
    names = certificate.values(_COMMON_NAME)
    if len(names) != 1:
        raise _unclear("The certificate does not have exactly one common name.")
    return names[0]


def _not_for_documents(reason: str) -> SignatureRefused:
    return SignatureRefused(Stage.USAGE, SubIndication.CHAIN_CONSTRAINTS_FAILURE, reason)


def _unclear(reason: str) -> SignatureRefused:
    return SignatureRefused(Stage.IDENTITY, SubIndication.SIG_CONSTRAINTS_FAILURE, reason)
