"""How many mutated documents a fuzzing test tries, and how they are mutated.

In the checks they are few and the same ones in every run; `make fuzz` asks for many, and for other ones each time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

_USUAL = 75
STRIDE = 1 if "ASP_FUZZ_EXAMPLES" in os.environ else 7
"""Where each byte of a document is changed in turn: the checks change every seventh one, in turn each of its bits."""


def budget(usual: int = _USUAL) -> settings:
    """For the decorator of a fuzzing test; ASP_FUZZ_EXAMPLES says how many `make fuzz` wants."""
    asked = os.environ.get("ASP_FUZZ_EXAMPLES")
    return settings(
        max_examples=int(asked) if asked else usual,
        deadline=None,
        derandomize=asked is None,
        suppress_health_check=[HealthCheck.too_slow],
    )


Edits = list[tuple[int, int, bytes]]
"""Each: where, how many bytes go, which come."""


def mutations(size: int, pieces: Sequence[bytes] = (), most_gone: int = 4) -> st.SearchStrategy[Edits]:
    """Up to four edits of a document of about this size; what comes is noise, or one of the pieces."""
    come = st.binary(max_size=4) | st.sampled_from(list(pieces)) if pieces else st.binary(max_size=4)
    return st.lists(st.tuples(st.integers(0, size), st.integers(0, most_gone), come), min_size=1, max_size=4)


def mutated(data: bytes, edits: Edits) -> bytes:
    """The document after the edits; places beyond its end begin anew, so that no edit is lost."""
    for place, gone, come in edits:
        at = place % (len(data) + 1)
        data = data[:at] + come + data[at + gone :]
    return data
