"""A timestamp proves its moment when everything is in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from signing.algorithms import GOST_2004, GOST_2015_256, GOST_2015_512, RSA_SHA256, SUITES
from signing.cms.hashes import HASHES, SHA384, SHA512
from signing.keys import SigningKey
from signing.policy import TIMESTAMP_POLICIES, Policy
from signing.timestamps.judging import CLOCK_ALLOWANCE, TimestampJudgement, judge_timestamp
from signing.timestamps.making import grant, make_token
from signing.trust import TrustStore
from signing.verdict import Status, SubIndication, stage_passed
from tests.signing.pki import AT, AUTHORITY, ISSUING_NAME, make, root, rsa_key, trust
from tests.signing.timestamps.forge import (
    GOST_POLICY,
    STAMPED,
    answer,
    gost_tsa,
    info,
    make_tsa,
    names,
    names_by_sha1,
    token,
    tsa,
    usual_attributes,
)

KEYS: dict[str, Callable[[], SigningKey]] = {
    "RSA": lambda: tsa().signing_key,
    "GOST": lambda: gost_tsa().signing_key,
}


def judge(made: bytes, policy: Policy | None = None) -> TimestampJudgement:
    return judge_timestamp(made, STAMPED, policy or Policy(trust(), AT))


def holds(judged: TimestampJudgement) -> bool:
    assert (judged.result.status is Status.PASSED) is (judged.at is not None), judged
    return judged.at is not None


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("hash_oid", HASHES)
def test_what_we_make_holds_over_each_hash(key: str, hash_oid: str) -> None:
    made = make_token(STAMPED, KEYS[key](), AT, policy_oid=GOST_POLICY, serial_number=2**64, hash_oid=hash_oid)
    judged = judge(made)
    assert holds(judged), judged
    assert (judged.at, judged.policy_oid, judged.serial_number) == (AT, GOST_POLICY, 2**64)


def test_the_accepted_hashes_are_those_of_the_suites_and_the_longer_ones_of_their_family() -> None:
    assert set(HASHES) == {row.digest_oid for row in SUITES} | {SHA384, SHA512}
    assert {RSA_SHA256.digest_oid, GOST_2004.digest_oid, GOST_2015_256.digest_oid, GOST_2015_512.digest_oid} <= set(
        HASHES
    )


def test_a_token_made_without_our_code_holds() -> None:
    assert holds(judge(token()))


@pytest.mark.parametrize("status", ["granted", "granted_with_mods"])
def test_the_answer_that_wraps_a_token_is_read_too(status: str) -> None:
    assert judge(answer(status, token())) == judge(token())


def test_what_we_hand_out_is_an_answer() -> None:
    assert grant(token()) == answer("granted", token())
    assert holds(judge(grant(token())))


@pytest.mark.parametrize(
    "attributes",
    [
        lambda said: [*usual_attributes(said), names_by_sha1(tsa())],
        lambda said: [*usual_attributes(said), names_by_sha1(tsa()), names(tsa())],
    ],
    ids=["by SHA-1", "both ways"],
)
def test_the_certificate_may_be_named_in_the_old_way(attributes: Callable[[bytes], list[object]]) -> None:
    assert holds(judge(token(attributes=attributes(info().dump()))))


@pytest.mark.parametrize(
    "usage",
    [None, frozenset({"digital_signature"}), frozenset({"content_commitment"})],
    ids=["no key usage", "signature", "nonRepudiation"],
)
def test_an_authority_without_key_usage_or_with_one_that_signs_holds(usage: frozenset[str] | None) -> None:
    assert holds(judge(token(make_tsa(key_usage=usage))))


@pytest.mark.parametrize("policy_oid", sorted(TIMESTAMP_POLICIES))
def test_both_policies_of_the_national_authority_are_accepted(policy_oid: str) -> None:
    assert holds(judge(token(said=info(policy=policy_oid))))


def test_another_policy_holds_where_the_operator_accepts_it() -> None:
    accepting = Policy(trust(), AT, timestamp_policies=frozenset({"1.2.3.4"}))
    assert holds(judge(token(said=info(policy="1.2.3.4")), accepting))


def test_a_clock_that_is_a_little_ahead_is_forgiven() -> None:
    assert holds(judge(token(said=info(gen_time=AT + CLOCK_ALLOWANCE))))


def test_the_authority_above_is_the_edition_of_the_stamped_moment() -> None:
    later = AT + timedelta(days=2)
    edition = partial(make, ISSUING_NAME, rsa_key("issuing"), root(), authority=True, key_usage=AUTHORITY)
    old, new = edition(ends=AT + timedelta(days=1)), edition(begins=AT + timedelta(days=1))
    for editions in ((old, new), (new, old)):
        store = TrustStore((root().certificate,), tuple(one.certificate for one in editions))
        assert holds(judge(token(), Policy(store, later)))


def test_a_fraction_of_a_second_is_read() -> None:
    moment = AT - timedelta(milliseconds=250)
    assert judge(token(said=info(gen_time=moment))).at == moment


def test_other_facts_in_a_token_are_left_alone() -> None:
    said = info(accuracy={"seconds": 1}, ordering=True, nonce=2**64)
    assert holds(judge(token(said=said)))


def test_a_token_with_an_identifier_past_all_use_is_not_read() -> None:
    """The decoder's time grows with the square of its length."""
    long = ".".join(["1.2", *["1"] * 70])
    judged = judge(token(said=info(policy=long)))
    assert judged.result.sub_indication is SubIndication.FORMAT_FAILURE


def test_a_judgement_proves_a_moment_exactly_where_it_has_passed() -> None:
    with pytest.raises(ValueError, match="proves a moment"):
        TimestampJudgement(stage_passed("Well."))


def test_making_needs_a_zone_and_a_known_hash() -> None:
    key = tsa().signing_key
    with pytest.raises(ValueError, match="time zone"):
        make_token(STAMPED, key, AT.replace(tzinfo=None), policy_oid=GOST_POLICY, serial_number=1)
    with pytest.raises(ValueError, match="hash"):
        make_token(STAMPED, key, AT, policy_oid=GOST_POLICY, serial_number=1, hash_oid="1.3.14.3.2.26")
