"""A registry that takes a question and says nothing holds up no other inquiry, no second wave and no other case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.deployment import copy_passports
from tests.support.house import House, open_house, open_mock
from tests.support.waiting import wait_until

HANGS = "mvd-vehicles"
HELD_SECONDS = 60.0
"""The longest that the mock suite holds a call; a reset lets go at the end of these tests."""
DEADLINE = "timeout_seconds = 100\nattempt_seconds = 90\ntries = 1"
"""Of that source, in this deployment: it is not what ends the waiting of the others."""
LONGEST_SECONDS = 50.0
"""Shorter than that: what is waited for comes in a few seconds, and that the question still hangs is the proof."""


@pytest.fixture(scope="module")
def hanging(tmp_path_factory: pytest.TempPathFactory, registrar: Registrar, clock: MovableClock) -> Iterator[House]:
    """Real time; the police's service keeps connections open and sends nothing."""
    folder: Path = tmp_path_factory.mktemp("hanging")
    passports = copy_passports(folder / "deployment", limits=DEADLINE, only=(HANGS,))
    environ = {"ASP_PASSPORTS": str(passports)}
    with open_mock(clock, registrar) as mock, open_house(folder, registrar, clock, mock, environ) as house:
        mock.fail(kind="silence", passport=HANGS, seconds=HELD_SECONDS)
        yield house
        mock.suite.failures.reset()


def open_numbers(house: House, application_id: str) -> set[int]:
    rows = house.provider.get(f"/v1/applications/{application_id}/inquiries")["requests"]
    return {row["number"] for row in rows if not row["cells"] or any(not cell["closed"] for cell in row["cells"])}


def find_held(house: House) -> set[str]:
    """The cases that are being worked on at this moment: their round has not ended."""
    return {row[0] for row in house.look("SELECT application_id FROM wakeups WHERE leased_until IS NOT NULL")}


def test_all_other_inquiries_are_answered_and_the_second_wave_is_opened_while_one_registry_hangs(
    hanging: House,
) -> None:
    application_id = hanging.provider.submit(hanging.registrar.submission(hanging.mock.application("family-of-five")))
    wait_until(
        lambda: open_numbers(hanging, application_id) == {24},
        LONGEST_SECONDS,
        lambda: str(open_numbers(hanging, application_id)),
    )
    rows = hanging.provider.get(f"/v1/applications/{application_id}/inquiries")["requests"]
    second = [cell for row in rows if row["wave"] == 2 for cell in row["cells"]]
    assert second
    assert all(cell["closed"] for cell in second)
    (vehicles,) = [row for row in rows if row["number"] == 24]
    assert {cell["outcome"] for cell in vehicles["cells"]} == {"no_answer"}
    assert find_held(hanging) >= {application_id}, "none of the others waited for the question that hangs"


def test_a_dozen_cases_that_hang_at_one_registry_are_all_asked_about_elsewhere_at_once(hanging: House) -> None:
    application = hanging.mock.application("lone-pensioner")
    ids = [hanging.provider.submit(hanging.registrar.submission(application)) for _ in range(12)]
    waiting = set(ids)

    def none_waits() -> bool:
        waiting.difference_update({one for one in waiting if open_numbers(hanging, one) == {24}})
        return not waiting

    wait_until(none_waits, LONGEST_SECONDS, lambda: f"{len(waiting)} of {len(ids)} wait for others")
    assert find_held(hanging) >= set(ids), "none had to end for another to begin"
