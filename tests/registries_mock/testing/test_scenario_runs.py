"""A scenario in a test of one's own: run twice with one seed, it leaves equal journals, whoever overtakes whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.catalogue import Catalogue
from registries_mock.app import create_app
from registries_mock.people import Population
from registries_mock.scenario.tree import ScenarioInvalid
from registries_mock.settings import Settings
from registries_mock.spaces.wanted import read_space
from registries_mock.testing.handle import JournalOfSuite, Registries
from tests.registries_mock.people_of_tests import SEED, TODAY
from tests.registries_mock.small_world import request_body, request_data, sync_message

CHAOS = """
seed: 11
timeline:
  - {kind: http_error, probability: 0.2}
  - {kind: fault, probability: 0.2}
  - {kind: close, probability: 0.2, at: PT0S, for: P1D}
  - {kind: another_person, probability: 0.3}
"""
TIMES_AND_IDS = {"at", "took_ms", "held_ms", "message_id", "correlation_id"}
ASIDE = TIMES_AND_IDS | {"number", "failure_id"}
PEOPLE = ("family-of-five", "lone-pensioner", "sole-proprietor", "kandas")
ROUNDS = 8


@pytest.fixture
def ask(registries: Registries, catalogue: Catalogue) -> Callable[[str], None]:
    """All about one person, again and again, in one order."""
    people, passport, bank = (
        Population(SEED, TODAY),
        catalogue.passports["nobd-universal"],
        catalogue.passports["bank-account"],
    )

    def ask(persona: str) -> None:
        iin = str(people.persona(persona).applicant.iin)
        message = sync_message(passport.service_id, request_data(catalogue, passport, iin))
        body = request_body(catalogue, bank, iin)
        for _ in range(ROUNDS):
            for path, sent in (("/bip-sync-wss-gost/", message), (f"/rest/{bank.address}", body)):
                with suppress(requests.ConnectionError):
                    requests.post(registries.url + path, data=sent, timeout=20)

    return ask


def told(journal: JournalOfSuite) -> list[list[tuple[str, Any]]]:
    """The lines of each person in their order, times and ids aside."""
    lines = sorted(journal.entries(), key=lambda one: (str(one["iin"]), one["channel"]))
    return [sorted((name, str(said)) for name, said in one.items() if name not in ASIDE) for one in lines]


def test_a_scenario_run_twice_leaves_equal_journals(
    registries: Registries, scenario: Callable[[str], None], journal: JournalOfSuite, ask: Callable[[str], None]
) -> None:
    runs, one_by_one = [], []
    for workers in (1, 1, len(PEOPLE)):
        scenario(CHAOS)
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(ask, PEOPLE))
        runs.append(told(journal))
        one_by_one.append(
            [{name: said for name, said in one.items() if name not in TIMES_AND_IDS} for one in journal.entries()]
        )
        registries.reset()
    assert one_by_one[0] == one_by_one[1]
    assert runs[0] == runs[1] == runs[2]
    kinds = {said for line in runs[0] for name, said in line if name == "failure"}
    assert {"http_error", "fault", "close", "another_person"} <= kinds
    assert len(runs[0]) == 2 * ROUNDS * len(PEOPLE)


def test_a_scenario_comes_from_a_file_too_and_a_wrong_one_begins_nothing(
    registries: Registries, scenario: Callable[[str | Path], None], tmp_path: Path
) -> None:
    file = tmp_path / "chaos.yaml"
    file.write_text(CHAOS, encoding="utf-8")
    scenario(file)
    assert len(registries.suite.failures.rows()) == 4
    with pytest.raises(ScenarioInvalid, match="kind is one of"):
        scenario("timeline: [{kind: explode}]")
    assert len(registries.suite.failures.rows()) == 4


def test_a_scenario_is_that_of_its_space_alone(registries: Registries, tmp_path: Path) -> None:
    with registries.space("apart") as apart:
        apart.play(CHAOS)
        assert requests.get(f"{apart.url}/_mock/scenario", timeout=20).json()["seed"] == 11
        assert requests.get(f"{registries.url}/_mock/scenario", timeout=20).status_code == 404
    file = tmp_path / "chaos.yaml"
    file.write_text(CHAOS, encoding="utf-8")
    begun = create_app(Settings(scenario=file))
    spaces = begun.extensions["spaces"]
    assert spaces.open(read_space({"name": "later"})).suite.failures.played is None
    begun.extensions["suite"].close()
