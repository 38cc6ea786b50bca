"""A registry that takes a question and says nothing holds up no other inquiry, no second wave and no other case."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.house import House, open_house, open_mock
from tests.support.waiting import wait_until

HANGS = "mvd-vehicles"
HELD_SECONDS = 30.0
"""Far longer than the test takes; a reset of the mock lets go at its end."""


@pytest.fixture(scope="module")
def hanging(tmp_path_factory: pytest.TempPathFactory, registrar: Registrar, clock: MovableClock) -> Iterator[House]:
    """Real time; the police's service keeps connections open and sends nothing."""
    folder: Path = tmp_path_factory.mktemp("hanging")
    with open_mock(clock, registrar) as mock, open_house(folder, registrar, clock, mock) as house:
        mock.fail(kind="silence", passport=HANGS, seconds=HELD_SECONDS)
        yield house
        mock.suite.failures.reset()


def open_numbers(house: House, application_id: str) -> set[int]:
    rows = house.provider.get(f"/v1/applications/{application_id}/inquiries")["requests"]
    return {row["number"] for row in rows if not row["cells"] or any(not cell["closed"] for cell in row["cells"])}


def test_all_other_inquiries_are_answered_and_the_second_wave_is_opened_while_one_registry_hangs(
    hanging: House,
) -> None:
    begun = time.monotonic()
    application_id = hanging.provider.submit(hanging.registrar.submission(hanging.mock.application("family-of-five")))
    wait_until(
        lambda: open_numbers(hanging, application_id) == {24}, 15, lambda: str(open_numbers(hanging, application_id))
    )
    took = time.monotonic() - begun
    rows = hanging.provider.get(f"/v1/applications/{application_id}/inquiries")["requests"]
    second = [cell for row in rows if row["wave"] == 2 for cell in row["cells"]]
    assert second
    assert all(cell["closed"] for cell in second)
    (vehicles,) = [row for row in rows if row["number"] == 24]
    assert {cell["outcome"] for cell in vehicles["cells"]} == {"no_answer"}
    # Its own deadline is 20 s: none of the others waited for that.
    assert took < 15
    under_way = hanging.look("SELECT leased_until FROM wakeups WHERE application_id = ?", application_id)
    assert under_way[0][0] is not None, "the question still hangs"


def test_a_dozen_cases_that_hang_at_one_registry_are_all_asked_about_elsewhere_at_once(hanging: House) -> None:
    application = hanging.mock.application("lone-pensioner")
    ids = [hanging.provider.submit(hanging.registrar.submission(application)) for _ in range(12)]
    wait_until(lambda: all(open_numbers(hanging, one) == {24} for one in ids), 18)
    leased = {row[0] for row in hanging.look("SELECT application_id FROM wakeups WHERE leased_until IS NOT NULL")}
    assert leased >= set(ids), "none had to end for another to begin"
