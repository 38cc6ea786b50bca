"""A timestamp authority revoked before its timestamp proves nothing, nor one that may have lost its key since; what is
not known counts where it must be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from signing.certificates import Certificate
from signing.policy import Policy
from signing.revocation.judging import Mode, RevocationPolicy
from signing.revocation.status import Answer, CertificateStatus
from signing.timestamps.judging import TimestampJudgement, judge_timestamp
from signing.verdict import Status, SubIndication
from tests.signing.pki import AT, trust
from tests.signing.timestamps.forge import STAMPED, token, tsa

HOUR = timedelta(hours=1)
LATER = AT + timedelta(days=1)


@dataclass
class Source:
    """It knows the timestamp authority by what the test says, and everybody else as good."""

    answer: Answer
    revoked_at: datetime | None = None
    reason_code: int | None = None
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        if certificate.der != tsa().der:
            return CertificateStatus(Answer.GOOD, "The list does not name it.")
        self.asked.append((now, reference))
        return CertificateStatus(self.answer, "So the test says.", self.revoked_at, self.reason_code)


def judge(source: Source, mode: Mode = Mode.PREFER) -> TimestampJudgement:
    policy = Policy(trust(), LATER, RevocationPolicy(mode, (source,)))
    return judge_timestamp(token(), STAMPED, policy)


@pytest.mark.parametrize("mode", [Mode.PREFER, Mode.REQUIRE])
@pytest.mark.parametrize("before", [HOUR, timedelta()], ids=["earlier", "at the same moment"])
def test_an_authority_revoked_by_then_proves_nothing(mode: Mode, before: timedelta) -> None:
    judged = judge(Source(Answer.REVOKED, AT - before), mode)
    assert (judged.result.status, judged.result.sub_indication) == (Status.FAILED, SubIndication.REVOKED)


@pytest.mark.parametrize("mode", [Mode.PREFER, Mode.REQUIRE])
@pytest.mark.parametrize("reason_code", [0, 3, 4, 5])
def test_an_authority_revoked_later_does_where_its_key_stayed_its_own(mode: Mode, reason_code: int) -> None:
    """RFC 3161, 4: unspecified, another affiliation, superseded, ceased."""
    assert judge(Source(Answer.REVOKED, AT + HOUR, reason_code), mode).at == AT


@pytest.mark.parametrize("mode", [Mode.PREFER, Mode.REQUIRE])
@pytest.mark.parametrize("reason_code", [None, 1, 2, 6, 9, 10, 77])
def test_an_authority_revoked_later_for_another_reason_or_for_none_proves_nothing(
    mode: Mode, reason_code: int | None
) -> None:
    """Whoever has its key writes tokens of any moment."""
    judged = judge(Source(Answer.REVOKED, AT + HOUR, reason_code), mode)
    assert (judged.at, judged.result.sub_indication) == (None, SubIndication.REVOKED)
    assert "not for a reason that spares what was signed before" in judged.result.reason


@pytest.mark.parametrize("mode", [Mode.PREFER, Mode.REQUIRE])
@pytest.mark.parametrize("reason_code", [None, 0, 4])
def test_an_authority_revoked_by_then_proves_nothing_whatever_the_reason(mode: Mode, reason_code: int | None) -> None:
    assert judge(Source(Answer.REVOKED, AT, reason_code), mode).at is None


def test_an_unknown_state_counts_only_where_it_must_be_known() -> None:
    assert judge(Source(Answer.UNKNOWN)).at == AT
    doubtful = judge(Source(Answer.UNKNOWN), Mode.REQUIRE)
    assert (doubtful.at, doubtful.result.status) == (None, Status.UNKNOWN)
    assert doubtful.result.sub_indication is SubIndication.TRY_LATER


def test_the_state_is_asked_for_the_moment_of_the_timestamp_as_known_now() -> None:
    source = Source(Answer.GOOD)
    assert judge(source, Mode.REQUIRE).at == AT
    assert source.asked == [(LATER, AT)]


def test_nobody_is_asked_where_revocation_is_not_looked_at() -> None:
    source = Source(Answer.REVOKED, AT - HOUR)
    assert judge(source, Mode.OFF).at == AT
    assert source.asked == []
