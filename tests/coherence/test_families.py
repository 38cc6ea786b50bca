"""Random families of a served suite agree with themselves in all that registries say of them."""

from __future__ import annotations

import ast
from pathlib import Path

from contracts.catalogue import Catalogue
from tests.coherence.family import Family, Walk
from tests.coherence.registries import Registries
from tests.coherence.rules import find_broken
from tests.coherence.sampling import sample
from tests.coherence.settings import FAMILIES, SEED

BATCH = 25
OURS = ("registries_mock", "adapters", "gateway", "signing")
BREAKER = "test_each_rule.py"
SHOWN = 20


def test_what_registries_say_of_random_families_agrees(registries: Registries, catalogue: Catalogue) -> None:
    walk, applications = Walk(registries, catalogue), sample(FAMILIES, SEED)
    broken: list[str] = []
    people = 0
    for first in range(0, FAMILIES, BATCH):
        for family in walk.read(applications[first : first + BATCH]):
            people += len(family.people)
            broken += describe(family)
    assert people > 2 * FAMILIES, "families are larger than that: their kin was not found"
    assert not broken, "\n".join([f"seed {SEED}, {len(broken)} broken agreements:", *broken[:SHOWN]])
    print(f"{FAMILIES} families of the seed {SEED}, {people} people: all agrees")


def describe(family: Family) -> list[str]:
    return [f"{rule}: {how} (family of {family.applicant})" for rule, how in find_broken(family)]


def test_who_compares_calls_nothing_of_what_is_compared() -> None:
    """But what breaks a suite on purpose: it must be inside."""
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        names = [
            name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            for name in (
                [one.name for one in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )
        ]  # fmt: skip
        assert file.name == BREAKER or not [name for name in names if name.split(".")[0] in OURS], file.name
