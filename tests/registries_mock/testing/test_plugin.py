"""The plugin's fixtures: each test finds a suite as it is at its start, set up as its marker says."""

from __future__ import annotations

from inspect import signature
from types import SimpleNamespace
from typing import cast

import pytest
import requests

from registries_mock.testing.handle import JournalOfSuite, PeopleOfSuite, Registries
from registries_mock.testing.plugin import WORDS, words_of
from registries_mock.testing.settings import settings_of
from tests.registries_mock.examples.portal import Bus, check_phone


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_does_another_does_not_find(registries: Registries, journal: JournalOfSuite, time: str) -> None:
    assert registries.suite.failures.rows() == [] and journal.entries() == [], time
    registries.fail("silence")
    requests.post(f"{registries.url}/rest/nowhere", json={}, timeout=5)
    assert len(journal.entries()) == 1


@pytest.mark.registries(clock="2026-10-05T10:00")
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_virtual_clock_begins_anew_in_each_test(registries: Registries, time: str) -> None:
    assert registries.advance("PT1H").isoformat() == "2026-10-05T11:00:00+05:00", time
    assert requests.get(f"{registries.url}/dev/clock", timeout=5).json()["now"] == "2026-10-05T11:00:00+05:00"


@pytest.mark.registries(seed=3)
class TestNearestMarker:
    def test_a_class_says_it_for_its_tests(self, registries: Registries) -> None:
        assert registries.suite.settings.seed == 3

    @pytest.mark.registries(seed=4, today="2026-02-10")
    def test_a_test_says_it_for_itself(self, registries: Registries) -> None:
        assert registries.suite.settings.seed == 4


def test_people_are_there_without_a_suite(people: PeopleOfSuite) -> None:
    assert people.application("family-of-five")["applicant"]["iin"] == people.iin("family-of-five")


def test_the_journal_is_that_of_the_suite_without_sockets_where_there_is_one(
    registries_inprocess: Registries, people: PeopleOfSuite, journal: JournalOfSuite
) -> None:
    iin = people.iin("family-of-five")
    check_phone(Bus(registries_inprocess.url), iin, people.phone(iin))
    journal.verify(passport="bmg-phone", exactly=1)


def test_late_replies_are_pushed_and_messages_are_seen(registries: Registries) -> None:
    assert registries.senders == {"asp-gateway": "mock-password"}
    assert registries.sms() == []
    registries.push_to("asp-gateway", "http://127.0.0.1:9/")
    assert requests.get(f"{registries.url}/_mock/participants", timeout=5).json() == {
        "asp-gateway": "http://127.0.0.1:9/"
    }
    registries.reset()


def test_the_marker_knows_the_words_of_the_settings_and_no_other() -> None:
    assert frozenset(signature(settings_of).parameters) == WORDS
    node = SimpleNamespace(iter_markers=lambda _: [pytest.mark.registries(colour="red").mark])
    with pytest.raises(pytest.UsageError, match="knows no word colour"):
        words_of(cast(pytest.Item, node))
