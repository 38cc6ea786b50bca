"""How registries behave: slow as real ones are, one reply in a hundred much slower, and one registry down."""

from __future__ import annotations

from typing import Any, Final

import requests

from tests.support.house import MockServer

MEDIAN_SECONDS: Final = 0.4
"""Assumed, as in tests/simulation/country/unit_costs.toml: latencies of the bus are not public."""
SLOW_SECONDS: Final = 10.0
SLOW_SHARE: Final = 0.01
REFUSES, HANGS = "html_503", "silence"
"""How a registry is away: it answers at once that it is, or holds whoever asks and never answers."""
AWAY: Final = frozenset({REFUSES, HANGS})
HELD_SECONDS: Final = 30.0
"""Longer than any caller waits for one message (8 s) or for all tries of one ask (20 s); not compressed."""


def describe_weather(seed: int, down: str = "", scale: float = 1.0, how: str = REFUSES) -> dict[str, Any]:
    """A scenario of the suite; `down`: the registry that is away, and `how`; `scale`: of all waiting for replies."""
    slow = {"kind": "slow", "seconds": SLOW_SECONDS * scale, "probability": SLOW_SHARE}
    usual = {"kind": "slow", "variant": "lognormal", "seconds": MEDIAN_SECONDS * scale}
    # The first that fits an exchange befalls it.
    away = [{"kind": how, "registry": down, **({"seconds": HELD_SECONDS} if how == HANGS else {})}] if down else []
    return {"seed": seed, "title": "a day of the country", "timeline": [*away, slow, usual]}


def set_weather(mock: MockServer, weather: dict[str, Any]) -> None:
    """From now on, in place of what was."""
    answer = requests.post(f"{mock.url}/_mock/scenario", json=weather, timeout=20)
    assert answer.status_code in (200, 201), answer.text
