"""Every rule for timestamps refuses the token that breaks it alone, for the reason that it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from asn1crypto import core
from cryptography.x509.oid import NameOID

from signing.policy import Policy
from signing.timestamps.judging import CLOCK_ALLOWANCE, TimestampJudgement, judge_timestamp
from signing.timestamps.reading import MAX_TOKEN_BYTES
from signing.verdict import Status, SubIndication
from tests.signing.cms.forge import signer_info
from tests.signing.pki import AT, AUTHORITY, DOCUMENTS, Made, issuing, make, person, rsa_key, trust
from tests.signing.timestamps.forge import (
    NAME,
    STAMPED,
    TIMESTAMPING,
    answer,
    imprint,
    info,
    make_tsa,
    names,
    names_by_sha1,
    token,
    tsa,
    usages,
    usual_attributes,
)
from tests.support.fuzzing import STRIDE

_S = SubIndication
_SECOND = timedelta(seconds=1)
SAID = info().dump()


def judge(made: bytes, stamped: bytes = STAMPED) -> TimestampJudgement:
    return judge_timestamp(made, stamped, Policy(trust(), AT))


def stranger() -> Made:
    """An authority's own root, which nobody trusts."""
    name = ((NameOID.COMMON_NAME, "STRANGER"),)
    return make(name, rsa_key("twin"), None, authority=True, key_usage=AUTHORITY)


def with_broken_signature() -> bytes:
    broken = signer_info(tsa(), [*usual_attributes(SAID), names(tsa())])
    broken["signature"] = bytes(256)
    return token(signers=[broken])


def with_other_key() -> bytes:
    other = Made(rsa_key("other"), tsa().x509)
    return token(signers=[signer_info(other, [*usual_attributes(SAID), names(tsa())])])


def twice_signed() -> bytes:
    one = signer_info(tsa(), [*usual_attributes(SAID), names(tsa())])
    return token(signers=[one, one])


def with_extension(critical: bool) -> bytes:
    strange = {"extn_id": "1.2.3.4", "critical": critical, "extn_value": b"\x05\x00"}
    return token(said=info(extensions=[strange]))


def zoneless() -> bytes:
    return token(said=info(gen_time=core.GeneralizedTime(contents=b"20260302120000")))


def of_another_hash_length() -> bytes:
    short = imprint("sha256")
    short["hashed_message"] = short["hashed_message"][:16]
    return token(said=info(message_imprint=short))


def without_critical_usage() -> Made:
    return make(NAME, rsa_key("tsa"), issuing(), roles=(TIMESTAMPING,))


def authority_as_stamper() -> Made:
    return make(
        NAME,
        rsa_key("tsa"),
        issuing(),
        authority=True,
        path_length=0,
        key_usage=AUTHORITY | DOCUMENTS,
        extension=usages(TIMESTAMPING),
    )


ATTACKS: dict[str, tuple[Callable[[], bytes], SubIndication]] = {
    "made for something else": (
        lambda: token(said=info(message_imprint=imprint("sha256", b"another signature"))),
        _S.HASH_FAILURE,
    ),
    "imprint cut short": (of_another_hash_length, _S.HASH_FAILURE),
    "imprint with SHA-1": (lambda: token(said=info(message_imprint=imprint("sha1"))), _S.CRYPTO_CONSTRAINTS_FAILURE),
    "said differs from what was signed": (
        lambda: token(said=info(serial_number=8), attributes=[*usual_attributes(SAID), names(tsa())]),
        _S.HASH_FAILURE,
    ),
    "broken signature": (with_broken_signature, _S.SIG_CRYPTO_FAILURE),
    "another's key": (with_other_key, _S.SIG_CRYPTO_FAILURE),
    "untrusted authority": (lambda: token(make_tsa(issuer=stranger())), _S.NO_CERTIFICATE_CHAIN_FOUND),
    "a person as authority": (lambda: token(person()), _S.CHAIN_CONSTRAINTS_FAILURE),
    "usage not critical": (lambda: token(without_critical_usage()), _S.CHAIN_CONSTRAINTS_FAILURE),
    "usage beside another": (
        lambda: token(make_tsa(TIMESTAMPING, "1.3.6.1.5.5.7.3.4")),
        _S.CHAIN_CONSTRAINTS_FAILURE,
    ),
    "any usage": (lambda: token(make_tsa("2.5.29.37.0")), _S.CHAIN_CONSTRAINTS_FAILURE),
    "key that may only encipher": (
        lambda: token(make_tsa(key_usage=frozenset({"key_encipherment"}))),
        _S.CHAIN_CONSTRAINTS_FAILURE,
    ),
    "authority for certificates": (lambda: token(authority_as_stamper()), _S.CHAIN_CONSTRAINTS_FAILURE),
    "authority expired before": (lambda: token(make_tsa(ends=AT - _SECOND)), _S.OUT_OF_BOUNDS_NO_POE),
    "authority not begun": (lambda: token(make_tsa(begins=AT + _SECOND)), _S.OUT_OF_BOUNDS_NO_POE),
    "other policy": (lambda: token(said=info(policy="1.2.398.3.3.2.6.2")), _S.SIG_CONSTRAINTS_FAILURE),
    "future": (lambda: token(said=info(gen_time=AT + CLOCK_ALLOWANCE + _SECOND)), _S.TIMESTAMP_ORDER_FAILURE),
    "certificate not named": (lambda: token(attributes=usual_attributes(SAID)), _S.SIG_CONSTRAINTS_FAILURE),
    "another certificate named": (
        lambda: token(attributes=[*usual_attributes(SAID), names(person())]),
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
    "another certificate named by SHA-1": (
        lambda: token(attributes=[*usual_attributes(SAID), names_by_sha1(person())]),
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
    "another certificate named beside the right one": (
        lambda: token(attributes=[*usual_attributes(SAID), names(tsa()), names_by_sha1(person())]),
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
    "certificate missing": (lambda: token(certificates=[]), _S.NO_SIGNING_CERTIFICATE_FOUND),
    "certificate twice": (lambda: token(certificates=[tsa(), tsa()]), _S.NO_SIGNING_CERTIFICATE_FOUND),
    "no signer": (lambda: token(signers=[]), _S.FORMAT_FAILURE),
    "two signers": (twice_signed, _S.FORMAT_FAILURE),
    "nothing said": (lambda: token(detached=True), _S.FORMAT_FAILURE),
    "plain data": (lambda: token(content_type="data"), _S.FORMAT_FAILURE),
    "plain data by its attribute": (
        lambda: token(attributes=[*usual_attributes(SAID, "data"), names(tsa())]),
        _S.FORMAT_FAILURE,
    ),
    "no attributes": (lambda: token(signers=[signer_info(tsa(), over=SAID)]), _S.FORMAT_FAILURE),
    "another version": (lambda: token(said=info(version="v2")), _S.FORMAT_FAILURE),
    "critical extension": (lambda: with_extension(critical=True), _S.FORMAT_FAILURE),
    "moment without zone": (zoneless, _S.FORMAT_FAILURE),
    "answer that refuses": (lambda: answer("rejection", None), _S.FORMAT_FAILURE),
    "answer that refuses with a token": (lambda: answer("rejection", token()), _S.FORMAT_FAILURE),
    "answer without token": (lambda: answer("granted", None), _S.FORMAT_FAILURE),
    "answer with more than a token": (lambda: answer("granted", token() + b"\x05\x00"), _S.FORMAT_FAILURE),
    "answer inside an answer": (lambda: answer("granted", answer("granted", token())), _S.FORMAT_FAILURE),
    "trailing byte": (lambda: token() + b"\0", _S.FORMAT_FAILURE),
    "cut short": (lambda: token()[:-1], _S.FORMAT_FAILURE),
    "nothing": (lambda: b"", _S.FORMAT_FAILURE),
    "no token": (lambda: b"\x30\x00", _S.FORMAT_FAILURE),
    "too large": (lambda: b"\x30" * (MAX_TOKEN_BYTES + 1), _S.FORMAT_FAILURE),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_is_refused_for_its_reason(name: str) -> None:
    forge, sub_indication = ATTACKS[name]
    judged = judge(forge())
    assert judged.at is None
    assert (judged.result.status, judged.result.sub_indication) == (Status.FAILED, sub_indication), judged.result


def test_what_the_attacks_are_made_from_holds() -> None:
    sound = signer_info(tsa(), [*usual_attributes(SAID), names(tsa())])
    assert judge(token(signers=[sound])).at == AT
    assert judge(token(make_tsa(begins=AT, ends=AT))).at == AT
    assert judge(with_extension(critical=False)).at == AT


def test_a_large_one_is_not_even_read() -> None:
    assert "too large" in judge(b"\x30" * (MAX_TOKEN_BYTES + 1)).result.reason


def test_every_changed_bit_of_what_was_stamped_fails() -> None:
    made = token()
    for place in range(len(STAMPED) * 8):
        changed = bytearray(STAMPED)
        changed[place // 8] ^= 1 << (place % 8)
        assert judge(made, bytes(changed)).at is None


def test_a_changed_byte_of_a_token_fails_or_changes_nothing_that_counts() -> None:
    made = token()
    for place in range(0, len(made), STRIDE):
        changed = bytearray(made)
        changed[place] ^= 1 << (place % 8)
        judged = judge(bytes(changed))
        if judged.at is not None:
            assert judged == judge(made)
