"""A deployment can switch every rule by a file of its own; what each option changes is in test_every_rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import load_catalogue
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import Rule, load_rules
from gateway.core.case import Case
from gateway.core.law import Law
from gateway.core.subjects import freeze_subjects
from tests.gateway.core.builders import T0, WITH_SON, make_application
from tests.gateway.core.course import Course

CATALOGUE = load_catalogue()
SWITCHABLE = [
    (rule, option)
    for rule in load_rules("asp", T0.date()).by_id.values()
    if len(rule.options) > 1
    for option in rule.options
]


def write_toml(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def switch(folder: Path, rule: Rule, option: Any) -> Law:
    """The law of a deployment that chose this option."""
    (folder / "legal").mkdir(exist_ok=True)
    (folder / "legal" / "rules.toml").write_text(
        f'version = "own"\n[[rule]]\nid = "{rule.id}"\nvalue = {write_toml(option)}\n'
        f'options = {write_toml(rule.options)}\nclause = "c"\nsource = "s"\nconfidence = 4\nvalid_from = 2024-01-01\n',
        encoding="utf-8",
    )
    return Law(load_rules("asp", T0.date(), [folder]), load_calendar(), CATALOGUE.passports)


@pytest.mark.parametrize(("rule", "option"), SWITCHABLE, ids=lambda value: getattr(value, "id", str(value)))
def test_all_24_requests_are_accounted_for_under_every_option(rule: Rule, option: Any, tmp_path: Path) -> None:
    law = switch(tmp_path, rule, option)
    assert law.rules.value(rule.id) == option
    application = make_application(WITH_SON, employment_measures=True)
    case = Case("case", CATALOGUE.services["asp"], application, "center", T0, freeze_subjects(application, T0))
    course = Course(case, law, replies={key: {} for key in law.passports}).settle()
    assert {inquiry.number for inquiry in course.case.inquiries} == set(range(1, 25))


def test_nothing_is_switched_by_a_folder_without_rules(tmp_path: Path) -> None:
    assert load_rules("asp", T0.date(), [tmp_path]) == load_rules("asp", T0.date())
