"""Random bytes: of the size asked for, never the same ones twice, not even in a forked child."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.chance import RandomBytes


@pytest.mark.parametrize("size", [1, 12, 16, 17, 64])
def test_it_gives_as_many_bytes_as_it_is_asked_for(size: int) -> None:
    assert [len(one) for one in map(RandomBytes(), [size] * 600)] == [size] * 600


def test_nothing_is_handed_out_twice_however_many_threads_ask() -> None:
    draw = RandomBytes()
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(draw, [12] * 20_000))
    assert len(set(drawn)) == len(drawn)


def test_a_process_that_came_of_a_fork_hands_out_none_of_its_parents() -> None:
    pid = [1]
    parent = RandomBytes(lambda: pid[0])
    parent(12)
    child = copy.deepcopy(parent)
    left = {parent(12) for _ in range(200)}
    pid[0] = 2
    assert left.isdisjoint(child(12) for _ in range(200))
