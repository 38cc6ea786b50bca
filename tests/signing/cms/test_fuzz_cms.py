"""Whatever bytes come as a message, a check ends in a verdict, and no other content or signer passes."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from signing.certificates import read_certificate
from signing.cms.der import to_der
from signing.cms.making import sign_cms, sign_detached
from signing.cms.verifying import verify_cms
from signing.errors import CertificateUnreadable
from signing.keys import SigningKey
from signing.policy import Policy
from signing.verdict import Verdict
from tests.signing.cms.forge import CONTENT, message, signer_info
from tests.signing.pki import AT, gost_person, issuing, person, root, trust
from tests.signing.timestamps.forge import stamper
from tests.support.fuzzing import Edits, budget, mutated, mutations

EXAMPLES = 100
BUDGET = budget(EXAMPLES)
EDITS = mutations(6000)
KINDS = st.integers(0, 3)


@cache
def messages() -> tuple[bytes, ...]:
    """Detached, stamped, of two families, and with authorities inside that the signature does not cover."""
    keys: list[SigningKey] = [person().signing_key, gost_person().signing_key]
    return (
        sign_detached(CONTENT, person().signing_key, AT),
        sign_cms(CONTENT, gost_person().signing_key, AT, attached=True, stamp=stamper()),
        sign_cms(CONTENT, keys, AT, attached=True),
        message([signer_info(person())], [person(), issuing(), root()], embedded=CONTENT),
    )


def judge(signature: bytes, content: bytes | None = CONTENT) -> Verdict:
    return verify_cms(signature, Policy(trust(), AT), content)


@BUDGET
@given(st.binary(max_size=600))
def test_random_bytes_never_pass(data: bytes) -> None:
    assert not judge(data).passed
    assert not judge(b"\x30" + data, None).passed


@BUDGET
@given(st.text(max_size=200))
def test_random_text_never_passes(text: str) -> None:
    assert not judge(text.encode("utf-8", "surrogatepass")).passed


@BUDGET
@given(KINDS, EDITS)
def test_a_mutated_message_fails_or_says_the_same(which: int, edits: Edits) -> None:
    sound = judge(messages()[which])
    verdict = judge(mutated(messages()[which], edits))
    if not verdict.passed:
        assert verdict.content is None
        return
    # An edit may leave out a whole signer or timestamp; what is left has to be as it was.
    assert verdict.content == CONTENT
    named = {one.signer for one in sound.signers}
    assert all(one.signer in named and one.stamped_at in (None, AT) for one in verdict.signers)


@BUDGET
@given(KINDS, EDITS)
def test_mutated_content_fails(which: int, edits: Edits) -> None:
    content = mutated(CONTENT, edits)
    assert judge(messages()[which], content).passed is (content == CONTENT)


@BUDGET
@given(st.binary(max_size=200))
def test_what_is_rewritten_as_der_stays_as_it_is(data: bytes) -> None:
    try:
        der = to_der(data)
    except ValueError:
        return
    assert to_der(der) == der


@BUDGET
@given(st.sampled_from([person, gost_person]), EDITS)
def test_a_mutated_certificate_is_read_or_refused(holder: object, edits: Edits) -> None:
    der = holder().der  # type: ignore[operator]  # either of two makers
    try:
        read_certificate(mutated(der, edits))
    except CertificateUnreadable:
        return
