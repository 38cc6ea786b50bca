"""A timestamp inside a signature moves the moment at which the certificate had to be good (CAdES-T)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from asn1crypto import cms
from cryptography import x509

from signing.certificates import Certificate
from signing.cms.making import sign_cms
from signing.cms.verifying import verify_cms
from signing.keys import SigningKey
from signing.policy import Policy
from signing.revocation.judging import Mode, RevocationPolicy
from signing.revocation.status import Answer, CertificateStatus
from signing.verdict import Indication, SignerVerdict, Stage, Status, SubIndication, Verdict
from tests.signing.cms.forge import CONTENT, attribute, message, signer_info
from tests.signing.pki import AT, AUTHORITY, PERSON, YEAR, Made, gost_person, issuing, make, person, rsa_key, trust
from tests.signing.timestamps.forge import gost_tsa, make_tsa, stamper, tsa

HOUR = timedelta(hours=1)
LONG_AFTER = AT + 2 * YEAR
"""All certificates have expired by then, the authorities' too."""
_S = SubIndication
Stamp = Callable[[bytes], bytes]


def judge(signature: bytes, at: datetime = LONG_AFTER) -> Verdict:
    return verify_cms(signature, Policy(trust(), at), CONTENT)


def signed(stamp: Stamp | None, key: SigningKey | None = None) -> bytes:
    return sign_cms(CONTENT, key or person().signing_key, AT, stamp=stamp)


def only(verdict: Verdict) -> SignerVerdict:
    assert verdict.only_signer is not None
    return verdict.only_signer


def stamped_with(*stamps: Stamp, as_values: bool = False, made: Made | None = None) -> bytes:
    """A signature made without our code, with several timestamps: as many attributes, or values of one."""
    made = made or person()
    value = signer_info(made)["signature"].native
    tokens = [cms.ContentInfo.load(stamp(value)) for stamp in stamps]
    kind = "signature_time_stamp_token"
    unsigned = [attribute(kind, *tokens)] if as_values else [attribute(kind, token) for token in tokens]
    # PKCS#1 v1.5 is the same each time, so the stamped value is that of this signer too.
    return message([signer_info(made, unsigned=unsigned)], [made])


PAIRS: dict[str, tuple[Callable[[], SigningKey], Callable[[], SigningKey]]] = {
    "RSA by RSA": (lambda: person().signing_key, lambda: tsa().signing_key),
    "RSA by GOST": (lambda: person().signing_key, lambda: gost_tsa().signing_key),
    "GOST by RSA": (lambda: gost_person().signing_key, lambda: tsa().signing_key),
    "GOST by GOST": (lambda: gost_person().signing_key, lambda: gost_tsa().signing_key),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_what_was_stamped_while_certificates_were_good_passes_when_they_have_expired(pair: str) -> None:
    key, authority = PAIRS[pair]
    verdict = judge(signed(stamper(AT + HOUR, authority()), key()))
    assert verdict.passed and verdict.content == CONTENT, verdict
    one = only(verdict)
    assert (one.signed_at, one.stamped_at, one.judged_at) == (AT, AT + HOUR, AT + HOUR)
    assert one.stages[Stage.TIMESTAMP].status is Status.PASSED


def test_without_a_timestamp_an_expired_certificate_leaves_the_result_open() -> None:
    verdict = judge(signed(None))
    assert (verdict.indication, verdict.sub_indication) == (Indication.INDETERMINATE, _S.OUT_OF_BOUNDS_NO_POE)
    assert only(verdict).judged_at == LONG_AFTER


def short_lived() -> Made:
    """A person whose certificate ended an hour ago."""
    return make(PERSON, rsa_key("person"), issuing(), ends=AT - HOUR)


def test_a_timestamp_after_the_certificate_expired_proves_too_little() -> None:
    verdict = judge(signed(stamper(AT), short_lived().signing_key), AT)
    assert verdict.sub_indication is _S.OUT_OF_BOUNDS_NO_POE
    assert (only(verdict).stamped_at, only(verdict).judged_at) == (AT, AT)


def test_the_last_moment_of_the_certificate_is_in_time() -> None:
    assert judge(signed(stamper(AT - HOUR), short_lived().signing_key)).passed


def over_another(value: bytes) -> bytes:
    return stamper()(value[::-1])


def by_a_stranger(value: bytes) -> bytes:
    above = make(((x509.NameOID.COMMON_NAME, "STRANGER"),), rsa_key("twin"), None, authority=True, key_usage=AUTHORITY)
    return stamper(key=make_tsa(issuer=above).signing_key)(value)


BAD: dict[str, tuple[Stamp, SubIndication]] = {
    "over another signature": (over_another, _S.HASH_FAILURE),
    "by an untrusted authority": (by_a_stranger, _S.NO_CERTIFICATE_CHAIN_FOUND),
    "by a person": (lambda value: stamper(key=person().signing_key)(value), _S.CHAIN_CONSTRAINTS_FAILURE),
    "by another policy": (lambda value: stamper(policy_oid="1.2.3.4")(value), _S.SIG_CONSTRAINTS_FAILURE),
    "of the future": (lambda value: stamper(LONG_AFTER + HOUR)(value), _S.TIMESTAMP_ORDER_FAILURE),
    "after its authority expired": (lambda value: stamper(LONG_AFTER)(value), _S.OUT_OF_BOUNDS_NO_POE),
    "no token": (lambda value: b"\x30\x03\x04\x01" + value[:1], _S.FORMAT_FAILURE),
}
OF_TIME = frozenset({_S.TIMESTAMP_ORDER_FAILURE, _S.OUT_OF_BOUNDS_NO_POE})


@pytest.mark.parametrize("name", BAD)
def test_a_bad_timestamp_fails_its_stage_and_proves_no_moment(name: str) -> None:
    stamp, why = BAD[name]
    one = only(judge(signed(stamp)))
    assert one.stages[Stage.TIMESTAMP].status is Status.FAILED
    assert one.stages[Stage.TIMESTAMP].sub_indication is why
    assert one.stages[Stage.SIGNATURE].status is Status.PASSED
    assert one.stages[Stage.VALIDITY].sub_indication is _S.OUT_OF_BOUNDS_NO_POE
    assert (one.stamped_at, one.judged_at) == (None, LONG_AFTER)


@pytest.mark.parametrize("name", [name for name, (_, why) in BAD.items() if why not in OF_TIME])
def test_a_bad_timestamp_hinders_even_where_none_is_needed(name: str) -> None:
    stamp, why = BAD[name]
    verdict = judge(signed(stamp), AT)
    assert (verdict.stage, verdict.sub_indication) == (Stage.TIMESTAMP, why)


@pytest.mark.parametrize("as_values", [True, False], ids=["values", "attributes"])
def test_of_several_timestamps_the_earliest_counts(as_values: bool) -> None:
    stamps = [stamper(AT + 2 * HOUR), stamper(AT + HOUR), stamper(AT + 3 * HOUR, gost_tsa().signing_key)]
    verdict = judge(stamped_with(*stamps, as_values=as_values))
    assert verdict.passed
    assert only(verdict).stamped_at == AT + HOUR


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
@pytest.mark.parametrize("as_values", [True, False], ids=["values", "attributes"])
def test_one_bad_timestamp_spoils_the_others(first: bool, as_values: bool) -> None:
    stamps = [over_another, stamper(AT + HOUR)]
    one = only(judge(stamped_with(*(stamps if first else stamps[::-1]), as_values=as_values)))
    assert one.stages[Stage.TIMESTAMP].sub_indication is _S.HASH_FAILURE
    assert one.stamped_at is None


def test_a_timestamp_older_than_the_certificate_fails() -> None:
    young = make(PERSON, rsa_key("person"), issuing(), begins=AT)
    assert judge(stamped_with(stamper(AT), made=young)).passed
    one = only(judge(stamped_with(stamper(AT - timedelta(seconds=1)), made=young)))
    assert one.stages[Stage.TIMESTAMP].sub_indication is _S.TIMESTAMP_ORDER_FAILURE
    assert one.stamped_at is None


def test_a_good_timestamp_helps_its_own_signer_alone() -> None:
    young = make(PERSON, rsa_key("other"), issuing())
    value = signer_info(person())["signature"].native
    stamped = attribute("signature_time_stamp_token", cms.ContentInfo.load(stamper()(value)))
    infos = [signer_info(person(), unsigned=[stamped]), signer_info(young)]
    verdict = judge(message(infos, [person(), young]))
    passed = {one.signer.certificate_sha256: one.passed for one in verdict.signers if one.signer}
    assert passed == {person().certificate.sha256: True, young.certificate.sha256: False}


def test_a_timestamp_repairs_no_signature() -> None:
    info = signer_info(person())
    info["signature"] = broken = bytes(256)
    info["unsigned_attrs"] = cms.CMSAttributes(
        [attribute("signature_time_stamp_token", cms.ContentInfo.load(stamper()(broken)))]
    )
    one = only(judge(message([info], [person()])))
    assert one.stages[Stage.TIMESTAMP].status is Status.NOT_CHECKED
    assert one.stages[Stage.SIGNATURE].sub_indication is _S.SIG_CRYPTO_FAILURE


@dataclass(frozen=True)
class Revoking:
    """It has revoked the person at a moment, and nobody else."""

    revoked_at: datetime

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        if certificate == person().certificate:
            return CertificateStatus(Answer.REVOKED, "So the test says.", self.revoked_at)
        return CertificateStatus(Answer.GOOD, "The list does not name it.")


@pytest.mark.parametrize("after", [HOUR, -HOUR], ids=["after", "before"])
def test_a_revocation_counts_unless_the_timestamp_is_earlier(after: timedelta) -> None:
    revocation = RevocationPolicy(Mode.REQUIRE, (Revoking(AT + after),))
    verdict = verify_cms(signed(stamper(AT)), Policy(trust(), LONG_AFTER, revocation), CONTENT)
    assert verdict.sub_indication is (None if after > timedelta() else _S.REVOKED)
