"""A desk for pushed messages: the real store and submission, a bus that may be away, a verifier that the test rules."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.file_store import LARGEST, StoredFile
from adapters.ports import Deadline
from contracts.application import SCHEMA_ID
from contracts.catalogue import load_catalogue
from contracts.errors import (
    GatewayError,
    RegistryUnavailable,
)
from contracts.exchange import Arrival, LaterKind
from contracts.intakes import load_intakes
from gateway.intake.envelope import Envelope
from gateway.intake.submit import Submit
from gateway.pushed.settling import Settling
from gateway.pushed.taking import PushedIntake
from gateway.store.applications import Applications
from gateway.store.bus_clients import BusClients
from gateway.store.database import Database
from gateway.store.pushed import PushedStore
from gateway.store.rows import ClientKind
from gateway.store.sealing import Sealer
from signing.verdict import Verdict
from tests.gateway.sample_case import APPLICANT_IIN, encode, find_law, make_application
from tests.support.databases import open_url
from tests.support.executors import AtOnce
from tests.support.verdicts import passed

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
class LargeFiles:
    """A file store in which every file is as large as one may be; which of them were fetched."""

    fetched: list[str] = field(default_factory=list)

    def download(self, question_id: str, file_id: str, *, deadline: Deadline) -> StoredFile | None:
        self.fetched.append(file_id)
        return StoredFile(file_id, "application/pdf", b"%PDF-" + bytes(LARGEST - 5))


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


@contextmanager
def open_desk(kind: str, folder: Path) -> Iterator[Desk]:
    services, sealer = load_catalogue().services, Sealer(bytes(range(32)))
    with open_url(kind, folder) as url, Database(url) as database:
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
