"""Over a chain a revocation counts from its moment on, and what nobody knows is never good where it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from signing.certificates import Certificate
from signing.revocation.judging import NOT_LOOKED_AT, Mode, RevocationPolicy
from signing.revocation.status import Answer, CertificateStatus, good, unknown
from signing.trust import Chain
from signing.verdict import StageResult, Status, SubIndication
from tests.signing.pki import AT, issuing, person, root
from tests.signing.revocation.making import HOUR, TOMORROW, YESTERDAY

KNOWN_GOOD = good("It is good.")


@dataclass
class Knows:
    """A source that knows these certificates, by number; it notes whom it was asked about and as of when."""

    statuses: dict[int, CertificateStatus] = field(default_factory=dict)
    asked: list[tuple[Certificate, Certificate, datetime, datetime]] = field(default_factory=list)

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        self.asked.append((certificate, issuer, now, reference))
        return self.statuses.get(certificate.serial_number, unknown("It is not known."))


def chain() -> Chain:
    return person().certificate, issuing().certificate, root().certificate


def knows(leaf: CertificateStatus | None, authority: CertificateStatus | None = None) -> Knows:
    numbers = {person().certificate.serial_number: leaf, issuing().certificate.serial_number: authority}
    return Knows({number: status for number, status in numbers.items() if status is not None})


def revoked(at: datetime) -> CertificateStatus:
    return CertificateStatus(Answer.REVOKED, "The list says so.", at)


def judge(mode: Mode, *sources: Knows, reference: datetime = AT) -> StageResult:
    return RevocationPolicy(mode, sources).judge(chain(), now=AT, reference=reference)


def test_all_below_the_anchor_known_to_be_good_passes() -> None:
    source = knows(KNOWN_GOOD, KNOWN_GOOD)
    assert judge(Mode.REQUIRE, source).status is Status.PASSED
    leaf, authority, anchor = chain()
    assert [asked[:2] for asked in source.asked] == [(leaf, authority), (authority, anchor)]


def test_the_sources_are_told_both_moments() -> None:
    source = knows(KNOWN_GOOD)
    judge(Mode.PREFER, source, reference=YESTERDAY)
    assert {asked[2:] for asked in source.asked} == {(AT, YESTERDAY)}


@pytest.mark.parametrize("mode", [Mode.REQUIRE, Mode.PREFER])
def test_a_revoked_signer_fails_and_a_revoked_authority_too(mode: Mode) -> None:
    signer = judge(mode, knows(revoked(YESTERDAY), KNOWN_GOOD))
    assert (signer.status, signer.sub_indication) == (Status.FAILED, SubIndication.REVOKED)
    assert signer.reason == "The certificate is revoked. The list says so."
    authority = judge(mode, knows(KNOWN_GOOD, revoked(YESTERDAY)))
    assert (authority.status, authority.sub_indication) == (Status.FAILED, SubIndication.REVOKED)
    assert authority.reason.startswith("A certificate of the authority is revoked.")


def test_a_revocation_counts_from_its_moment_on() -> None:
    for reference, status in ((YESTERDAY - HOUR, Status.PASSED), (YESTERDAY, Status.FAILED), (AT, Status.FAILED)):
        assert judge(Mode.REQUIRE, knows(revoked(YESTERDAY), KNOWN_GOOD), reference=reference).status is status
    assert judge(Mode.REQUIRE, knows(revoked(TOMORROW), KNOWN_GOOD)).status is Status.PASSED


def test_a_late_revocation_is_told() -> None:
    signer = judge(Mode.REQUIRE, knows(revoked(TOMORROW), KNOWN_GOOD))
    assert signer.reason == "The certificate was revoked after the moment that counts. The list says so."
    authority = judge(Mode.PREFER, knows(KNOWN_GOOD, revoked(TOMORROW)))
    assert authority.reason.startswith("A certificate of the authority was revoked after the moment that counts.")
    assert judge(Mode.REQUIRE, knows(KNOWN_GOOD, KNOWN_GOOD)).reason == "The authority has not revoked the certificate."


def test_a_late_revocation_of_the_signer_does_not_hide_an_earlier_one_of_the_authority() -> None:
    result = judge(Mode.PREFER, knows(revoked(TOMORROW), revoked(YESTERDAY)))
    assert result.sub_indication is SubIndication.REVOKED


@pytest.mark.parametrize("mode", [Mode.REQUIRE, Mode.PREFER])
def test_a_signer_nobody_knows_is_never_good(mode: Mode) -> None:
    result = judge(mode, knows(None, KNOWN_GOOD))
    assert (result.status, result.sub_indication) == (Status.UNKNOWN, SubIndication.TRY_LATER)
    assert result.reason == "It is not known."


def test_an_authority_nobody_knows_matters_where_everything_is_required() -> None:
    assert judge(Mode.REQUIRE, knows(KNOWN_GOOD)).status is Status.UNKNOWN
    assert judge(Mode.PREFER, knows(KNOWN_GOOD)).status is Status.PASSED


def test_a_revoked_authority_outweighs_a_signer_nobody_knows() -> None:
    assert judge(Mode.PREFER, knows(None, revoked(YESTERDAY))).sub_indication is SubIndication.REVOKED


def test_the_first_source_that_knows_is_heard_and_no_further_one_asked() -> None:
    silent, first, second = knows(None), knows(KNOWN_GOOD, KNOWN_GOOD), knows(revoked(YESTERDAY))
    assert judge(Mode.REQUIRE, silent, first, second).status is Status.PASSED
    assert (len(silent.asked), len(first.asked), len(second.asked)) == (2, 2, 0)


def test_no_source_is_a_doubt() -> None:
    assert judge(Mode.REQUIRE).status is Status.UNKNOWN
    assert judge(Mode.PREFER).reason == "There is no source that says whether the certificate is revoked."


def test_where_it_is_off_nobody_is_asked_and_it_says_so() -> None:
    source = knows(revoked(YESTERDAY))
    assert judge(Mode.OFF, source).status is Status.NOT_CHECKED
    assert source.asked == []
    assert NOT_LOOKED_AT.judge(chain(), now=AT, reference=AT).status is Status.NOT_CHECKED


def test_a_revocation_has_its_time_and_nothing_else_has_one() -> None:
    for answer, at in ((Answer.REVOKED, None), (Answer.GOOD, AT), (Answer.UNKNOWN, AT)):
        with pytest.raises(ValueError, match="has its time"):
            CertificateStatus(answer, "Why.", at)
