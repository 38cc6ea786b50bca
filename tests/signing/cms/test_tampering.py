"""Whatever is changed in a message of ours or in its content, it fails, or still says the same of the same signer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from signing.cms.making import sign_cms, sign_detached
from signing.cms.verifying import verify_cms
from signing.keys import SigningKey
from signing.policy import Policy
from signing.verdict import Verdict
from tests.signing.cms.forge import CONTENT
from tests.signing.pki import AT, YEAR, gost_person, person, trust
from tests.signing.timestamps.forge import stamper
from tests.support.fuzzing import STRIDE

KEYS: dict[str, Callable[[], SigningKey]] = {
    "RSA": lambda: person().signing_key,
    "GOST": lambda: gost_person().signing_key,
}


def judge(signature: bytes, content: bytes | None = CONTENT, late: bool = False) -> Verdict:
    return verify_cms(signature, Policy(trust(), AT + 2 * YEAR if late else AT), content)


def changes(data: bytes) -> list[bytes]:
    """One bit of each byte that is changed, each time another one."""
    places = range(0, len(data), STRIDE)
    return [data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :] for at in places]


def says(verdict: Verdict) -> object:
    """Content, signers and moments. A certificate has a few bytes too that its authority does not sign."""
    return verdict.content, [
        (one.signer and (one.signer.iin, one.signer.serial_number, one.signer.issuer), one.signed_at, one.stamped_at)
        for one in verdict.signers
    ]


@pytest.mark.parametrize("key", KEYS)
def test_a_changed_byte_of_a_message_fails_or_changes_nothing_that_counts(key: str) -> None:
    signature = sign_detached(CONTENT, KEYS[key](), AT)
    sound = judge(signature)
    failed = 0
    for changed in changes(signature):
        verdict = judge(changed)
        assert says(verdict) == says(sound) or not verdict.passed
        failed += not verdict.passed
    # A few bytes mean nothing (a version, a list of digests, NULL parameters); nearly all of them count.
    assert failed > 0.95 * len(signature) / STRIDE


@pytest.mark.parametrize("key", KEYS)
def test_every_changed_bit_of_short_content_fails(key: str) -> None:
    signature = sign_detached(CONTENT, KEYS[key](), AT)
    for place in range(len(CONTENT) * 8):
        changed = bytearray(CONTENT)
        changed[place // 8] ^= 1 << (place % 8)
        assert not judge(signature, bytes(changed)).passed


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize(
    "content", [CONTENT + b"\0", CONTENT[:-1], b"", CONTENT * 2], ids=["longer", "cut", "", "twice"]
)
def test_content_of_another_length_fails(content: bytes, attached: bool) -> None:
    signature = sign_cms(CONTENT, person().signing_key, AT, attached=attached)
    assert not judge(signature, content).passed


def test_a_changed_byte_of_a_timestamp_never_makes_another_moment() -> None:
    signature = sign_cms(CONTENT, person().signing_key, AT, stamp=stamper())
    sound = judge(signature, late=True)
    assert sound.passed
    # Each byte of a token is changed in the tests of tokens; here some of them are enough.
    for changed in changes(signature)[::7]:
        verdict = judge(changed, late=True)
        assert says(verdict) == says(sound) or not verdict.passed
