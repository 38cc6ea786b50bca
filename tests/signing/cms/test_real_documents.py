"""Documents that software of НУЦ РК signed with its official test keys pass, and any change of what counts fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest
from asn1crypto import cms

from signing.algorithms import GOST_2015_512, RSA_SHA256, Suite
from signing.cms.verifying import verify_cms
from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Indication, SignerVerdict, Stage, Status, SubIndication, Verdict
from tests.shared import shared_path
from tests.support.fuzzing import STRIDE

RSA_IN_FORCE = datetime(2021, 9, 28, tzinfo=UTC)
GOST_IN_FORCE = datetime(2022, 10, 1, tzinfo=UTC)
CONTENT = b"test123"
RSA_IIN, GOST_IIN = "123456789011", "123456789012"
ONE, TWO = "cms_attached_rsa.der", "cms_attached_two_signers.der"


def document(name: str) -> bytes:
    return shared_path("data", "pki", "signed", name).read_bytes()


@cache
def official_test_authorities() -> TrustStore:
    return TrustStore.from_folder(shared_path("data", "pki", "trust", "test"))


def judge(signature: bytes, at: datetime, content: bytes | None = None) -> Verdict:
    return verify_cms(signature, Policy(official_test_authorities(), at), content)


def by_iin(verdict: Verdict) -> dict[str | None, SignerVerdict]:
    return {one.signer.iin if one.signer else None: one for one in verdict.signers}


def test_all_signed_messages_of_the_folder_are_judged_here() -> None:
    folder = shared_path("data", "pki", "signed")
    assert {path.name for path in folder.glob("cms_*")} == {ONE, TWO}


@pytest.mark.parametrize("given", [None, CONTENT], ids=["content inside", "content given too"])
def test_the_document_of_one_signer_passes(given: bytes | None) -> None:
    verdict = judge(document(ONE), RSA_IN_FORCE, given)
    assert verdict.passed and verdict.content == CONTENT, verdict
    only = by_iin(verdict)[RSA_IIN]
    assert only.algorithm == RSA_SHA256.name
    assert only.signed_at == datetime(2022, 9, 28, 14, 40, 30, tzinfo=UTC)
    assert only.signer is not None and only.signer.role == "individual"


@pytest.mark.parametrize(
    ("at", "good", "iin", "algorithm"),
    [(RSA_IN_FORCE, RSA_IIN, GOST_IIN, RSA_SHA256), (GOST_IN_FORCE, GOST_IIN, RSA_IIN, GOST_2015_512)],
    ids=["RSA", "GOST"],
)
def test_each_of_two_signers_passes_while_his_certificate_is_in_force(
    at: datetime, good: str, iin: str, algorithm: Suite
) -> None:
    # One certificate ended before the other began, so there is no moment at which both of them pass.
    verdict = judge(document(TWO), at)
    signers = by_iin(verdict)
    assert signers[good].passed and signers[good].algorithm == algorithm.name
    assert all(one.stages[Stage.SIGNATURE].status is Status.PASSED for one in signers.values())
    assert all(one.stages[Stage.CHAIN].status is Status.PASSED for one in signers.values())
    assert signers[iin].stages[Stage.VALIDITY].sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    assert verdict.indication is Indication.INDETERMINATE and verdict.content is None


def test_other_content_beside_a_real_signature_fails() -> None:
    assert judge(document(ONE), RSA_IN_FORCE, b"test124").sub_indication is SubIndication.HASH_FAILURE


def test_a_real_signature_made_detached_passes_over_its_content_alone() -> None:
    message = cms.ContentInfo.load(document(ONE))
    message["content"]["encap_content_info"] = {"content_type": "data"}
    detached = message.dump(force=True)
    assert judge(detached, RSA_IN_FORCE, CONTENT).passed
    assert judge(detached, RSA_IN_FORCE, b"test124").sub_indication is SubIndication.HASH_FAILURE
    assert judge(detached, RSA_IN_FORCE).sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND


def test_production_authorities_know_nobody_of_the_test_ones() -> None:
    production = TrustStore.from_folder(shared_path("data", "pki", "trust", "production"))
    for name, at in ((ONE, RSA_IN_FORCE), (TWO, GOST_IN_FORCE)):
        verdict = verify_cms(document(name), Policy(production, at))
        assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def covered(name: str) -> Iterator[tuple[str | None, int]]:
    """Each place of the content (for all signers), and of each signer's attributes and signature (for that one)."""
    data = document(name)
    signed = cms.ContentInfo.load(data)["content"]
    iins = {one.chosen.serial_number: iin_of(one.chosen) for one in signed["certificates"]}
    content = signed["encap_content_info"]["content"].native
    for place in places(data, signed["encap_content_info"].contents, content):
        yield None, place
    for info in signed["signer_infos"]:
        iin = iins[info["sid"].chosen["serial_number"].native]
        for part in (info["signed_attrs"].contents, info["signature"].native):
            for place in places(data, info.contents, part):
                yield iin, place


def iin_of(certificate: object) -> str:
    subject = certificate.subject.native  # type: ignore[attr-defined]  # the library ships no types
    return str(subject["serial_number"]).removeprefix("IIN")


def places(data: bytes, around: bytes, part: bytes) -> range:
    begins = data.index(around) + around.index(part)
    return range(begins, begins + len(part), STRIDE)


@pytest.mark.parametrize(("name", "at"), [(ONE, RSA_IN_FORCE), (TWO, GOST_IN_FORCE), (TWO, RSA_IN_FORCE)])
def test_every_changed_byte_of_content_attributes_and_signature_fails_the_signers_it_concerns(
    name: str, at: datetime
) -> None:
    data = document(name)
    sound = by_iin(judge(data, at))
    for iin, place in covered(name):
        changed = data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
        verdict = judge(changed, at)
        assert not verdict.passed, place
        for one in verdict.signers:
            named = one.signer.iin if one.signer else None
            if iin in (None, named):
                assert one.stages[Stage.SIGNATURE].hinders, place
            else:
                assert one == sound[named], place


def test_a_changed_byte_anywhere_fails_or_changes_nothing_that_counts() -> None:
    data = document(ONE)
    sound = judge(data, RSA_IN_FORCE)
    for place in range(0, len(data), STRIDE):
        changed = data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
        verdict = judge(changed, RSA_IN_FORCE)
        assert verdict == sound or not verdict.passed, place
