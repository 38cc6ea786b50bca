"""Every real document, list and answer that is at hand is judged as its folder and its name say; none is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from signing.certificates import Certificate, read_certificate
from signing.checking import check_document
from signing.judging import Claims, judge_signer
from signing.policy import Policy
from signing.revocation.crl import read_list
from signing.revocation.crl_judging import is_believed
from signing.revocation.given_files import ResponseFiles
from signing.revocation.ocsp import read_response
from signing.revocation.status import Answer
from signing.timestamps.judging import judge_token
from signing.timestamps.reading import read_token
from signing.trust import TrustStore
from signing.trust_stores import PRODUCTION, TEST, find_trust_folder
from signing.verdict import Stage, Status, Verdict, stage_passed
from tests.shared import shared_path
from tests.signing.revocation.asking import ask, with_serial

OFFICIAL = TrustStore.from_folder(find_trust_folder(TEST))
PUBLIC = TrustStore.from_folder(find_trust_folder(PRODUCTION))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def passes(moment: str) -> Callable[[bytes], object]:
    """The document is signed by people whom the test authorities vouched for at that moment."""
    return lambda data: _assert_passed(check_document(data, Policy(OFFICIAL, at(moment))))


def _assert_passed(verdict: Verdict) -> None:
    assert verdict.passed, verdict.reason


def each_passes_at(*moments: str) -> Callable[[bytes], object]:
    """Each signer at the own moment: their certificates were never in force together."""

    def judge(data: bytes) -> None:
        for n, moment in enumerate(moments):
            assert check_document(data, Policy(OFFICIAL, at(moment))).signers[n].passed

    return judge


def leads_to_its_authority(usage: Status) -> Callable[[bytes], object]:
    def judge(data: bytes) -> None:
        claims = Claims(signature=stage_passed("not looked at here"), algorithm="", certificate=read_certificate(data))
        stages = judge_signer(claims, Policy(OFFICIAL, at("2022-06-01"))).stages
        assert (stages[Stage.CHAIN].status, stages[Stage.VALIDITY].status) == (Status.PASSED, Status.PASSED)
        assert stages[Stage.USAGE].status is usage

    return judge


def is_shipped(store: TrustStore) -> Callable[[bytes], object]:
    def judge(data: bytes) -> None:
        assert read_certificate(data) in (*store.anchors, *store.intermediates)

    return judge


def _authority(name: str) -> Certificate:
    return read_certificate((find_trust_folder(TEST) / f"{name}.cer").read_bytes())


def list_of(issuer: str) -> Callable[[bytes], object]:
    def judge(data: bytes) -> None:
        assert is_believed(read_list(data), _authority(issuer))

    return judge


def answer_of(issuer: str, serial: int, moment: str) -> Callable[[bytes], object]:
    """The authority's responder, signed and in time, says that the certificate is revoked: both answers do."""

    def judge(data: bytes) -> None:
        authority = _authority(issuer)
        subject = with_serial(replace(authority, issuer_name=authority.subject_name), serial)
        status = ask(ResponseFiles((read_response(data),)), subject, authority, now=at(moment))
        assert status.answer is Answer.REVOKED

    return judge


def token_of_the_test_authority(data: bytes) -> None:
    assert judge_token(read_token(data), Policy(OFFICIAL, at("2026-11-25"))).status is Status.PASSED


NAMED = "nca_gost2022_test"
SAMPLES: dict[str, Callable[[bytes], object]] = {
    "pki/signed/cms_attached_rsa.der": passes("2021-09-28"),
    "pki/signed/cms_attached_two_signers.der": each_passes_at("2022-09-27", "2021-09-27"),
    "pki/signed/xml_rsa.xml": passes("2021-09-28"),
    "pki/signed/xml_gost2015.xml": passes("2025-03-01"),
    "pki/signed/ceo_valid_sign_2004_gost.cer": leads_to_its_authority(Status.PASSED),
    "pki/signed/individual_valid_sign_2004_rsa.cer": leads_to_its_authority(Status.PASSED),
    # For entering sites: it signs no documents.
    "pki/signed/individual_valid_sign_2004_rsa_auth.cer": leads_to_its_authority(Status.FAILED),
    "pki/crl/nca_gost2022_test.crl": list_of(NAMED),
    "pki/crl/nca_rsa_test.crl": list_of("nca_rsa_test"),
    "pki/ocsp/ocsp_response_ceo_2015_revoked.bin": answer_of(
        NAMED, 334337323104307273202639732180583052495171937826, "2022-09-02T16:59:28"
    ),
    "pki/ocsp/ocsp_response_individual_2015.bin": answer_of(
        NAMED, 90995583491935517844583812548046341754099549519, "2022-09-02T16:58:34"
    ),
    "pki/tsp/tsp_token.bin": token_of_the_test_authority,
    "shep/examples/signed_request_gost2004.xml": passes("2019-09-24"),
    "shep/examples/signed_response_gost2004.xml": passes("2019-09-24"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_its_folder_and_name_say(name: str) -> None:
    SAMPLES[name](shared_path("data", *name.split("/")).read_bytes())


@pytest.mark.parametrize(("folder", "store"), [("production", PUBLIC), ("test", OFFICIAL)])
def test_a_published_authority_is_one_that_we_ship(folder: str, store: TrustStore) -> None:
    for path in shared_path("data", "pki", "trust", folder).iterdir():
        is_shipped(store)(path.read_bytes())


def test_no_sample_is_left_out() -> None:
    pki = shared_path("data", "pki")
    found = {f"pki/{path.relative_to(pki).as_posix()}" for path in pki.rglob("*") if path.is_file()}
    judged = {name for name in found if name in SAMPLES or name.startswith("pki/trust/")}
    assert found == judged
