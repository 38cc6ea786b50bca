"""Many families at once: all of them complete, none of them mixed up with another."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.house import House, open_house, open_mock
from tests.support.waiting import wait_until

FAMILIES = 100


@pytest.fixture
def crowded(tmp_path_factory: pytest.TempPathFactory, registrar: Registrar) -> Iterator[House]:
    clock = MovableClock()
    with open_mock(clock, registrar) as mock, open_house(tmp_path_factory.mktemp("crowd"), registrar, clock, mock) as it:
        yield it


def test_a_hundred_families_at_once_are_all_answered(crowded: House) -> None:
    submissions = [crowded.registrar.submission(application) for application in crowded.mock.sample(FAMILIES)]
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(crowded.provider.submit, submissions))
    accepted = time.monotonic() - started
    assert len(set(ids)) == FAMILIES

    def rest() -> bool:
        now = int(crowded.clock().timestamp() * 1_000_000)
        busy = crowded.look("SELECT 1 FROM wakeups WHERE leased_until IS NOT NULL OR due_at <= ? LIMIT 1", now)
        return not busy and not crowded.look("SELECT 1 FROM exchanges WHERE state = 'pending' LIMIT 1")

    wait_until(rest, 120)
    seconds = time.monotonic() - started
    silent = crowded.look(
        "SELECT passport, state, cause FROM exchanges WHERE state NOT IN ('answered', 'no_record')"
    )
    assert silent == []
    registered = crowded.look("SELECT count(*) FROM applications WHERE registered_at IS NOT NULL")[0][0]
    assert registered >= FAMILIES * 9 // 10
    cells = crowded.look("SELECT count(*) FROM (SELECT DISTINCT application_id, number FROM inquiries)")[0][0]
    assert cells == FAMILIES * 24
    print(f"{FAMILIES} families: accepted in {accepted:.1f} s, answered in {seconds:.1f} s, {registered} registered")
