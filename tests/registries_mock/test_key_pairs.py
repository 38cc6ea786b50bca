"""Keys of invented holders: one a process for each holder and algorithm, and no two holders share one."""

from __future__ import annotations

from registries_mock.ca.key_pairs import ALGORITHMS, make_once


def test_a_holders_pair_is_made_once_and_is_nobody_elses() -> None:
    for row in ALGORITHMS:
        first = make_once(row.name, "a holder")
        assert make_once(row.name, "a holder") is first
        assert make_once(row.name, "another holder").public_key_info != first.public_key_info
    assert len({make_once(row.name, "a holder").public_key_info for row in ALGORITHMS}) == len(ALGORITHMS)
