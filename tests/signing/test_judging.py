"""Who is asked about a signer, and when: no authority is troubled for a signature that does not count anyway."""

from __future__ import annotations

from datetime import datetime

import pytest

from signing.certificates import Certificate
from signing.judging import Claims, judge_signer
from signing.policy import Policy, SignerRule, accept_anybody
from signing.revocation.judging import Mode, RevocationPolicy
from signing.revocation.status import Answer, CertificateStatus
from signing.verdict import Stage, StageResult, Status, SubIndication, stage_failed, stage_passed, stage_unknown
from tests.signing.pki import AT, IIN, PERSON, YEAR, Made, issuing, make, person, rsa_key, trust

SOUND = stage_passed("It holds.")


class Authority:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        self.asked += 1
        return CertificateStatus(Answer.GOOD, "It is good.")


def judge(
    signature: StageResult = SOUND, made: Made | None = None, rule: SignerRule = accept_anybody
) -> tuple[int, StageResult, StageResult]:
    """How often the authority was asked, and what the stages of revocation and usage came to."""
    authority = Authority()
    policy = Policy(trust(), AT, RevocationPolicy(Mode.REQUIRE, (authority,)), signer_rule=rule)
    stages = judge_signer(Claims(signature, "RSA", (made or person()).certificate), policy).stages
    return authority.asked, stages[Stage.REVOCATION], stages[Stage.USAGE]


def test_an_authority_is_asked_about_a_sound_signature_for_each_certificate_of_the_chain() -> None:
    asked, revocation, _ = judge()
    assert (asked, revocation.status) == (2, Status.PASSED)


@pytest.mark.parametrize(
    "signature",
    [
        stage_failed(SubIndication.SIG_CRYPTO_FAILURE, "It does not hold."),
        stage_failed(SubIndication.HASH_FAILURE, "It is over something else."),
        stage_unknown(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, "Nobody has the certificate."),
    ],
)
def test_no_authority_is_asked_about_a_signature_that_does_not_hold(signature: StageResult) -> None:
    asked, revocation, _ = judge(signature)
    assert (asked, revocation.status) == (0, Status.NOT_CHECKED)


def test_nor_about_a_key_that_is_not_meant_for_it_or_a_chain_that_is_none() -> None:
    login = make(PERSON, rsa_key("person"), issuing(), key_usage=frozenset({"digital_signature"}))
    alone = make(PERSON, rsa_key("person"), None)
    for made in (login, alone):
        asked, revocation, _ = judge(made=made)
        assert (asked, revocation.status) == (0, Status.NOT_CHECKED)


def test_nor_about_a_signer_who_may_not_sign_here_which_the_rule_says_in_its_own_words() -> None:
    asked, revocation, usage = judge(rule=lambda signer: "Only others may." if signer.iin == IIN else None)
    assert (asked, revocation.status) == (0, Status.NOT_CHECKED)
    assert usage == stage_failed(SubIndication.SIG_CONSTRAINTS_FAILURE, "Only others may.")


def test_an_expired_certificate_may_be_revoked_all_the_same() -> None:
    old = make(PERSON, rsa_key("person"), issuing(), begins=AT - 2 * YEAR, ends=AT - YEAR)
    assert judge(made=old)[0] == 2
