"""An event is told on its chain, and not again where a killed process had told it already."""

from __future__ import annotations

from pathlib import Path

from contracts.intakes import load_intakes
from gateway.pushed.messages import ToldEvent
from gateway.pushed.telling import BusTelling
from gateway.store.bus_clients import OVER_THE_BUS
from gateway.store.rows import Audience, Event
from gateway.store.webhook_queue import Owed
from tests.gateway.pushed.desk import NOW, Desk, open_desk, pushed
from tests.gateway.sample_case import APPLICANT_IIN
from tests.support.databases import SQLITE


def owe(application_id: str, seq: int) -> Owed:
    event = Event(seq, NOW, "date_set", Audience.ALL, {})
    return Owed(application_id, "2026-0000001", "client", OVER_THE_BUS, event, seq - 1, 0, None, b"secret")


def describe(owed: Owed) -> ToldEvent:
    return ToldEvent(
        application_id=owed.application_id,
        applicant_iin=APPLICANT_IIN,
        number=owed.number,
        seq=owed.event.seq,
        previous=owed.previous,
        at=owed.event.at,
        kind=owed.event.kind,
        status="waiting_data",
        whose_move="provider",
        until=None,
        dates=(),
    )


def open_telling(desk: Desk) -> BusTelling:
    def print_nothing(*_: object) -> bytes:
        raise AssertionError("no notice is told of here")

    def lay_down_nothing(*_: object) -> str:
        raise AssertionError("nothing is laid down here")

    organisation = "990140009992"
    return BusTelling(
        desk.bus, load_intakes(), desk.kept, describe, print_nothing, lay_down_nothing, organisation, lambda: NOW
    )


def test_an_event_that_was_sent_before_a_kill_is_not_sent_again_after_it(tmp_path: Path) -> None:
    with open_desk(SQLITE, tmp_path) as desk:
        desk.intake.take(pushed())
        kept = desk.kept.find("m-1")
        assert kept is not None
        desk.bus.told.clear()
        telling = open_telling(desk)
        for seq in (2, 2, 3):
            telling.send(owe(kept.application_id, seq))
        assert desk.bus.told == [("NOTIFICATION", "chain-of-m-1")] * 2
        assert [one.seq for one in desk.kept.list_sent(kept.application_id)] == [2, 3]
