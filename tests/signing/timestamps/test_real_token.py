"""A token that the test authority of НУЦ РК made holds in all that can be known without what it stamped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from signing.cms.hashes import SHA1
from signing.errors import SignatureRefused
from signing.policy import Policy
from signing.timestamps.judging import CLOCK_ALLOWANCE, judge_timestamp, judge_token
from signing.timestamps.reading import Token, read_token
from signing.trust import TrustStore
from signing.verdict import Status, SubIndication
from tests.shared import shared_path
from tests.support.fuzzing import STRIDE

AT = datetime(2022, 9, 18, 13, 20, 14, tzinfo=UTC)
TODAY = datetime(2026, 3, 2, tzinfo=UTC)


def encoded() -> bytes:
    return shared_path("data", "pki", "tsp", "tsp_token.bin").read_bytes()


def token() -> Token:
    return read_token(encoded())


def policy(at: datetime = TODAY) -> Policy:
    return Policy(TrustStore.from_folder(shared_path("data", "pki", "trust", "test")), at)


def test_it_says_when_and_by_which_policy() -> None:
    assert (token().at, token().policy_oid) == (AT, "1.2.398.3.3.2.6.1")


def test_signature_chain_usage_and_policy_hold_though_the_authority_has_expired_since() -> None:
    assert judge_token(token(), policy()).status is Status.PASSED
    assert judge_token(token(), policy(AT - CLOCK_ALLOWANCE)).status is Status.PASSED


def test_it_does_not_hold_before_its_moment_or_for_those_who_trust_others() -> None:
    early = judge_token(token(), policy(AT - CLOCK_ALLOWANCE - timedelta(seconds=1)))
    assert early.sub_indication is SubIndication.TIMESTAMP_ORDER_FAILURE
    production = TrustStore.from_folder(shared_path("data", "pki", "trust", "production"))
    foreign = judge_token(token(), Policy(production, TODAY))
    assert foreign.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_its_imprint_is_of_sha1_so_it_proves_nothing_here() -> None:
    assert token().imprint_hash_oid == SHA1
    judged = judge_timestamp(encoded(), b"whatever it was", policy())
    assert judged.at is None
    assert judged.result.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def holds(data: bytes, rules: Policy) -> bool:
    try:
        return judge_token(read_token(data), rules).status is Status.PASSED
    except SignatureRefused:
        return False


def test_every_changed_byte_of_what_is_signed_or_signs_fails() -> None:
    sound, rules, data = token(), policy(), encoded()
    # The attributes have another tag on the wire than under the signature.
    for part in (sound.info, sound.signer.attributes.encoded[1:], sound.signer.signature):
        begins = data.index(part)
        for place in range(begins, begins + len(part), STRIDE):
            changed = data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
            assert not holds(changed, rules), place
    assert holds(data, rules)
