"""Verdicts as signing would give them, for tests that are not about signatures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from signing.verdict import (
    Signer,
    SignerVerdict,
    Stage,
    StageResult,
    SubIndication,
    Verdict,
    conclude,
    not_checked,
    refuse,
    stage_failed,
    stage_passed,
)

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def passed(iin: str, content: bytes, roles: tuple[str, ...] = ("individual",), bin_: str | None = None) -> Verdict:
    """One person's signature over the content, in order in all respects; each is another signature."""
    return conclude("cms", (_signed_by(iin, roles, {}, bin_),), content)


def stopped(stage: Stage, sub_indication: SubIndication, iin: str = "900101350122") -> Verdict:
    """A signature that does not pass because of one stage."""
    return conclude("cms", (_signed_by(iin, ("individual",), {stage: stage_failed(sub_indication, "why")}),), b"")


def refused(sub_indication: SubIndication = SubIndication.FORMAT_FAILURE) -> Verdict:
    """A document without a signer to be judged."""
    return refuse("cms", sub_indication, "why")


def _signed_by(
    iin: str, roles: tuple[str, ...], changes: Mapping[Stage, StageResult], bin_: str | None = None
) -> SignerVerdict:
    stages = {stage: stage_passed("in order") for stage in Stage}
    stages |= {stage: not_checked("not looked at") for stage in (Stage.REVOCATION, Stage.TIMESTAMP)}
    signer = Signer(iin, bin_, "ПРИМЕРОВА АЙГУЛЬ", roles, 1, "CN=TEST", "", AT, AT)
    own = uuid4().hex * 2
    return SignerVerdict({**stages, **changes}, "RSA with SHA-256", AT, signer, value_sha256=own)
