"""What a check of a signature came to, signer by signer and stage by stage, in the vocabulary of ETSI EN 319 102-1."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final


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
    REVOKED = "REVOKED"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    TRY_LATER = "TRY_LATER"

    @property
    def indication(self) -> Indication:
        """The overall result that the standard ties to this reason."""
        return Indication.TOTAL_FAILED if self in _CERTAIN else Indication.INDETERMINATE


_CERTAIN = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.REVOKED,
    }
)


class Stage(StrEnum):
    """The steps of a check. `SIGNATURE` is the document's form and the mathematics, `USAGE` also who is named."""

    SIGNATURE = "signature"
    CHAIN = "chain"
    VALIDITY = "validity"
    USAGE = "usage"
    REVOCATION = "revocation"
    TIMESTAMP = "timestamp"

    # That of text, which each result is asked for a dozen times: an enumeration's own is a function in Python.
    __hash__ = str.__hash__


_STAGES: Final = tuple(Stage)


class Status(StrEnum):
    """What one stage came to."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class StageResult:
    """The result of one stage; `reason` is a sentence without personal data."""

    status: Status
    reason: str
    sub_indication: SubIndication | None = None

    def __post_init__(self) -> None:
        explained = self.sub_indication is not None
        if explained is not self.hinders:
            raise ValueError("what failed or is unknown has a sub-indication, and nothing else has one")

    @property
    def hinders(self) -> bool:
        """Whether the signer cannot pass because of this stage."""
        return self.status in (Status.FAILED, Status.UNKNOWN)


def stage_passed(reason: str) -> StageResult:
    return StageResult(Status.PASSED, reason)


def stage_failed(sub_indication: SubIndication, reason: str) -> StageResult:
    return StageResult(Status.FAILED, reason, sub_indication)


def stage_unknown(sub_indication: SubIndication, reason: str) -> StageResult:
    return StageResult(Status.UNKNOWN, reason, sub_indication)


def not_checked(reason: str) -> StageResult:
    return StageResult(Status.NOT_CHECKED, reason)


@dataclass(frozen=True)
class Signer:
    """Whom the certificate names. The authority vouches for IIN and BIN, so their check digits are not judged here.

    Only the signer of a passed verdict is who this says: a certificate outside a trusted chain names whom it likes.
    """

    iin: str | None = field(repr=False)
    bin: str | None = field(repr=False)
    common_name: str = field(repr=False)
    roles: tuple[str, ...]
    """All known roles, the general ones first."""
    serial_number: int
    issuer: str = field(repr=False)
    certificate_sha256: str
    not_before: datetime
    not_after: datetime

    @property
    def role(self) -> str | None:
        """The most particular role, None where the certificate names no known one."""
        return self.roles[-1] if self.roles else None

    @property
    def masked_iin(self) -> str | None:
        """The last four digits of the IIN: the birth date, which it begins with, is not shown."""
        return None if self.iin is None else "*" * 8 + self.iin[-4:]


@dataclass(frozen=True)
class SignerVerdict:
    """One signer's result, all six stages of it.

    `signed_at` is what the signer claims, no proof of time; `stamped_at` is that of a timestamp that holds. The
    certificate was judged as of `judged_at`.
    """

    stages: Mapping[Stage, StageResult]
    algorithm: str
    judged_at: datetime
    signer: Signer | None = None
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    value_sha256: str = ""
    """Of the signature's value: the same in whatever container it comes. "" where the format is not asked for it."""
    hindrance: tuple[Stage, StageResult] | None = field(init=False, repr=False, compare=False)
    """What decides the result: the first certain failure in the order of the stages, else the first doubt."""

    def __post_init__(self) -> None:
        if self.stages.keys() != frozenset(_STAGES):
            raise ValueError("a signer's result has all stages")
        against = [(stage, self.stages[stage]) for stage in _STAGES if self.stages[stage].hinders]
        object.__setattr__(self, "hindrance", _decide(against))
        if self.passed and (self.signer is None or not all(map(self._has_passed, _MANDATORY))):
            raise ValueError("a signer who passes is named, and has passed every mandatory stage")

    @property
    def passed(self) -> bool:
        return self.hindrance is None

    def _has_passed(self, stage: Stage) -> bool:
        return self.stages[stage].status is Status.PASSED


_MANDATORY: Final = (Stage.SIGNATURE, Stage.CHAIN, Stage.VALIDITY, Stage.USAGE)


@dataclass(frozen=True)
class Verdict:
    """The result of one check: of every signer, or the `refusal` of a document that holds none to be judged.

    `content` holds the bytes that all signatures cover, and only a passed verdict has any: read these bytes and no
    others.
    """

    format: str
    signers: tuple[SignerVerdict, ...] = ()
    refusal: StageResult | None = None
    content: bytes | None = field(default=None, repr=False)
    content_sha256: str | None = None
    """Of what the signatures cover where the mathematics holds, whatever the certificates are worth."""
    hindrance: tuple[Stage, StageResult] | None = field(init=False, repr=False, compare=False)
    """What decides the result: a certain failure of any signer before any doubt."""

    def __post_init__(self) -> None:
        if (self.refusal is None) is not bool(self.signers):
            raise ValueError("a verdict has signers, or else the refusal of the document")
        refused = [] if self.refusal is None else [(Stage.SIGNATURE, self.refusal)]
        against = refused or [one.hindrance for one in self.signers if one.hindrance is not None]
        object.__setattr__(self, "hindrance", _decide(against))
        if (self.content is not None) is not self.passed:
            raise ValueError("a passed verdict has content, and no other has")

    @property
    def passed(self) -> bool:
        return self.hindrance is None

    @property
    def indication(self) -> Indication:
        sub_indication = self.sub_indication
        return Indication.TOTAL_PASSED if sub_indication is None else sub_indication.indication

    @property
    def sub_indication(self) -> SubIndication | None:
        return self.hindrance[1].sub_indication if self.hindrance else None

    @property
    def stage(self) -> Stage | None:
        return self.hindrance[0] if self.hindrance else None

    @property
    def reason(self) -> str:
        if self.hindrance:
            return self.hindrance[1].reason
        return "Every signature, its certificate and the chain to a trusted authority are valid."

    @property
    def only_signer(self) -> SignerVerdict | None:
        """The one signer; None where there are several or none."""
        return self.signers[0] if len(self.signers) == 1 else None


def _decide(against: list[tuple[Stage, StageResult]]) -> tuple[Stage, StageResult] | None:
    """The first certain failure, else the first doubt."""
    return next((one for one in against if one[1].sub_indication in _CERTAIN), against[0] if against else None)


def conclude(format_name: str, signers: tuple[SignerVerdict, ...], content: bytes) -> Verdict:
    """The verdict over signers of whom there is at least one; the content is kept where all of them pass."""
    passed = all(one.passed for one in signers)
    sound = all(one.stages[Stage.SIGNATURE].status is Status.PASSED for one in signers)
    digest = hashlib.sha256(content).hexdigest() if sound else None
    return Verdict(format_name, signers, content=content if passed else None, content_sha256=digest)


def refuse(format_name: str, sub_indication: SubIndication, reason: str) -> Verdict:
    """The verdict over a document that has no signer to be judged."""
    return Verdict(format_name, refusal=stage_failed(sub_indication, reason))
