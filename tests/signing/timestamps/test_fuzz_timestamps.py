"""Whatever bytes come as a timestamp, judging ends in a judgement, and no other moment is proven."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from signing.policy import Policy
from signing.timestamps.judging import TimestampJudgement, judge_timestamp
from signing.timestamps.making import grant
from tests.signing.pki import AT, trust
from tests.signing.timestamps.forge import STAMPED, answer, gost_tsa, stamper, token
from tests.support.fuzzing import Edits, budget, mutated, mutations

EXAMPLES = 100
BUDGET = budget(EXAMPLES)
EDITS = mutations(3000)


@cache
def made() -> tuple[bytes, ...]:
    """Tokens of both families, and an answer."""
    return token(), stamper(key=gost_tsa().signing_key)(STAMPED), grant(token())


def judge(data: bytes, stamped: bytes = STAMPED) -> TimestampJudgement:
    return judge_timestamp(data, stamped, Policy(trust(), AT))


@BUDGET
@given(st.binary(max_size=600))
def test_random_bytes_prove_nothing(data: bytes) -> None:
    assert judge(data).at is None
    assert judge(b"\x30" + data).at is None
    assert judge(answer("granted", data)).at is None


@BUDGET
@given(st.integers(0, 2), EDITS)
def test_a_mutated_timestamp_proves_nothing_or_the_same(which: int, edits: Edits) -> None:
    sound = made()[which]
    judged = judge(mutated(sound, edits))
    assert judged.at is None or judged == judge(sound)


@BUDGET
@given(st.integers(0, 2), EDITS)
def test_mutated_bytes_were_not_stamped(which: int, edits: Edits) -> None:
    stamped = mutated(STAMPED, edits)
    assert (judge(made()[which], stamped).at == AT) is (stamped == STAMPED)
