"""Why a case stands as it does, over the wire and on the terminal: nothing is there without a rule and its clause."""

from __future__ import annotations

import json
from datetime import timedelta

from click.testing import CliRunner

from contracts.legal.rules import load_rules
from gateway.cli import main
from tests.support.time_house import Case, TimeHouse

VEHICLES = "mvd-vehicles"


def in_extension(times: TimeHouse) -> Case:
    """A letter is out, its inquiry goes on being tried."""
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0)
    case = times.submit(times.family())
    times.step(timedelta(hours=4))
    case.send()
    times.settle()
    return case


def explain(times: TimeHouse, case: Case, *words: str) -> str:
    words = ("explain", case.id, "--url", times.url, *words)
    result = CliRunner().invoke(main, words, env={"ASP_CLIENT_KEY": times.keys[0]}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_each_date_step_inquiry_and_try_names_its_rule_version_and_clause(times: TimeHouse) -> None:
    case = in_extension(times)
    told = json.loads(explain(times, case, "--json"))
    rules = load_rules("asp", times.started_at.date())
    reasons = [one["why"] for part in ("dates", "inquiries", "tries") for one in told[part]]
    reasons += [one["data"]["why"] for one in told["steps"]]
    assert all(why["version"] == rules.version and why["clause"] for why in reasons)
    assert {why["rule"] for why in reasons if not why["rule"].startswith(("request.", "channel."))} <= set(rules.by_id)
    dates = {one["name"]: (one["on"], one["why"]["rule"]) for one in told["dates"]}
    terms = case.get()["terms"]
    assert dates["promised"] == (terms["promised"]["on"], "channel.center")
    assert dates["extension_until"] == (terms["extension_until"]["on"], "extension.days")
    assert dates["no_later_than"] == (terms["no_later_than"]["on"], "channel.center")
    assert {one["number"] for one in told["inquiries"]} == set(range(1, 25))
    (waiting,) = told["tries"]
    assert (waiting["source"], waiting["why"]["rule"]) == (VEHICLES, "letter.tries_at")
    assert waiting["next_at"] == "2026-10-05T16:00:00+05:00"


def test_the_terminal_prints_what_and_then_by_which_rule(times: TimeHouse) -> None:
    lines = explain(times, in_extension(times)).splitlines()
    chapters = ["DATES", "STEPS", "INQUIRIES", "TO BE ASKED NEXT"]
    assert [line for line in lines if line in chapters] == chapters
    said = [line for line in lines if line not in chapters]
    whats, bys = said[::2], said[1::2]
    assert all(line.lstrip().startswith("by ") and "(rules " in line for line in bys)
    assert not any(line.startswith(" ") for line in whats)
    assert any("extension until" in line for line in whats)
    assert any(line.startswith("request 24 ") and "no answer" in line for line in whats)


def test_an_application_that_is_over_is_asked_for_nothing_more(times: TimeHouse) -> None:
    case = in_extension(times)
    times.provider.call("POST", f"/v1/applications/{case.id}/withdrawal", json={"acted_by": "МАМАН М.М."})
    assert json.loads(explain(times, case, "--json"))["tries"] == []
