"""A pushed message is committed or refused once, whatever fails around it, and the bus learns of it in the end."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.file_store import StoredFile
from adapters.ports import Deadline
from contracts.application import SCHEMA_ID
from contracts.catalogue import load_catalogue
from contracts.errors import (
    CallerError,
    ContractBroken,
    GatewayError,
    NotAllowed,
    NotFound,
    RegistryUnavailable,
    RevocationUnknown,
    UntrustedAnswer,
)
from contracts.exchange import Arrival, LaterKind, StatusChange
from contracts.intakes import load_intakes
from gateway.intake.envelope import Envelope
from gateway.intake.submit import Submit
from gateway.pushed.settling import Settling
from gateway.pushed.taking import PushedIntake
from gateway.store.applications import Applications
from gateway.store.bus_clients import BusClients
from gateway.store.database import Database
from gateway.store.pushed import PushedStore
from gateway.store.pushed_rows import PushedState
from gateway.store.rows import ClientKind
from gateway.store.sealing import Sealer
from signing.verdict import SubIndication, Verdict
from tests.gateway.sample_case import APPLICANT_IIN, encode, find_law, make_application
from tests.support.databases import POSTGRESQL, SQLITE, open_url
from tests.support.executors import AtOnce
from tests.support.verdicts import passed, refused

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
PROFILE = load_intakes()["ASP_APPLICATION"]
PORTAL = "pep"


@dataclass
class Bus:
    """The provider's side of a bus that may be away; what it was told."""

    document: bytes | GatewayError = b""
    away: bool = False
    told: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[Arrival] = field(default_factory=list)

    def read_document(self, arrival: Arrival) -> bytes:
        if isinstance(self.document, GatewayError):
            raise self.document
        return self.document

    def send(
        self, document: bytes, *, kind: LaterKind, correlation_id: str, service_id: str, deadline: Deadline
    ) -> str:
        self._tell(kind, correlation_id)
        return f"sent-{len(self.told)}"

    def accept_delivery(self, arrival: Arrival, deadline: Deadline) -> None:
        self._tell("accepted", arrival.message_id)

    def refuse_delivery(self, arrival: Arrival, code: str, deadline: Deadline) -> None:
        self._tell(code, arrival.message_id)

    def fetch(self, service_id: str, deadline: Deadline) -> list[Arrival]:
        return [one for one in self.waiting if one.service_id == service_id]

    def _tell(self, what: str, of: str) -> None:
        if self.away:
            raise RegistryUnavailable("the bus is away")
        self.told.append((what, of))


class NoFiles:
    """A file store in which nothing lies."""

    def download(self, question_id: str, file_id: str, *, deadline: Deadline) -> StoredFile | None:
        return None


@dataclass
class Desk:
    intake: PushedIntake
    bus: Bus
    applications: Applications
    kept: PushedStore
    clients: BusClients
    verdict: Verdict | GatewayError
    now: datetime = NOW

    def count(self) -> int:
        with self.kept.database.read() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM applications").scalar_one())


def wrapper() -> bytes:
    """A wrapper whose signature the test's own verifier judges."""
    content = encode(make_application())
    return f'<application xmlns="{SCHEMA_ID}">{base64.b64encode(content).decode()}</application>'.encode()


def pushed(message_id: str = "m-1", *, age: timedelta = timedelta(0), sender: str = PORTAL, **other: object) -> Arrival:
    told: dict[str, object] = {
        "message_id": message_id,
        "correlation_id": f"chain-of-{message_id}",
        "service_id": PROFILE.service_id,
        "kind": "REQUEST",
        "message_date": NOW - age,
        "inquiry_id": "",
        "raw": b"<envelope/>",
        "vouched_by": ("bus",),
        "sender_id": sender,
    }
    return Arrival(**(told | other))  # type: ignore[arg-type]


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    services, sealer = load_catalogue().services, Sealer(bytes(range(32)))
    with open_url(request.param, tmp_path) as url, Database(url) as database:
        applications = Applications(database, sealer, services, lambda: NOW)
        client, _ = applications.add_client("Portal", ClientKind.PORTAL, "portal")
        clients, kept = BusClients(database, sealer, lambda: NOW), PushedStore(database, sealer)
        clients.set_sender(client.id, PORTAL)

        def verify(envelope: Envelope, at: datetime) -> Verdict:
            if isinstance(made.verdict, GatewayError):
                raise made.verdict
            return made.verdict

        submit = Submit(applications, services, find_law, verify, lambda: made.now)
        bus = Bus(wrapper())
        settling = Settling(bus, load_intakes(), kept, "990140009992", lambda: made.now, AtOnce())
        intake = PushedIntake(bus, NoFiles(), load_intakes(), submit, clients, kept, settling, lambda: made.now)
        made = Desk(intake, bus, applications, kept, clients, passed(APPLICANT_IIN, wrapper()))
        yield made


def test_a_message_becomes_one_application_and_its_delivery_is_accepted(desk: Desk) -> None:
    desk.intake.take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None and kept.state is PushedState.ACCEPTED
    stored = desk.applications.read(kept.application_id)
    assert json.loads(stored.body)["applicant"]["iin"] == APPLICANT_IIN
    assert desk.bus.told == [("accepted", "m-1")]
    assert desk.kept.next_owed() is None


def test_a_message_that_comes_again_is_told_of_again_and_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        desk.intake.take(pushed())
    assert desk.count() == 1
    assert desk.bus.told == [("accepted", "m-1")] * 3


def test_a_refusal_is_answered_on_the_chain_once(desk: Desk) -> None:
    desk.verdict = refused(SubIndication.HASH_FAILURE)
    desk.intake.take(pushed())
    desk.intake.take(pushed())
    assert desk.count() == 0
    assert desk.bus.told == [("accepted", "m-1"), ("RESPONSE", "chain-of-m-1"), ("accepted", "m-1")]


def test_while_the_bus_is_away_it_is_owed_and_told_when_it_is_back(desk: Desk) -> None:
    desk.bus.away, desk.verdict = True, refused(SubIndication.HASH_FAILURE)
    desk.intake.take(pushed())
    due = desk.kept.next_owed()
    assert due is not None and desk.bus.told == []
    desk.bus.away, desk.now = False, due
    desk.intake.settling.settle_owed()
    assert desk.bus.told == [("accepted", "m-1"), ("RESPONSE", "chain-of-m-1")]
    assert desk.kept.next_owed() is None


def test_a_bus_that_stays_away_is_given_up_after_a_day_and_a_half(desk: Desk) -> None:
    desk.bus.away = True
    desk.intake.take(pushed())
    tries = 0
    while (due := desk.kept.next_owed()) is not None:
        desk.now, tries = max(due, desk.now), tries + 1
        desk.intake.settling.settle_owed()
        assert tries < 100
    assert desk.now - NOW > timedelta(hours=30)


def test_what_a_killed_process_left_undone_is_due_at_the_next_start(desk: Desk) -> None:
    desk.bus.away = True
    desk.intake.take(pushed())
    desk.bus.away = False
    desk.intake.settling.recover()
    desk.intake.settling.settle_owed()
    assert desk.bus.told == [("accepted", "m-1")]


@pytest.mark.parametrize("age", [timedelta(hours=73), -timedelta(minutes=6)])
def test_a_stale_message_and_one_of_the_future_begin_nothing(desk: Desk, age: timedelta) -> None:
    desk.intake.take(pushed(age=age))
    assert (desk.count(), desk.bus.told) == (0, [("push-stale", "m-1")])


def test_a_message_without_a_date_begins_nothing(desk: Desk) -> None:
    desk.intake.take(pushed(message_date=None))
    assert (desk.count(), desk.bus.told) == (0, [("push-stale", "m-1")])


def test_what_cannot_be_judged_now_is_brought_again_by_the_bus_and_taken_then(desk: Desk) -> None:
    sound, desk.verdict = desk.verdict, RevocationUnknown()
    with pytest.raises(RevocationUnknown):
        desk.intake.take(pushed())
    assert (desk.count(), desk.kept.find("m-1"), desk.bus.told) == (0, None, [])
    desk.verdict = sound
    desk.intake.take(pushed())
    assert desk.count() == 1


@pytest.mark.parametrize(
    ("arrival", "error"),
    [
        (pushed(vouched_by=()), UntrustedAnswer),
        (pushed(service_id="OTHER"), NotFound),
        (pushed(sender="nobody"), NotAllowed),
        (pushed(sender=""), NotAllowed),
        (pushed(correlation_id=""), ContractBroken),
        (pushed(message_id="m" * 101), ContractBroken),
    ],
)
def test_what_is_no_clients_message_of_the_bus_leaves_nothing(
    desk: Desk, arrival: Arrival, error: type[GatewayError]
) -> None:
    with pytest.raises(error):
        desk.intake.take(arrival)
    assert (desk.count(), desk.kept.find(arrival.message_id), desk.bus.told) == (0, None, [])


def test_a_client_whose_key_was_revoked_begins_nothing_more(desk: Desk) -> None:
    client = desk.clients.find(PORTAL)
    assert client is not None
    desk.applications.revoke_client(client.id)
    with pytest.raises(NotAllowed):
        desk.intake.take(pushed())


def test_a_sender_is_one_clients_alone(desk: Desk) -> None:
    other, _ = desk.applications.add_client("Other", ClientKind.PORTAL, "portal")
    with pytest.raises(CallerError) as refused_:
        desk.clients.set_sender(other.id, PORTAL)
    assert refused_.value.public_code == "bus-sender-taken"
    client = desk.clients.find(PORTAL)
    assert client is not None and client.name == "Portal"
    desk.clients.remove_sender(client.id)
    desk.clients.set_sender(other.id, PORTAL)
    assert desk.clients.find_sender(other.id) == PORTAL


@pytest.mark.parametrize(
    "document",
    [
        b"<letter/>",
        b"",
        b'<application xmlns="urn:asp-gateway:application:1">***</application>',
        b'<application xmlns="urn:asp-gateway:application:1" id="1">e30=</application>',
        b'<submission xmlns="urn:asp-gateway:bus:1"/>',
        b'<submission xmlns="urn:asp-gateway:bus:1"><signed>PGE+</signed></submission>',
        b'<!DOCTYPE a [<!ENTITY e "x">]><application xmlns="urn:asp-gateway:application:1">&e;</application>',
        ContractBroken("the message carries no data"),
    ],
)
def test_a_document_that_is_none_is_refused_as_such(desk: Desk, document: bytes | GatewayError) -> None:
    desk.bus.document = document
    desk.intake.take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None and (kept.state, kept.code) == (PushedState.REFUSED, "push-malformed")
    assert desk.count() == 0


def test_what_became_of_our_message_is_noted_and_of_others_nothing(desk: Desk) -> None:
    desk.intake.take(pushed())
    kept = desk.kept.find("m-1")
    assert kept is not None
    desk.kept.keep_sent("out-1", kept.application_id, 1, "NOTIFICATION", NOW)
    desk.intake.note_state(StatusChange("out-1", "DELIVERED", "{1}"))
    desk.intake.note_state(StatusChange("nobody's", "DELIVERED", "{1}"))
    assert [(one.message_id, one.state) for one in desk.kept.list_sent(kept.application_id)] == [("out-1", "DELIVERED")]


def test_who_is_not_reached_fetches_and_one_bad_message_holds_no_other_up(desk: Desk) -> None:
    desk.bus.waiting = [pushed("bad", sender="nobody"), pushed("good")]
    desk.intake.fetch_pending()
    assert desk.count() == 1
    assert desk.bus.told == [("accepted", "good")]
