"""Scenarios: a timeline by the suite's clock, draws that repeat, and files that are refused with the place."""

from __future__ import annotations

import re
import time as real_time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from contracts.catalogue import Catalogue
from registries_mock.cli import main
from registries_mock.scenario.reading import read_scenario
from registries_mock.scenario.tree import MOST_BYTES, ScenarioInvalid
from registries_mock.settings import Settings
from registries_mock.virtual_time import VirtualTime
from tests.registries_mock.small_world import (
    IIN,
    NOBODY,
    NOW,
    PERSONA,
    request_data,
    small_app,
    suite_of,
    sync_message,
)
from tests.repository.files import ROOT

KEY = "nobd-universal"
OUTAGE = """
# Two hours of silence at once, then a day on which a third of the exchanges fails.
seed: 7
title: An outage
timeline:
  - {kind: html_503, passport: nobd-universal, for: PT2H}
  - at: P1D
    until: P2D
    kind: fault
    code: 999
    iin: 880314490010
    probability: 0.3
"""


def begin(client: FlaskClient, text: str = OUTAGE) -> None:
    answer = client.post("/_mock/scenario", data=text.encode(), content_type="application/yaml")
    assert answer.status_code == 201, answer.text


def ask(client: FlaskClient, catalogue: Catalogue, iin: str = IIN) -> tuple[int, bytes]:
    """The reply's status, and its bytes without the ids of this exchange."""
    passport = catalogue.passports[KEY]
    reply = client.post(
        "/bip-sync-wss-gost/", data=sync_message(passport.service_id, request_data(catalogue, passport, iin))
    )
    return reply.status_code, re.sub(rb"[0-9a-f-]{36}", b"ID", reply.data)


def states(client: FlaskClient) -> list[str]:
    told: Any = client.get("/_mock/scenario").json
    return [one["state"] for one in told["entries"]]


def test_a_timeline_passes_by_the_clock_of_the_suite(catalogue: Catalogue) -> None:
    time = VirtualTime(NOW)
    client = small_app(clock=time, timer=time).test_client()
    begin(client)
    seen = []
    for step in (timedelta(hours=2), timedelta(hours=22), timedelta(days=1), None):
        codes = {ask(client, catalogue)[0] for _ in range(12)}
        seen.append((states(client), codes))
        if step:
            time.advance(step, 20)
    time.close()
    assert seen == [
        (["in_force", "to_come"], {503}),
        (["over", "to_come"], {200}),
        (["over", "in_force"], {200, 500}),
        (["over", "over"], {200}),
    ]


def test_a_scenario_that_is_run_twice_gives_equal_outcomes_and_another_seed_gives_others(catalogue: Catalogue) -> None:
    text = """
        seed: SEED
        timeline:
          - {kind: html_503, probability: 0.3}
          - {kind: fault, code: SCSE002, probability: 0.2}
          - {kind: truncated, probability: 0.2, at: PT0S, for: P1D}
    """
    runs: list[list[tuple[int, bytes]]] = []
    for seed in ("5", "5", "6"):
        client = small_app(Settings(seed=int(seed) + 10 if runs else 3)).test_client()
        begin(client, text.replace("SEED", seed))
        runs.append([ask(client, catalogue, iin) for iin in (IIN, NOBODY) * 12])
    assert runs[0] == runs[1] != runs[2]
    assert len({code for code, _ in runs[0]}) == 3


def test_what_falls_upon_one_person_does_not_hang_on_who_asks_about_others(catalogue: Catalogue) -> None:
    told = []
    for others in (0, 3):
        client = small_app().test_client()
        begin(client, "seed: 1\ntimeline:\n- {kind: html_503, probability: 0.5}")
        outcomes = []
        for _ in range(15):
            for _ in range(others):
                ask(client, catalogue, NOBODY)
            outcomes.append(ask(client, catalogue)[0])
        told.append(outcomes)
    assert told[0] == told[1] and set(told[0]) == {200, 503}


def test_a_scenario_that_begins_takes_the_place_of_the_one_before_and_leaves_other_rows(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    assert client.post("/_mock/failures", json={"kind": "garbage", "iin": NOBODY}).status_code == 201
    begin(client)
    begin(client, "timeline: [{kind: html_503}]")
    rows: Any = client.get("/_mock/failures").json
    assert [(row["kind"], row["entry"]) for row in rows] == [("garbage", 0), ("html_503", 1)]
    assert client.delete("/_mock/scenario").status_code == 204
    assert client.get("/_mock/scenario").status_code == 404
    rows = client.get("/_mock/failures").json
    assert [row["kind"] for row in rows] == ["garbage"]
    assert ask(client, catalogue)[0] == 200


def test_a_reset_ends_the_scenario(client: FlaskClient, catalogue: Catalogue) -> None:
    begin(client)
    assert client.post("/_mock/reset").status_code == 204
    assert client.get("/_mock/scenario").status_code == 404
    assert ask(client, catalogue)[0] == 200


def test_a_scenario_shows_what_it_plays_and_what_is_used_up(client: FlaskClient, catalogue: Catalogue) -> None:
    begin(client, "title: Once\nseed: 3\ntimeline:\n- {kind: html_503, times: 1}")
    ask(client, catalogue)
    told: Any = client.get("/_mock/scenario").json
    assert (told["title"], told["seed"], told["started"]) == ("Once", 3, NOW.isoformat())
    assert states(client) == ["used_up"]


def test_json_says_the_same(client: FlaskClient, catalogue: Catalogue) -> None:
    wanted = {"seed": 1, "timeline": [{"at": "PT0S", "for": "PT1H", "kind": "html_503"}]}
    assert client.post("/_mock/scenario", json=wanted).status_code == 201
    assert ask(client, catalogue)[0] == 503


def test_failures_of_a_persona_are_of_its_people_alone(client: FlaskClient, catalogue: Catalogue) -> None:
    begin(client, f"personas:\n  {PERSONA}:\n  - kind: html_503\n    times: 1\n  - {{kind: fault}}")
    assert [ask(client, catalogue)[0], ask(client, catalogue)[0], ask(client, catalogue, NOBODY)[0]] == [503, 500, 200]


WRONG: Sequence[tuple[str, str]] = (
    ("", "the scenario is empty"),
    ("[]", "a scenario is a mapping"),
    ("seed: 1", "at least one entry"),
    ("seeds: 1\ntimeline: []", "line 1, seeds is not a word of a scenario"),
    ("\nseed: 1.5\ntimeline: []", "line 2, seed is a whole number"),
    ("seed: -1\ntimeline: []", "seed is a whole number"),
    ("title: 5\ntimeline: []", "title is a text"),
    ("timeline: {}", "timeline is a list"),
    ("personas: []", "personas is a mapping"),
    ("timeline:\n- kind: garbage\n- explode", "line 3, entry 2: an entry is a mapping"),
    ("timeline:\n- kind: garbage\n\n- kind: explode", "line 4, entry 2: kind is one of"),
    ("timeline: [{kind: late}]", "line 1, entry 1: seconds is a number"),
    ("timeline: [{kind: garbage, from: PT1H}]", "entry 1: from is not a word of an entry"),
    ("timeline: [{kind: garbage, for: PT1H, until: PT2H}]", "for and until are not said both"),
    ("timeline: [{kind: garbage, at: tomorrow}]", "at is a duration like PT2H, or a moment with its zone"),
    ("timeline: [{kind: garbage, at: 5}]", "at is a duration"),
    ("timeline: [{kind: garbage, at: '2026-10-05T10:00'}]", "at is a duration"),
    ("timeline: [{kind: garbage, at: P401D}]", "at is at most 400 days"),
    ("timeline: [{kind: garbage, at: P999999999W}]", "at is a duration"),
    ("timeline: [{kind: garbage, for: 2026-10-05T10:00:00+05:00}]", "for is a duration like PT2H"),
    ("timeline: [{kind: garbage, at: PT2H, until: PT1H}]", "from is before until"),
    ("timeline: [{kind: garbage, at: PT2H, until: 2027-01-01T00:00:00Z}]", "until is a moment, so at is one too"),
    ("timeline: [{kind: garbage, at: 2027-01-01T00:00:00Z, until: PT2H}]", "at is a moment, so until is one too"),
    ("timeline: [{kind: garbage, at: 9999-12-31T00:00:00Z, for: P9D}]", "after the last year"),
    ("personas: {nobody: {kind: garbage}}", "persona nobody: there is no such persona"),
    ("personas: {somebody: {kind: garbage, persona: x}}", "persona is said twice"),
    ("seed: 1\nseed: 2\ntimeline: []", "line 2: seed is said twice"),
    ("timeline: [{kind: garbage, kind: fault}]", "kind is said twice"),
    ("a: &a [x]\nb: [*a, *a]", "line 1: anchors and aliases"),
    ("timeline: *a", "anchors and aliases"),
    ("timeline: !!python/object/apply:os.system [x]", "line 1: tags"),
    ("timeline: []\n---\ntimeline: []", "line 2: a second document"),
    ("timeline: [", "line 1: this is no YAML"),
    ("a: b: c", "line 1: this is no YAML"),
    ("1: x", "a name is a text"),
    ("[x]: x", "a name is a text"),
    ("a: \x07", "a character that YAML does not take"),
    ("[" * 50_000, "nested too deeply"),
    ("- " * 50_000, "nested too deeply"),
    ("timeline:\n" + "- {kind: garbage}\n" * 1001, "at most 1000 entries"),
    ("#" * (MOST_BYTES + 1), "longer than"),
)


def test_a_wrong_scenario_is_refused_in_a_line_that_names_the_place_and_nothing_of_it_is_in_force(
    client: FlaskClient,
) -> None:
    begin(client, "timeline: [{kind: close}]")
    for text, said in WRONG:
        begun = real_time.monotonic()
        answer = client.post("/_mock/scenario", data=text.encode())
        assert answer.status_code == 422, (text[:60], answer.text)
        told: Any = answer.json
        assert said in told["error"] and "\n" not in told["error"], (text[:60], told)
        assert real_time.monotonic() - begun < 5, text[:60]
        rows: Any = client.get("/_mock/failures").json
        assert [row["kind"] for row in rows] == ["close"], text[:60]


WRONG_JSON: Sequence[tuple[bytes, str]] = (
    (b"{", "line 1: this is no JSON"),
    (b'{"seed": 1, "seed": 2}', "seed is said twice"),
    (b'{"seed": NaN}', "NaN is no number"),
    (b'{"timeline": [{"kind": "late"}]}', "entry 1: seconds"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"seed": ' + b"9" * 5000 + b"}", "more digits"),
    (b"\xff", "not in UTF-8"),
)


def test_wrong_json_is_refused_too(client: FlaskClient) -> None:
    for content, said in WRONG_JSON:
        answer = client.post("/_mock/scenario", data=content, content_type="application/json")
        told: Any = answer.json
        assert (answer.status_code, said in told["error"]) == (422, True), (content[:60], told)


def test_what_yaml_would_take_for_a_date_an_octal_or_a_word_of_yes_stays_a_text() -> None:
    text = "timeline: [{kind: fault, code: 010, iin: 010203450012, sender: no, at: 2026-10-05T10:00:00+05:00}]"
    (entry,) = read_scenario(text.encode()).entries
    assert entry.words == {"kind": "fault", "code": "010", "iin": "010203450012", "sender": "no"}
    assert entry.begins and str(entry.begins) == "2026-10-05 10:00:00+05:00"


@pytest.fixture
def client() -> FlaskClient:
    return small_app().test_client()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["scenario", "check", *arguments])


def test_the_command_checks_a_file_and_names_the_place_of_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "outage.yaml"
    file.write_text(OUTAGE, encoding="utf-8")
    told = run(str(file))
    assert (told.exit_code, told.output) == (0, f"{file}: 2 entries, seed 7\n")
    file.write_text(OUTAGE.replace("999", "999\n    registry: nobody"), encoding="utf-8")
    told = run(str(file), "--start", "2026-10-05T10:00:00+05:00")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr == f"scenario-invalid: {file}: line 7, entry 2: no passport is of this registry\n"
    assert "the file cannot be read" in run(str(tmp_path / "none.yaml")).stderr
    assert run(str(file), "--start", "now").exit_code == 2


def test_the_example_of_the_documents_can_be_played(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    file = tmp_path / "example.yaml"
    file.write_text(example, encoding="utf-8")
    told = run(str(file), "--start", "2026-10-05T10:00:00+05:00")
    assert told.output == f"{file}: 4 entries, seed 7\n"


def test_a_suite_may_begin_with_a_scenario_and_does_not_begin_with_a_wrong_one(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    file = tmp_path / "outage.yaml"
    file.write_text(OUTAGE, encoding="utf-8")
    app = small_app(Settings(scenario=file))
    assert ask(app.test_client(), catalogue)[0] == 503
    assert suite_of(app).failures.played
    file.write_text("timeline: 5", encoding="utf-8")
    with pytest.raises(ScenarioInvalid, match="timeline is a list"):
        small_app(Settings(scenario=file))
    told = CliRunner().invoke(main, ["serve", "--port", "0", "--scenario", str(file)])
    assert (told.exit_code, told.stderr) == (1, f"scenario-invalid: {file}: line 1, timeline is a list of entries\n")
