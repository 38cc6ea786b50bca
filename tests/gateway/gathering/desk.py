"""A gathering over a real store and registries that are a table of what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.application import Application
from contracts.errors import GatewayError
from contracts.exchange import Arrival, Attempt, Pending, Question, RecordAttempt, Reply, StatusChange
from contracts.passport import Passport
from contracts.request import RequestRow, Service
from contracts.words import Protocol
from gateway.core.law import Law
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.rounds import Gathering
from gateway.office.letters import VerifyDetached
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore
from gateway.store.database import Database
from gateway.store.gathering import GatheringStore
from gateway.store.rows import ClientKind, NewApplication
from gateway.store.sealing import Sealer
from gateway.store.wakeups import Wakeups
from tests.gateway.core.builders import LAW, PASSPORTS, T0, make_service
from tests.support.course import CourseParts, make_course
from tests.support.databases import place_tables
from tests.support.executors import AtOnce

Says = Reply | Pending | GatewayError | Callable[[Question], Reply | Pending]


@dataclass
class Registries:
    """Every source, by passport key: the next thing that each says; who is not in it has no record."""

    clock: Callable[[], datetime]
    says: dict[str, list[Says]] = field(default_factory=dict)
    asked: list[tuple[str, Question]] = field(default_factory=list)

    def ask(self, passport: Passport, question: Question, *, deadline: Any, record: RecordAttempt) -> Reply | Pending:
        assert deadline.remaining() > 0
        self.asked.append((passport.key, question))
        queue = self.says.get(passport.key, [])
        said = (queue.pop(0) if len(queue) > 1 else queue[0]) if queue else Reply("no_record", {})
        failure = said.code if isinstance(said, GatewayError) else ""
        now = self.clock()
        record(Attempt(f"m-{len(self.asked)}", now, now, b"asked", b"said", 200, failure))
        if isinstance(said, GatewayError):
            raise said
        return said(question) if callable(said) else said

    def count(self, passport: str) -> int:
        return sum(key == passport for key, _ in self.asked)


@dataclass
class Bus:
    """The asynchronous channel: arrivals are made by the test, and read as the test says."""

    replies: dict[str, Reply | GatewayError | None] = field(default_factory=dict)
    arrivals: dict[bytes, Arrival] = field(default_factory=dict)
    notified: list[str] = field(default_factory=list)
    waiting: dict[str, list[Arrival]] = field(default_factory=dict)
    broken: GatewayError | None = None

    def bring(self, message_id: str, correlation_id: str, service_id: str, reply: Any, inquiry_id: str = "") -> bytes:
        raw = message_id.encode()
        self.arrivals[raw] = Arrival(message_id, correlation_id, service_id, "RESPONSE", T0, inquiry_id, raw)
        self.replies[message_id] = reply
        return raw

    def read_pushed(self, raw: bytes) -> Arrival:
        return self.arrivals[raw]

    def answer_status(self, change: StatusChange) -> bytes:
        return f"noted {change.message_id}".encode()

    def answer_push(self, arrival: Arrival) -> bytes:
        return b"taken " + arrival.raw

    def read_reply(self, passport: Passport, arrival: Arrival) -> Reply | None:
        reply = self.replies[arrival.message_id]
        if isinstance(reply, GatewayError):
            raise reply
        return reply

    def notify_delivery(self, arrival: Arrival, accepted: bool, deadline: Any) -> None:
        if self.broken is not None:
            raise self.broken
        self.notified.append(arrival.message_id)

    def fetch(self, service_id: str, deadline: Any) -> list[Arrival]:
        return self.waiting.pop(service_id, [])


@dataclass
class Desk:
    """All that a test of gathering holds; time stands still until it is moved."""

    now: datetime
    registries: Registries
    bus: Bus
    gathering: Gathering
    applications: Applications
    wakeups: Wakeups
    store: GatheringStore
    kept: ArrivalStore
    course: CourseParts

    def events(self, application_id: str) -> list[tuple[str, dict[str, Any]]]:
        return [(event.kind, event.data) for event in self.applications.read_events(application_id)]

    def states(self, application_id: str) -> dict[str, str]:
        return {x.passport: x.state.value for x in self.applications.read(application_id).case.exchanges.values()}

    def causes(self, application_id: str) -> dict[str, str]:
        return {x.passport: x.cause for x in self.applications.read(application_id).case.exchanges.values()}

    def sweep(self) -> None:
        """What a new process does first, and then every so often."""
        self.gathering.arrivals.recover()
        self.gathering.arrivals.finish_owed()

    def owed(self) -> list[str]:
        """Messages for which something is still to be done, however late."""
        return [kept.arrival.message_id for kept in self.kept.list_owed(self.now + timedelta(days=365))]

    def move(self, **step: float) -> None:
        self.now += timedelta(**step)

    def submit(self, application: Application) -> str:
        client, _ = self.applications.add_client("Center", ClientKind.PROVIDER, "center")
        body = application.model_dump_json(by_alias=True).encode()
        new = NewApplication(
            service="asp", client=client, body=body, signature=b"s", verdict={}, received_at=self.now,
            accepted_at=self.now, rules_version="1", idempotency_key="", request_sha256="a" * 64,
        )  # fmt: skip
        return self.applications.accept(new)[0].id


@contextmanager
def open_desk(
    folder: Path,
    *rows: RequestRow,
    passports: tuple[Passport, ...] = (),
    service: Service | None = None,
    verify: VerifyDetached | None = None,
) -> Iterator[Desk]:
    """`verify` judges signatures of letters; a `service` of one's own takes the place of one with the rows."""
    known = PASSPORTS | {passport.key: passport for passport in passports}
    law = Law(LAW.rules, LAW.calendar, known)
    sealer = Sealer(bytes(32))
    with Database(place_tables(folder / "store.db")) as database:
        desk: Desk

        def clock() -> datetime:
            return desk.now

        applications = Applications(database, sealer, {"asp": service or make_service(*rows)}, clock)
        store, kept, wakeups = GatheringStore(database, sealer), ArrivalStore(database, sealer), Wakeups(database)
        bus, registries, at_once = Bus(), Registries(clock), AtOnce()
        arrivals = Arrivals(
            channel=bus, passports=known, kept=kept, store=store, applications=applications,
            find_law=lambda service, on: law, clock=clock, pool=at_once,
        )  # fmt: skip
        asker = Asker(dict.fromkeys(Protocol, registries), known, clock)
        course = make_course(database, sealer, applications, lambda service, on: law, clock, verify=verify)
        gathering = Gathering(
            applications=applications, store=store, arrivals=arrivals, asker=asker,
            find_law=lambda service, on: law, clock=clock, pool=at_once, consent_pool=at_once,
            delivery_pool=at_once, **course.ports,
        )  # fmt: skip
        desk = Desk(T0, registries, bus, gathering, applications, wakeups, store, kept, course)
        yield desk
