"""Switchable rules can be switched: every option of every packaged rule is followed, and each makes a difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import load_catalogue
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import Rule, load_rules
from contracts.words import Fact
from gateway.core.calendar import ALMATY, moment_of_acceptance
from gateway.core.case import Case, ExchangeState
from gateway.core.decide import decide
from gateway.core.facts import derive_fact
from gateway.core.law import Law
from gateway.core.patience import patience_ends, schedule_retry
from gateway.core.steps import AskExchanges, OpenInquiry
from gateway.core.subjects import freeze_subjects
from tests.gateway.core.builders import (
    LAW,
    PASSPORTS,
    T0,
    WITH_SON,
    carry_out,
    change,
    make_application,
    make_case,
    make_iin,
    make_member,
    silence,
    tell_rest,
)

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
    law, now = switch(tmp_path, rule, option), T0
    assert law.rules.value(rule.id) == option
    application = make_application(WITH_SON, employment_measures=True)
    case = Case("case", CATALOGUE.services["asp"], application, "center", T0, freeze_subjects(application, T0))
    for _ in range(20):
        steps = decide(case, now, law)
        case = carry_out(case, steps)
        for step in steps:
            for exchange_id in step.exchange_ids if isinstance(step, AskExchanges) else ():
                case = change(case, exchange_id, state=ExchangeState.NO_RECORD, since=now)
        if not any(isinstance(step, OpenInquiry | AskExchanges) for step in steps):
            break
    assert {inquiry.number for inquiry in case.inquiries} == set(range(1, 25))


def of_age(years: int, sex: str) -> Callable[[Law], Any]:
    """Whether a member of that age is able-bodied."""
    born = date(T0.year - years, 1, 1)
    case = make_case(make_member("other", make_iin(born, sex), born))
    case = tell_rest(carry_out(case, decide(case, T0, LAW)))
    return lambda law: derive_fact(case, Fact.ABLE_BODIED, case.subject("member-1"), law.rules)


def accept(at: datetime) -> Callable[[Law], Any]:
    return lambda law: moment_of_acceptance(
        at, law.rules.word("acceptance.outside_hours"), law.rules.hours("working_hours"), law.calendar
    )


def wait_for(passport: str) -> Callable[[Law], Any]:
    case = make_case(WITH_SON, guardianship=True)
    for _ in range(2):
        case = carry_out(case, decide(case, T0, LAW))
        case = case if passport in {x.passport for x in case.gather()} else tell_rest(case)
    asked = next(x for x in silence(case, passport, "member-1").gather("member-1") if x.passport == passport)
    return lambda law: patience_ends(asked, replace(law, passports=PASSPORTS))


SHOWN_BY: dict[str, Callable[[], Callable[[Law], Any]]] = {
    "acceptance.outside_hours": lambda: accept(datetime(2026, 10, 9, 20, 0, tzinfo=ALMATY)),
    "working_hours": lambda: accept(datetime(2026, 10, 9, 18, 10, tzinfo=ALMATY)),
    "ages.able_bodied_from": lambda: of_age(17, "male"),
    "ages.pension.male": lambda: of_age(64, "male"),
    "ages.pension.female": lambda: of_age(62, "female"),
    "rounds.minutes": lambda: lambda law: schedule_retry(1, True, T0, law)[1],
    "patience.minutes.synchronous": lambda: wait_for("medical"),
    "patience.minutes.asynchronous": lambda: wait_for("guards"),
}
"""By rule: something that comes out otherwise under each of its options. The quarter is shown in test_questions."""


@pytest.mark.parametrize("rule_id", sorted({rule.id for rule, _ in SWITCHABLE} - {"income.quarter_by"}))
def test_each_option_makes_a_difference(rule_id: str, tmp_path: Path) -> None:
    show = SHOWN_BY[rule_id]()
    seen = [show(switch(tmp_path, rule, option)) for rule, option in SWITCHABLE if rule.id == rule_id]
    assert len({str(value) for value in seen}) == len(seen) > 1


def test_nothing_is_switched_by_a_folder_without_rules(tmp_path: Path) -> None:
    assert load_rules("asp", T0.date(), [tmp_path]) == load_rules("asp", T0.date())
