"""How many mutated documents a fuzzing test tries, and how they are mutated.

In the checks they are few and the same ones in every run; `make fuzz` asks for many, and for other ones each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

_USUAL = 300


def budget(usual: int = _USUAL) -> settings:
    """For the decorator of a fuzzing test; ASP_FUZZ_EXAMPLES says how many `make fuzz` wants."""
    asked = os.environ.get("ASP_FUZZ_EXAMPLES")
    return settings(
        max_examples=int(asked) if asked else usual,
        deadline=None,
        derandomize=asked is None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def mutations(size: int) -> st.SearchStrategy[list[tuple[int, int, bytes]]]:
    """Up to four edits: where, how many bytes go, which come."""
    edit = st.tuples(st.integers(0, size), st.integers(0, 4), st.binary(max_size=4))
    return st.lists(edit, min_size=1, max_size=4)


def mutated(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, gone, new in edits:
        data = data[:place] + new + data[place + gone :]
    return data
