"""A verdict cannot contradict itself, follows the standard's words, and goes into records without the IIN."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from signing.reports import record, report
from signing.verdict import (
    Indication,
    Signer,
    SignerVerdict,
    Stage,
    StageResult,
    Status,
    SubIndication,
    Verdict,
    conclude,
    not_checked,
    refuse,
    stage_failed,
    stage_passed,
    stage_unknown,
)
from tests.signing.pki import AT, IIN

SIGNER = Signer(IIN, None, "ТЕСТОВ ТЕСТ", ("individual",), 255, "CN=TEST", "ab" * 32, AT, AT)
CERTAIN = {"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED"}
MANDATORY = (Stage.SIGNATURE, Stage.CHAIN, Stage.VALIDITY, Stage.USAGE)


def signed(**changes: StageResult) -> SignerVerdict:
    """A signer who passes but for the stages that are named."""
    stages = {stage: stage_passed("In order.") for stage in MANDATORY}
    stages |= {stage: not_checked("Not looked at.") for stage in Stage if stage not in MANDATORY}
    return SignerVerdict(stages | {Stage(name): result for name, result in changes.items()}, "RSA", AT, SIGNER, AT)


def verdict(*signers: SignerVerdict) -> Verdict:
    return conclude("cms", signers or (signed(),), b"content")


def test_where_every_signer_passes_the_signed_bytes_are_given_out() -> None:
    found = verdict(signed(), signed())
    assert (found.indication, found.content) == (Indication.TOTAL_PASSED, b"content")
    assert (found.sub_indication, found.stage) == (None, None)


@pytest.mark.parametrize("sub_indication", SubIndication)
def test_what_is_certainly_wrong_failed_and_the_rest_is_indeterminate(sub_indication: SubIndication) -> None:
    expected = Indication.TOTAL_FAILED if sub_indication.value in CERTAIN else Indication.INDETERMINATE
    assert refuse("cms", sub_indication, "Why.").indication is expected
    assert verdict(signed(chain=stage_failed(sub_indication, "Why."))).indication is expected


@pytest.mark.parametrize("stage", Stage)
def test_one_stage_of_one_signer_spoils_the_whole_and_no_content_is_given(stage: Stage) -> None:
    bad = signed(**{stage.value: stage_unknown(SubIndication.TRY_LATER, "Why.")})
    found = verdict(signed(), bad)
    assert (found.indication, found.stage, found.content) == (Indication.INDETERMINATE, stage, None)


def test_a_certain_failure_counts_before_any_doubt_wherever_it_stands() -> None:
    doubtful = signed(chain=stage_failed(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "No chain."))
    revoked = signed(revocation=stage_failed(SubIndication.REVOKED, "Revoked."))
    found = verdict(doubtful, revoked)
    assert (found.indication, found.stage, found.reason) == (Indication.TOTAL_FAILED, Stage.REVOCATION, "Revoked.")


def test_the_digest_of_the_content_is_told_only_where_the_mathematics_holds() -> None:
    untrusted = verdict(signed(chain=stage_failed(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "Why.")))
    broken = verdict(signed(signature=stage_failed(SubIndication.SIG_CRYPTO_FAILURE, "Why.")))
    assert (untrusted.content_sha256 is not None, broken.content_sha256) == (True, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"signers": ()},
        {"content": None},
        {"refusal": stage_failed(SubIndication.FORMAT_FAILURE, "Why.")},
        {"signers": (), "content": None},
    ],
)
def test_a_verdict_that_contradicts_itself_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="verdict"):
        replace(verdict(), **changes)  # type: ignore[arg-type]


def test_a_verdict_of_nobody_never_passes() -> None:
    with pytest.raises(ValueError, match="signers"):
        Verdict("cms", content=b"content")


@pytest.mark.parametrize("stage", MANDATORY)
def test_a_signer_does_not_pass_with_a_mandatory_stage_left_out(stage: Stage) -> None:
    with pytest.raises(ValueError, match="mandatory"):
        signed(**{stage.value: not_checked("Left out.")})


def test_a_signer_whom_no_certificate_names_does_not_pass() -> None:
    with pytest.raises(ValueError, match="named"):
        replace(signed(), signer=None)


def test_a_signer_has_all_stages() -> None:
    with pytest.raises(ValueError, match="all stages"):
        replace(signed(), stages={})


@pytest.mark.parametrize("status", Status)
def test_what_hinders_is_explained_and_nothing_else_is(status: Status) -> None:
    explained = status in (Status.FAILED, Status.UNKNOWN)
    with pytest.raises(ValueError, match="sub-indication"):
        StageResult(status, "Why.", None if explained else SubIndication.REVOKED)


def test_a_record_is_plain_and_masks_the_iin_where_a_report_has_it() -> None:
    kept, told = record(verdict()), report(verdict())
    text = json.dumps(kept, ensure_ascii=False)
    assert IIN not in text and '"content"' not in text
    assert '"iin": "********0122"' in text
    assert json.loads(text) == kept
    assert IIN in json.dumps(told)


def test_a_report_names_the_most_particular_role_and_every_stage() -> None:
    head = replace(SIGNER, roles=("organisation", "organisation-head"))
    (told,) = json.loads(json.dumps(report(verdict(replace(signed(), signer=head)))))["signers"]
    assert told["role"] == "organisation-head"
    assert list(told["stages"]) == [stage.value for stage in Stage]
    assert told["certificate"]["serial"] == "ff"


def test_a_refusal_has_a_report_too() -> None:
    told = report(refuse("xmldsig", SubIndication.FORMAT_FAILURE, "Why."))
    assert (told["format"], told["indication"], told["signers"]) == ("xmldsig", "TOTAL_FAILED", [])
    assert told["signed_content_sha256"] is None


def test_a_verdict_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        verdict().signers = ()  # type: ignore[misc]


def test_a_verdict_shows_neither_person_nor_content() -> None:
    shown = repr(verdict())
    assert IIN not in shown and "ТЕСТОВ" not in shown and "content'" not in shown
