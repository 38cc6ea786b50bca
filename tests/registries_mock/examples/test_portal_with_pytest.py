"""The portal tested with the plugin's fixtures: over a socket, and without one."""

from __future__ import annotations

import pytest

from registries_mock.testing.handle import JournalOfSuite, PeopleOfSuite, Registries
from tests.registries_mock.examples.portal import Bus, check_phone


def test_a_person_s_own_number_is_known(registries: Registries, people: PeopleOfSuite, journal: JournalOfSuite) -> None:
    iin = people.iin("family-of-five")
    assert check_phone(Bus(registries.url), iin, people.phone(iin)) == "own"
    assert check_phone(Bus(registries.url), iin, "+77000000000") == "somebody else's"
    journal.verify(passport="bmg-phone", persona="family-of-five", exactly=2)


@pytest.mark.parametrize("kind", ["silence", "close", "garbage", "truncated", "html_503", "empty"])
def test_what_the_registry_does_not_say_is_asked_later(
    registries_inprocess: Registries, people: PeopleOfSuite, journal: JournalOfSuite, kind: str
) -> None:
    iin = people.iin("family-of-five")
    registries_inprocess.fail(kind, passport="bmg-phone", times=1)
    assert check_phone(Bus(registries_inprocess.url, seconds=0.3), iin, people.phone(iin)) == "ask later"
    assert check_phone(Bus(registries_inprocess.url), iin, people.phone(iin)) == "own"
    journal.verify(failure=kind, exactly=1)


@pytest.mark.registries(seed=7, senders={"portal": "word"})
def test_a_portal_of_its_own_name(registries: Registries, people: PeopleOfSuite, journal: JournalOfSuite) -> None:
    iin = people.iin("lone-pensioner")
    assert check_phone(Bus(registries.url), iin, people.phone(iin)) == "ask later"
    journal.verify(refused="BUS-004", exactly=1)
    assert check_phone(Bus(registries.url, "portal", "word"), iin, people.phone(iin)) == "own"
