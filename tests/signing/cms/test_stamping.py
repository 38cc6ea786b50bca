"""Timestamps are added to a message that is there already, and nothing that was signed changes."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from signing import algorithms
from signing.cms.making import sign_cms, sign_digest
from signing.cms.reading import read_signed_message
from signing.cms.stamping import stamp_signers
from signing.cms.verifying import verify_cms
from signing.errors import SignatureRefused
from signing.keys import GostKey, RsaKey
from signing.policy import Policy
from signing.timestamps.making import make_token
from signing.trust import TrustStore
from signing.verdict import Stage, Status

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])


@cache
def authority() -> Authority:
    return Authority.create(AT)


@cache
def key(profile: str, algorithm: str) -> RsaKey | GostKey:
    return authority().issue(profile, Subject("900314499010"), at=AT, algorithm=algorithm)


def stamp(signature: bytes) -> bytes:
    return make_token(
        signature,
        key("timestamping", "rsa"),
        AT,
        policy_oid="1.2.398.3.3.2.6.4",
        serial_number=secrets.randbits(63),
    )


def test_every_signer_gets_a_timestamp_and_signs_what_he_signed(tmp_path: Path) -> None:
    authority().save(tmp_path)
    keys = [key("individual", "rsa"), key("individual", "gost2015")]
    before = sign_cms(b"content", keys, AT)
    after = stamp_signers(before, stamp)
    signers = [read_signed_message(message).signers for message in (before, after)]
    assert [one.attributes for one in signers[0]] == [one.attributes for one in signers[1]]
    assert [one.signature for one in signers[0]] == [one.signature for one in signers[1]]
    assert [len(one.timestamps) for one in signers[1]] == [1, 1]
    verdict = verify_cms(after, Policy(TrustStore.from_folder(tmp_path / "trust"), AT), b"content")
    assert [one.stages[Stage.TIMESTAMP].status for one in verdict.signers] == [Status.PASSED, Status.PASSED]


def test_a_signature_that_has_a_timestamp_keeps_it_alone() -> None:
    once = sign_cms(b"content", key("individual", "rsa"), AT, stamp=stamp)
    assert stamp_signers(once, stamp) == once


@pytest.mark.parametrize("what", [b"", b"no message", b"\x30\x00"])
def test_what_is_no_signed_message_is_refused(what: bytes) -> None:
    with pytest.raises(SignatureRefused):
        stamp_signers(what, stamp)


@BY_ALGORITHM
def test_who_signs_a_digest_signs_its_content(algorithm: str, tmp_path: Path) -> None:
    authority().save(tmp_path)
    judge = Policy(TrustStore.from_folder(tmp_path / "trust"), AT)
    signer = key("individual", algorithm)
    signature = sign_digest(algorithms.digest(signer.suite, b"content"), signer, AT)
    assert verify_cms(signature, judge, b"content").passed
    assert not verify_cms(signature, judge, b"other").passed
