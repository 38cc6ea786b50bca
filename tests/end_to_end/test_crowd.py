"""Many families at once: all of them complete, none of them mixed up with another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from registries_mock.people import Population
from tests.support.authority import Registrar
from tests.support.clock import MONDAY, MovableClock
from tests.support.house import SEED, SENDER, SENDER_PASSWORD, House, MockServer, open_house
from tests.support.waiting import wait_until

FAMILIES = int(os.environ.get("ASP_TEST_FAMILIES", "24"))
COMMAND = [sys.executable, "-c", "from registries_mock.cli import main; main()", "serve", "--port", "0"]


@pytest.fixture
def crowded(tmp_path: Path, registrar: Registrar) -> Iterator[House]:
    """The mock suite is a process of its own here: it would share one interpreter with the gateway otherwise."""
    clock = MovableClock()
    options = ["--seed", str(SEED), "--today", clock().date().isoformat(), "--ca", str(registrar.folder)]
    with (
        subprocess.Popen(
            [*COMMAND, *options, "--sender", f"{SENDER}:{SENDER_PASSWORD}", "--async-delay", "0.02"],
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
        ExitStack() as stack,
    ):
        stack.callback(process.kill)
        assert process.stdout is not None
        mock = MockServer(process.stdout.readline().split()[-1])
        yield stack.enter_context(open_house(tmp_path, registrar, clock, mock))


def sample(count: int) -> list[Any]:
    """Applications of ordinary families of the seed."""
    people = Population(SEED, MONDAY.date())
    return [json.loads(json.dumps(people.describe_application(one), default=str)) for one in people.sample(count)]


def test_many_families_at_once_are_all_answered(crowded: House) -> None:
    submissions = [crowded.registrar.submission(application) for application in sample(FAMILIES)]
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
    silent = crowded.look("SELECT passport, state, cause FROM exchanges WHERE state NOT IN ('answered', 'no_record')")
    assert silent == []
    registered = crowded.look("SELECT count(*) FROM applications WHERE registered_at IS NOT NULL")[0][0]
    assert registered >= FAMILIES * 9 // 10
    cells = crowded.look("SELECT count(*) FROM (SELECT DISTINCT application_id, number FROM inquiries)")[0][0]
    assert cells == FAMILIES * 24
    print(f"{FAMILIES} families: accepted in {accepted:.1f} s, answered in {seconds:.1f} s, {registered} registered")
