"""What pinning promises: a case goes by the rules of its acceptance, and those that are the same are kept once."""

from __future__ import annotations

from sqlalchemy import func, select

from gateway.store.course_tables import rule_sets
from tests.gateway.core.builders import LAW, lay
from tests.gateway.store.desk import StoreDesk, act_at_once

RULES = LAW.rules
OTHERS = lay("letter.signing", "automatic").rules


def count_kept(desk: StoreDesk) -> int:
    with desk.database.read() as connection:
        return connection.execute(select(func.count()).select_from(rule_sets)).scalar_one()


def test_cases_that_were_accepted_under_the_same_rules_share_them(desk: StoreDesk) -> None:
    first, second = (desk.applications.accept(desk.new(rules=RULES))[0] for _ in range(2))
    assert count_kept(desk) == 1
    assert desk.read(first.id).rules == desk.read(second.id).rules == RULES


def test_rules_of_another_content_are_others_even_under_the_same_version(desk: StoreDesk) -> None:
    same_version = OTHERS.__class__(RULES.version, OTHERS.by_id)
    first = desk.applications.accept(desk.new(rules=RULES))[0]
    second = desk.applications.accept(desk.new(rules=same_version))[0]
    assert count_kept(desk) == 2
    assert desk.read(first.id).rules == RULES
    assert desk.read(second.id).rules == same_version


def test_another_process_reads_the_rules_as_they_were_pinned(desk: StoreDesk, beside: StoreDesk) -> None:
    pinned = desk.applications.accept(desk.new(rules=OTHERS))[0]
    assert beside.read(pinned.id).rules == OTHERS


def test_an_application_of_a_release_that_pinned_nothing_has_none(desk: StoreDesk) -> None:
    assert desk.read(desk.accept()).rules is None


def test_two_that_pin_the_same_rules_at_the_same_moment_are_both_accepted(desk: StoreDesk, beside: StoreDesk) -> None:
    for n in range(8):
        rules = RULES.__class__(f"version-{n}", RULES.by_id)
        came = act_at_once(
            lambda: desk.applications.accept(desk.new(rules=rules))[1],  # noqa: B023
            lambda: beside.applications.accept(beside.new(rules=rules))[1],  # noqa: B023
        )
        assert came == [True, True]
        assert count_kept(desk) == n + 1
