"""A verdict cannot contradict itself, follows the standard's words, and goes into records without the IIN."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from signing.verdict import Indication, Signer, Stage, SubIndication, Verdict, passed, refused
from tests.signing.pki import AT, IIN

SIGNER = Signer(IIN, None, "ТЕСТОВ ТЕСТ", ("individual",), 255, "ab" * 32, AT, AT)


def test_a_record_is_plain_and_masks_the_iin() -> None:
    record = passed(SIGNER, b"content", AT).as_record()
    text = json.dumps(record, ensure_ascii=False)
    assert IIN not in text and "content" not in text
    assert '"iin": "********0122"' in text
    assert json.loads(text) == record


def test_a_refusal_has_a_record_too() -> None:
    record = refused(Stage.CHAIN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "Why.").as_record()
    assert record["indication"] == "INDETERMINATE"
    assert (record["stage"], record["signer"], record["signed_at"]) == ("chain", None, None)


@pytest.mark.parametrize("sub_indication", SubIndication)
def test_what_is_certainly_wrong_failed_and_the_rest_is_indeterminate(sub_indication: SubIndication) -> None:
    certain = sub_indication.value in {"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE"}
    expected = Indication.TOTAL_FAILED if certain else Indication.INDETERMINATE
    assert refused(Stage.FORMAT, sub_indication, "Why.").indication is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"content": None},
        {"signer": None},
        {"sub_indication": SubIndication.HASH_FAILURE, "stage": Stage.DIGEST},
        {"indication": Indication.TOTAL_FAILED},
        {"indication": Indication.INDETERMINATE, "sub_indication": SubIndication.HASH_FAILURE, "stage": Stage.DIGEST},
    ],
)
def test_a_verdict_that_contradicts_itself_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="passed verdict"):
        replace(passed(SIGNER, b"content"), **changes)  # type: ignore[arg-type]


def test_a_verdict_cannot_be_changed() -> None:
    verdict = refused(Stage.FORMAT, SubIndication.FORMAT_FAILURE, "Why.")
    with pytest.raises(FrozenInstanceError):
        verdict.indication = Indication.TOTAL_PASSED  # type: ignore[misc]


def test_a_verdict_shows_neither_person_nor_content() -> None:
    shown = repr(passed(SIGNER, b"content"))
    assert IIN not in shown and "ТЕСТОВ" not in shown and "content'" not in shown
    assert isinstance(passed(SIGNER, b"content"), Verdict)
