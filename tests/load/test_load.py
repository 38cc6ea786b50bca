"""Load that looks like the country's, the small form: a registry is away while applications come, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.promises import LOST
from tests.load.judges import GATHERED, count_again
from tests.load.passing import Part, Size
from tests.load.run import Result, run
from tests.load.scene import Setup
from tests.load.shapes import OUTAGE, QUARTER_START
from tests.load.telling import tell_run

pytestmark = pytest.mark.long

SETUP = Setup("gbdrn", per_minute=600, late_seconds=2.0)
SMALL = Size([Part(QUARTER_START, 6, 6.0), Part(OUTAGE, 20, 60.0, behind=8)], settle_seconds=90.0, scale=0.25)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(tmp_path_factory.mktemp("load"), SETUP, 1, SMALL)


def test_a_registry_that_was_away_is_caught_up_with_and_every_promise_is_kept(result: Result) -> None:
    _, away = result.passed
    assert result.broken == []
    assert result.accepted == 34
    assert away.returned is not None
    assert away.drained is not None
    assert any(message.failure == "html_503" for message in result.watch.messages)
    assert max(look.blocked for look in result.watch.looks if look.at <= away.returned) >= 20
    assert result.registered == 34


def test_a_registry_that_is_away_is_left_alone(result: Result) -> None:
    """Its breaker opens, so that most of what waits for it is kept back, and few messages go there in vain."""
    away = result.watch.asked[SETUP.down]
    in_vain = sum(message.failure == "html_503" for message in result.watch.messages)
    assert away.turned_away > 0
    assert in_vain < max(look.waiting for look in result.watch.looks)


def test_the_suite_s_journal_witnesses_the_retries_that_the_gateway_counts(result: Result) -> None:
    """Of the registry that answered 503 at once none waits for its turn in vain: each that is counted comes."""
    again = count_again((message.registry, message.digest) for message in result.watch.messages)
    assert again[SETUP.down][1] == result.watch.asked[SETUP.down].retries > 0
    assert sum(again[SETUP.down]) == result.watch.asked[SETUP.down].messages


def test_a_run_is_told_with_the_load_of_every_registry_and_every_promise(result: Result, tmp_path: Path) -> None:
    section = tell_run("A small run", {"seed": "1"}, result)
    assert section.is_kept
    rows = [row for table in section.tables for row in table.rows]
    assert {row[0] for row in rows} >= set(result.watch.asked)
    assert len(section.outcomes) == 8


def test_what_had_not_come_to_rest_when_nobody_waited_longer_breaks_a_promise(tmp_path: Path) -> None:
    """The run ends at once behind the last 202, while both applications are still being gathered."""
    cut_short = run(tmp_path, SETUP, 1, Size([Part(QUARTER_START, 2, 6.0)], settle_seconds=0.0))
    assert (cut_short.accepted, cut_short.registered) == (2, 0)
    assert {one.promise for one in cut_short.broken} == {LOST, GATHERED}
    outcomes = tell_run("Cut short", {}, cut_short).outcomes
    assert "broken" in outcomes[LOST]
    assert "broken" in outcomes[GATHERED]
