"""The small form of `make simulate-year`: days around each turn of the year; and what the run itself must notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from contracts.legal.calendar import load_calendar
from gateway.core.calendar import ALMATY
from gateway.core.case import Case
from gateway.core.proceedings import Decision, DecisionOutcome
from gateway.core.subjects import freeze_subjects
from tests.simulation.year.arrivals import Batch, plan_batches
from tests.simulation.year.assumptions import load_year
from tests.simulation.year.batch import Country, open_country, run_batch
from tests.simulation.year.memory import MemoryWakeups
from tests.simulation.year.report import is_kept, write_report
from tests.simulation.year.tally import Tally, check_law, judge
from tests.simulation.year.verdict import list_late

pytestmark = pytest.mark.long

DAYS = (
    date(2026, 1, 5),  # a registry is down
    date(2026, 4, 2),  # the record day
    date(2026, 6, 30),
    date(2026, 7, 1),  # the amendment
    date(2026, 8, 7),  # its terms run when the calendar changes
    date(2026, 8, 22),  # a day off
    date(2026, 12, 31),
)
EACH = 25
NOW = datetime(2026, 2, 2, 10, tzinfo=ALMATY)
LATEST = NOW + timedelta(days=200)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def country() -> Country:
    return replace(open_country(seed=1, families=24), checked_each=7)


@pytest.fixture(scope="module")
def year(country: Country) -> Tally:
    whole = Tally()
    for n, day in enumerate(DAYS):
        whole.add(run_batch(country, Batch(day, n * EACH, EACH)))
    return whole


def test_nothing_is_lost_and_no_day_passes_in_silence(year: Tally) -> None:
    assert year.troubles == []
    assert is_kept(year, EACH * len(DAYS))
    assert "Every promise was kept" in write_report(year, {}, EACH * len(DAYS))


def test_the_year_has_what_it_is_there_for(year: Tally) -> None:
    for happened in (
        "refused", "letters sent", "extensions", "registered with gaps", "under the amended law", "recounted",
        "dates moved by the calendar", "asks: registry down", "asks: timed out", "channel: akim", "channel: portal",
    ):  # fmt: skip
        assert year.counts[happened] > 0, happened
    assert year.counts["under the amended law"] < year.counts["in"]


def test_a_run_is_the_same_for_the_same_seed(country: Country) -> None:
    batch = Batch(date(2026, 10, 1), 900, 12)
    one, other = run_batch(country, batch), run_batch(country, batch)
    assert one.counts == other.counts
    assert one.days == other.days


def test_the_batches_of_a_year_hold_each_application_once() -> None:
    batches = plan_batches(load_year(), load_calendar(), 10_000, 300)
    numbers = [batch.first + n for batch in batches for n in range(batch.count)]
    assert numbers == list(range(10_000))
    assert max(batch.count for batch in batches) <= 300
    by_day = {day: sum(b.count for b in batches if b.day == day) for day in {batch.day for batch in batches}}
    assert max(by_day, key=lambda day: by_day[day]) == load_year().arrivals.record_day


def make_case(country: Country) -> Case:
    household, law = country.households[0], country.find_law("asp", NOW.date())
    service = country.catalogue.services["asp"]
    subjects = freeze_subjects(household.application, NOW)
    return Case("1", service, household.application, "center", NOW, subjects, rules=law.rules)


def decide_late(case: Case) -> Case:
    decision = Decision(decided_at=LATEST, outcome=DecisionOutcome.APPROVED)
    return replace(case, proceedings=replace(case.proceedings, decision=decision))


def test_a_result_after_its_day_is_told_and_whether_its_passing_was_recorded(country: Country) -> None:
    late, law = decide_late(make_case(country)), country.find_law("asp", NOW.date())
    assert list(list_late(late, law, LATEST)) == [("result", False)]
    recorded = replace(late, proceedings=replace(late.proceedings, marks=frozenset({"passed:promised:2026-02-23"})))
    assert list(list_late(recorded, law, LATEST)) == [("result", True)]
    tally = Tally()
    judge(tally, "1", late, law, LATEST, waits=False)
    tally.counts.update({"in": 1, "looks": 1})
    assert not is_kept(tally, 1)


def test_a_case_that_nothing_carries_on_is_lost(country: Country) -> None:
    tally, law = Tally(), country.find_law("asp", NOW.date())
    judge(tally, "1", make_case(country), law, NOW, waits=False)
    assert tally.counts["lost"] == 1
    assert tally.troubles


def test_a_case_under_the_law_of_another_day_is_noticed(country: Country) -> None:
    tally, later = Tally(), country.find_law("asp", date(2026, 8, 1)).rules
    case = replace(make_case(country), rules=later)
    check_law(tally, "1", case, country.year, country.find_law, country.find_changed)
    assert tally.troubles == ["1: judged by the law of another day"]


def test_a_wake_up_that_comes_while_a_case_is_carried_forward_is_not_slept_through() -> None:
    wakeups = MemoryWakeups()
    wakeups.wake("1", NOW)
    (claim,) = wakeups.claim_due(NOW, 10, HOUR)
    assert wakeups.claim_due(NOW, 10, HOUR) == ()
    wakeups.wake("1", NOW)
    wakeups.hand_back(claim, NOW + HOUR, "later")
    (again,) = wakeups.claim_due(NOW, 10, HOUR)
    wakeups.hand_back(again, None, "")
    assert wakeups.next_ahead() is None
    assert not wakeups.waits("1")
