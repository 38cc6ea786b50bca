"""The page on watching names every figure that there is, with its labels, and no other."""

from __future__ import annotations

import re

from prometheus_client import CollectorRegistry

from contracts.catalogue import load_catalogue
from gateway.watching.meters import Meters
from tests.gateway.watching.test_readings import Desk
from tests.repository.files import ROOT

ROW = re.compile(r"^\| `(asp_\w+)` \|(.*?)\| ", re.MULTILINE)
NOT_OURS = frozenset({"le"})


def figures(*registries: CollectorRegistry) -> dict[str, set[str]]:
    """Every figure with its labels, by the name that a reader of the page looks for."""
    found: dict[str, set[str]] = {}
    for registry in registries:
        for metric in registry.collect():
            name = f"{metric.name}_total" if metric.type == "counter" else metric.name
            labels = {label for sample in metric.samples for label in sample.labels}
            if name.startswith("asp_"):
                found[name] = labels - NOT_OURS
    return found


def test_the_page_has_a_row_for_each_figure_with_its_labels() -> None:
    meters = Meters(load_catalogue().passports.values(), ["GET /known"])
    meters.count_request("GET /known", 200, 0.1)
    meters.count_round(failed=False, seconds=0.1)
    meters.count_package(complete=True, seconds=0.1)
    meters.count_exchange("mvd-vehicles", "answered", ["", ""], 0.1)
    rows = ROW.findall((ROOT / "docs" / "watching.md").read_text(encoding="utf-8"))
    assert {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows} == figures(
        meters.registry, Desk().registry
    )
