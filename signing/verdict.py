"""What a check of a signature came to, in the vocabulary of ETSI EN 319 102-1."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Indication(StrEnum):
    """The three overall results (EN 319 102-1, 5.1.3)."""

    TOTAL_PASSED = "TOTAL_PASSED"
    TOTAL_FAILED = "TOTAL_FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Why a signature did not pass (EN 319 102-1, tables 5 and 6)."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"

    @property
    def indication(self) -> Indication:
        """The overall result that the standard ties to this reason."""
        return Indication.TOTAL_FAILED if self in _CERTAIN else Indication.INDETERMINATE


_CERTAIN = frozenset({SubIndication.FORMAT_FAILURE, SubIndication.HASH_FAILURE, SubIndication.SIG_CRYPTO_FAILURE})


class Stage(StrEnum):
    """The step of a check, in the order in which the steps are taken."""

    FORMAT = "format"
    DIGEST = "digest"
    SIGNATURE = "signature"
    CHAIN = "chain"
    VALIDITY = "validity"
    USAGE = "usage"
    IDENTITY = "identity"


@dataclass(frozen=True)
class Signer:
    """Whom the certificate names. The authority vouches for IIN and BIN, so their check digits are not judged here."""

    iin: str | None = field(repr=False)
    bin: str | None = field(repr=False)
    common_name: str = field(repr=False)
    roles: tuple[str, ...]
    serial_number: int
    certificate_sha256: str
    not_before: datetime
    not_after: datetime

    @property
    def masked_iin(self) -> str | None:
        """The last four digits of the IIN: the birth date, which it begins with, is not shown."""
        return None if self.iin is None else "*" * 8 + self.iin[-4:]


@dataclass(frozen=True)
class Verdict:
    """The result of one check.

    `content` holds the bytes that the signature covers, and only a passed verdict has any: read these bytes and no
    others. `signed_at` is what the signer claims, not a proof of time. `reason` holds no personal data.
    """

    indication: Indication
    sub_indication: SubIndication | None
    stage: Stage | None
    reason: str
    signer: Signer | None = None
    signed_at: datetime | None = None
    content: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        complete = self.signer is not None and self.content is not None
        explained = self.sub_indication is not None and self.stage is not None
        sound = complete and not explained if self.passed else explained and self.content is None
        if not sound:
            raise ValueError("a passed verdict has a signer and content, any other a reason in full and no content")

    @property
    def passed(self) -> bool:
        return self.indication is Indication.TOTAL_PASSED

    def as_record(self) -> dict[str, object]:
        """Plain values for JSON, for the dossier: the IIN is masked, the content is left out."""
        return {
            "indication": str(self.indication),
            "sub_indication": None if self.sub_indication is None else str(self.sub_indication),
            "stage": None if self.stage is None else str(self.stage),
            "reason": self.reason,
            "signer": None if self.signer is None else _signer_record(self.signer),
            "signed_at": None if self.signed_at is None else self.signed_at.isoformat(),
        }


def passed(signer: Signer, content: bytes, signed_at: datetime | None = None) -> Verdict:
    """Everything that was checked is in order."""
    reason = "The signature, its certificate and the chain to a trusted authority are valid."
    return Verdict(Indication.TOTAL_PASSED, None, None, reason, signer, signed_at, content)


def refused(stage: Stage, sub_indication: SubIndication, reason: str) -> Verdict:
    """The check stopped at `stage`: nothing of the document is to be believed."""
    return Verdict(sub_indication.indication, sub_indication, stage, reason)


def _signer_record(signer: Signer) -> dict[str, object]:
    return {
        "iin": signer.masked_iin,
        "bin": signer.bin,
        "name": signer.common_name,
        "roles": list(signer.roles),
        "certificate": {
            "serial": f"{signer.serial_number:x}",
            "sha256": signer.certificate_sha256,
            "not_before": signer.not_before.isoformat(),
            "not_after": signer.not_after.isoformat(),
        },
    }
