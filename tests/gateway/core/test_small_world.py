"""Every state of the small worlds keeps the promises; `make walk` walks the large ones, more than a million states."""

from __future__ import annotations

from tests.gateway.core.small_world import SMALL, walk


def test_every_state_of_the_small_worlds_keeps_the_promises() -> None:
    walked = [walk(world) for world in SMALL]
    assert all(whole for _, _, whole in walked)
    assert sum(states for states, _, _ in walked) >= 20_000
