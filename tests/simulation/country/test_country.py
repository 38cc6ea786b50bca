"""The model on paper: what it says follows from the unit costs, and the page shows what it says."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from typing import Any

import pytest

from tests.bench.page import REPORT
from tests.simulation.country.costs import FILE, Costs, load_costs, refresh
from tests.simulation.country.demand import count_exchanges
from tests.simulation.country.model import SECONDS_AN_HOUR, Setup, list_resources, run_night, size_for_night
from tests.simulation.country.page import PAGE, TODAY, list_setups
from tests.simulation.country.page import refresh as refresh_page

ENOUGH = 1e9


@pytest.fixture
def costs() -> Costs:
    return load_costs()


@pytest.fixture
def sized(costs: Costs) -> Setup:
    return size_for_night(costs, TODAY)


def test_the_page_shows_what_the_model_says(costs: Costs) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert refresh_page(page, costs) == page, "make simulate-country writes it"
    assert refresh_page(page, costs.change(gateway__exchange_cpu_ms=311.0)) != page


def test_every_cost_has_a_source_and_a_day(costs: Costs) -> None:
    assert all(cost.source and cost.date and cost.unit for cost in costs.cost)


def test_one_machine_has_too_few_cores_and_then_registries_give_way(costs: Costs, sized: Setup) -> None:
    assert run_night(costs, TODAY).bottleneck == "gateway cores"
    asked_most = max(costs.exchanges, key=lambda name: costs.exchanges[name])
    assert run_night(costs, sized).bottleneck == f"registry {asked_most}"


def test_a_dearer_resource_becomes_the_bottleneck(costs: Costs, sized: Setup) -> None:
    free = costs.change(registry__quota_per_second=ENOUGH)
    assert run_night(free.change(gateway__exchange_cpu_ms=1e4), sized).bottleneck == "gateway cores"
    assert run_night(free.change(signature__verify_ms=1e4), sized).bottleneck == "gateway cores"
    assert run_night(free.change(database__answers_per_second=10.0), sized).bottleneck == "database"
    assert run_night(free.change(queue__jobs_per_family=1e4), sized).bottleneck == "job queue"
    assert run_night(free.change(exchange__seconds=1e3), sized).bottleneck == "connections"


def test_a_registry_that_is_asked_more_becomes_the_bottleneck(costs: Costs, sized: Setup) -> None:
    asked = dict(costs.exchanges) | {"bank": 50.0}
    assert run_night(costs.model_copy(update={"exchanges": asked}), sized).bottleneck == "registry bank"


def test_a_night_takes_as_long_as_its_slowest_resource_needs(costs: Costs) -> None:
    for setup in list_setups(costs):
        night = run_night(costs, setup)
        families = costs.night.families * setup.share_asked
        slowest = min(one.families_a_second for one in list_resources(costs, setup))
        assert night.hours == pytest.approx(families / slowest / SECONDS_AN_HOUR, rel=0.01)
        assert night.waiting == pytest.approx(costs.night.open_families)


def test_machines_that_are_enough_finish_in_the_night_where_registries_keep_up(costs: Costs, sized: Setup) -> None:
    assert run_night(costs, replace(sized, quota_factor=ENOUGH)).hours <= costs.night.hours


def test_a_cost_that_is_not_there_is_refused(costs: Costs) -> None:
    with pytest.raises(KeyError):
        costs.change(gateway__typo=1.0)


def test_the_costs_are_refreshed_from_a_benchmark_with_its_day() -> None:
    before = load_costs()
    places = [cost.measured_by for cost in before.cost if cost.measured_by]
    sections = [
        {"key": one.section, "series": [{"name": one.series, "unit": one.unit, "values": [200.0], "median": 200.0}]}
        for one in places
    ]
    counted = [(one.section, one.each) for one in places if one.each]
    sections += [
        {"key": section, "series": [{"name": each.name, "unit": each.unit, "values": [40.0]}]}
        for section, each in counted
    ]
    bench: dict[str, Any] = {"date": "2027-01-31", "sections": sections}
    written = refresh(FILE.read_text(encoding="utf-8"), bench, {"bank": 2.0})
    told = Costs.model_validate(tomllib.loads(written))
    measured = [cost for cost in told.cost if cost.measured_by]
    assert [cost.value for cost in measured] == [200.0 * one.times / (40.0 if one.each else 1.0) for one in places]
    assert counted
    assert {cost.date.isoformat() for cost in measured} == {"2027-01-31"}
    assert told.exchanges == {"bank": 2.0}
    assert [cost for cost in told.cost if not cost.measured_by] == [c for c in before.cost if not c.measured_by]
    with pytest.raises(LookupError):
        refresh(FILE.read_text(encoding="utf-8"), {"date": "2027-01-31", "sections": []}, {})


def test_what_a_cost_is_measured_by_is_what_the_kept_benchmark_says() -> None:
    text, bench = FILE.read_text(encoding="utf-8"), json.loads(REPORT.read_text(encoding="utf-8"))
    assert refresh(text, bench, load_costs().exchanges) == text, "make bench KEEP=yes writes it"


def test_the_exchanges_of_a_family_are_those_that_decide_asks_for(costs: Costs) -> None:
    counted = count_exchanges()
    assert counted.keys() == costs.exchanges.keys(), "python -m tests.simulation.country --refresh"
    assert sum(counted.values()) == pytest.approx(costs.messages, rel=0.05)
