"""How many mutated documents a fuzzing test tries: few and the same ones in every run of the checks, many by `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_USUAL = 300


def budget() -> settings:
    """For the decorator of a fuzzing test; ASP_FUZZ_EXAMPLES asks for more, and for other ones each time."""
    asked = os.environ.get("ASP_FUZZ_EXAMPLES")
    return settings(
        max_examples=int(asked) if asked else _USUAL,
        deadline=None,
        derandomize=asked is None,
        suppress_health_check=[HealthCheck.too_slow],
    )
