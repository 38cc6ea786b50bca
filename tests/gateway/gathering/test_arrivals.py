"""Late replies: kept before they are acknowledged, paired with what they answer, told once; none is lost to a kill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.errors import ContractBroken, RegistryFailed, RegistryUnavailable
from contracts.exchange import Pending, Question, Reply
from gateway.core.decide import TERM
from tests.gateway.core.builders import T0, make_application, make_row
from tests.gateway.gathering.desk import Desk, open_desk

WAGES = make_row(4, (("wages", "person.wages[]"), ("benefits", "person.benefits[]")), period="quarter_before")
PAID = Reply("answered", {"person": {"wages": [{"contribution": 1}]}})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, WAGES) as opened:
        opened.registries.says["wages"] = [Pending("m-1", "chain-1")]
        yield opened


@pytest.fixture
def application_id(desk: Desk) -> str:
    """Asked, and accepted by the bus."""
    submitted = desk.submit(make_application())
    desk.gathering.advance(submitted)
    assert desk.states(submitted) == {"wages": "pending", "benefits": "no_record"}
    return submitted


def closed(desk: Desk, application_id: str) -> int:
    return [kind for kind, _ in desk.events(application_id)].count("inquiry_closed")


def test_a_late_reply_closes_its_inquiry_wakes_the_case_and_is_told_of_to_the_bus(
    desk: Desk, application_id: str
) -> None:
    raw = desk.bus.bring("late-1", "chain-1", "wages", PAID)
    assert desk.gathering.arrivals.receive(raw) == b"taken late-1"
    assert desk.states(application_id)["wages"] == "answered"
    assert closed(desk, application_id) == 1
    assert desk.bus.notified == ["late-1"]
    assert desk.wakeups.next_due(desk.now) == T0
    wake = desk.gathering.advance(application_id)
    assert wake is not None and wake.reason == TERM
    assert [kind for kind, _ in desk.events(application_id)][-2:] == ["package_registered", "date_set"]


def test_a_duplicate_changes_nothing_but_is_acknowledged(desk: Desk, application_id: str) -> None:
    raw = desk.bus.bring("late-1", "chain-1", "wages", PAID)
    desk.gathering.arrivals.receive(raw)
    told = desk.events(application_id)
    assert desk.gathering.arrivals.receive(raw) == b"taken late-1"
    assert desk.events(application_id) == told


def test_the_first_answer_stays_whatever_comes_after_it(desk: Desk, application_id: str) -> None:
    for message_id, reply in (("late-1", PAID), ("late-2", Reply("no_record", {})), ("late-3", ContractBroken())):
        desk.gathering.arrivals.receive(desk.bus.bring(message_id, "chain-1", "wages", reply))
    assert desk.states(application_id)["wages"] == "answered"
    assert closed(desk, application_id) == 1


def test_a_reply_that_cannot_be_read_is_no_answer_and_a_right_one_still_closes_the_inquiry(
    desk: Desk, application_id: str
) -> None:
    desk.gathering.arrivals.receive(desk.bus.bring("late-1", "chain-1", "wages", ContractBroken()))
    assert (desk.states(application_id)["wages"], desk.causes(application_id)["wages"]) == (
        "stopped",
        "contract-broken",
    )
    desk.gathering.arrivals.receive(desk.bus.bring("late-2", "chain-1", "wages", PAID))
    assert desk.states(application_id)["wages"] == "answered"


def test_a_late_reply_that_says_try_again_is_asked_again_at_the_next_round(desk: Desk, application_id: str) -> None:
    desk.gathering.arrivals.receive(desk.bus.bring("late-1", "chain-1", "wages", RegistryFailed()))
    wake = desk.gathering.advance(application_id)
    assert wake is not None
    desk.now = wake.at
    desk.gathering.advance(application_id)
    assert desk.registries.count("wages") == 2


def test_a_message_before_the_answer_changes_nothing(desk: Desk, application_id: str) -> None:
    told = desk.events(application_id)
    desk.gathering.arrivals.receive(desk.bus.bring("interim", "chain-1", "wages", None))
    assert desk.states(application_id)["wages"] == "pending"
    assert desk.events(application_id) == told


@pytest.mark.parametrize(("chain", "service"), [("nobodys", "wages"), ("chain-1", "another")])
def test_a_stray_message_is_taken_and_answers_nothing(
    desk: Desk, application_id: str, chain: str, service: str
) -> None:
    assert desk.gathering.arrivals.receive(desk.bus.bring("stray", chain, service, PAID)) == b"taken stray"
    assert desk.states(application_id)["wages"] == "pending"


def test_a_reply_is_paired_by_our_inquiry_id_where_the_chain_is_unknown(desk: Desk, application_id: str) -> None:
    case = desk.applications.read(application_id).case
    exchange_id = next(x.id for x in case.exchanges.values() if x.passport == "wages")
    desk.gathering.arrivals.receive(desk.bus.bring("late-1", "other-chain", "wages", PAID, exchange_id))
    assert desk.states(application_id)["wages"] == "answered"


def test_a_reply_that_is_there_before_the_acceptance_finds_its_exchange(desk: Desk) -> None:
    def early(question: Question) -> Pending:
        desk.gathering.arrivals.receive(desk.bus.bring("early", "chain-2", "wages", PAID))
        return Pending("m-2", "chain-2")

    desk.registries.says["wages"] = [early]
    application_id = desk.submit(make_application())
    desk.gathering.advance(application_id)
    assert desk.states(application_id)["wages"] == "answered"
    assert closed(desk, application_id) == 1
    assert [kind for kind, _ in desk.events(application_id)][-2:] == ["package_registered", "date_set"]


def test_of_two_parts_answered_at_the_same_time_the_last_one_tells_that_the_inquiry_is_closed(desk: Desk) -> None:
    """The late part comes while the round still holds the case as it was before."""

    def meanwhile(question: Question) -> Reply:
        desk.gathering.arrivals.receive(desk.bus.bring("late-1", "chain-1", "wages", PAID))
        return Reply("no_record", {})

    order: list[str] = []
    desk.registries.says["benefits"] = [meanwhile]
    application_id = desk.submit(make_application())
    desk.gathering.advance(application_id)
    order += [key for key, _ in desk.registries.asked]
    assert set(order) == {"wages", "benefits"}
    assert set(desk.states(application_id).values()) == {"answered", "no_record"}
    assert closed(desk, application_id) == 1


def test_a_message_that_a_kill_left_kept_but_unanswered_is_answered_when_it_comes_again(
    desk: Desk, application_id: str
) -> None:
    raw = desk.bus.bring("late-1", "chain-1", "wages", PAID)
    desk.kept.keep(desk.bus.read_pushed(raw), desk.now)
    desk.gathering.arrivals.receive(raw)
    assert desk.states(application_id)["wages"] == "answered"


def test_a_message_that_a_kill_left_kept_is_answered_before_the_bus_is_told_of_it(
    desk: Desk, application_id: str
) -> None:
    raw = desk.bus.bring("late-1", "chain-1", "wages", PAID)
    desk.kept.keep(desk.bus.read_pushed(raw), desk.now)
    desk.sweep()
    assert desk.states(application_id)["wages"] == "answered"
    assert desk.bus.notified == ["late-1"]
    assert desk.owed() == []


def test_a_notification_that_could_not_be_sent_stays_owed(desk: Desk, application_id: str) -> None:
    desk.bus.broken = RegistryUnavailable()
    desk.gathering.arrivals.receive(desk.bus.bring("late-1", "chain-1", "wages", PAID))
    assert desk.owed() == ["late-1"]
    desk.bus.broken = None
    desk.sweep()
    assert desk.owed() == []


def test_a_pull_asks_only_for_services_that_a_reply_is_awaited_from(desk: Desk, application_id: str) -> None:
    raw = desk.bus.bring("late-1", "chain-1", "wages", PAID)
    desk.bus.waiting = {"wages": [desk.bus.read_pushed(raw)], "benefits": []}
    assert desk.gathering.arrivals.fetch_pending() == 1
    assert set(desk.bus.waiting) == {"benefits"}
    assert desk.states(application_id)["wages"] == "answered"
    assert desk.gathering.arrivals.fetch_pending() == 0
