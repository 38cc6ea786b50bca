"""A gathering over a store of its own: sources that say what a test tells them, a bus in memory, a standing clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.ports import Deadline
from contracts.errors import RegistryFailed, RegistryUnavailable
from contracts.exchange import Arrival, Attempt, Pending, Question, RecordAttempt, Reply, StatusChange
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules
from contracts.passport import Echo, Passport
from contracts.request import RequestRow
from contracts.words import Protocol, QuestionWord
from gateway.core.answers import read_all
from gateway.core.case import Case, Exchange
from gateway.core.decide import TERM
from gateway.core.law import Law
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.rounds import Gathering
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore
from gateway.store.database import Database
from gateway.store.gathering import GatheringStore
from gateway.store.rows import ClientKind, NewApplication
from gateway.store.sealing import Sealer
from tests.gateway.core.builders import NAMES, coded, make_passport, make_row, make_service
from tests.support.course import CourseParts, make_course
from tests.support.databases import place_tables
from tests.support.executors import AtOnce

NOW = datetime(2026, 10, 5, 5, 0, tzinfo=UTC)
"""A Monday morning inside working hours."""
IIN = "900101490009"
KDP = Passport.model_validate(
    {
        "key": "consents", "title": NAMES, "registry": "consents", "confidence": "assumed", "source": "invented",
        "protocol": "shep-sync", "service_id": "consents", "auxiliary": True,
        "request": {"form": "inline", "fields": [{"path": "iin", "from": "question.iin"}]},
        "reply": {
            "form": "inline",
            "fields": [
                {"path": "token", "card": "0..1", "bind": "consent.token"},
                {"path": "key", "card": "0..1", "bind": "consent.public_key"},
            ],
        },
        "readings": [{"at": "status", "answer": ["SCSS001"]}],
    }
)  # fmt: skip
PEOPLE, GUARDED, GUARDED_2, LATE = "people", "guarded", "guarded-2", "late"
RECORD: dict[str, Any] = {"person": {"iin": IIN, "address": {"ar_code": "1"}, "adoption": {"exists": True}}}
_ECHO = Echo(word=QuestionWord.IIN, among=("person.iin",))
PASSPORTS: dict[str, Passport] = {
    KDP.key: KDP,
    PEOPLE: make_passport(PEOPLE).model_copy(update={"echoes": (_ECHO,)}),
    GUARDED: make_passport(GUARDED).model_copy(update={"consent": "kdp"}),
    GUARDED_2: make_passport(GUARDED_2).model_copy(update={"consent": "kdp"}),
    LATE: make_passport(LATE, protocol="shep-async").model_copy(update={"echoes": (_ECHO,)}),
}
ROW_PEOPLE = make_row(1, ((PEOPLE, "person.address"),))
ROW_GUARDED = make_row(2, ((GUARDED, "person.address"),))
ROW_GUARDED_2 = make_row(4, ((GUARDED_2, "person.address"),), wave=2)
ROW_LATE = make_row(3, ((LATE, "person.adoption"),))
LAW = Law(load_rules("asp", NOW.date()), load_calendar(), PASSPORTS)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> None:
        self.now += timedelta(**step)


def answered(record: Mapping[str, Any] | None = None) -> Reply:
    return Reply("answered", dict(RECORD if record is None else record))


def consent(status: str, token: str = "t-1") -> Reply:  # noqa: S107
    granted = {"token": token, "public_key": "k"} if status == "granted" else {}
    return answered({"consent": {"status": coded(status), **granted}})


Say = Callable[[Question], Reply | Pending]


def failing(error: Exception) -> Say:
    def say(question: Question) -> Reply | Pending:
        raise error

    return say


class Sources:
    """The adapters of all protocols: each source says what `says` holds for its passport."""

    def __init__(self) -> None:
        self.says: dict[str, Say] = {
            PEOPLE: lambda question: answered(),
            GUARDED: lambda question: answered(),
            GUARDED_2: lambda question: answered(),
            LATE: lambda question: Pending("m-1", f"chain-of-{question.id}"),
            KDP.key: lambda question: consent("granted"),
        }
        self.asked: list[tuple[str, Question]] = []

    def ask(
        self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt
    ) -> Reply | Pending:
        self.asked.append((passport.key, question))
        record(Attempt(f"m-{len(self.asked)}", NOW, NOW, b"request", b"reply", 200, ""))
        return self.says[passport.key](question)

    def count(self, passport: str) -> int:
        return sum(1 for key, _ in self.asked if key == passport)


def push(message_id: str, *, chain: str = "", inquiry: str = "", service: str = LATE, **said: Any) -> bytes:
    """A message of the bus as this stage writes it; `said`: record, error or crash."""
    told = {"id": message_id, "chain": chain, "inquiry": inquiry, "service": service, **said}
    return json.dumps(told).encode()


class Bus:
    """The asynchronous channel in memory."""

    def __init__(self) -> None:
        self.notified: list[str] = []
        self.mailbox: dict[str, list[Arrival]] = {}
        self.deaf_to: set[str] = set()
        """Messages that the bus cannot be told of."""
        self.broken_services: set[str] = set()

    def read_pushed(self, raw: bytes) -> Arrival:
        told = json.loads(raw)
        kind: Any = told.get("kind", "RESPONSE")
        return Arrival(told["id"], told["chain"], told["service"], kind, NOW, told["inquiry"], raw)

    def answer_status(self, change: StatusChange) -> bytes:
        return f"noted {change.message_id}".encode()

    def answer_push(self, arrival: Arrival) -> bytes:
        return b"<received/>"

    def read_reply(self, passport: Passport, arrival: Arrival) -> Reply | None:
        told = json.loads(arrival.raw)
        if told.get("crash"):
            raise LookupError("a fault of our own")
        if told.get("error"):
            raise RegistryFailed
        if told.get("kind", "RESPONSE") != "RESPONSE":
            return None
        return answered(told.get("record"))

    def notify_delivery(self, arrival: Arrival, accepted: bool, deadline: Deadline) -> None:
        if arrival.message_id in self.deaf_to:
            raise RegistryUnavailable
        self.notified.append(arrival.message_id)

    def fetch(self, service_id: str, deadline: Deadline) -> list[Arrival]:
        if service_id in self.broken_services:
            raise RegistryUnavailable
        return self.mailbox.get(service_id, [])


@dataclass
class Stage:
    gathering: Gathering
    arrivals: Arrivals
    applications: Applications
    store: GatheringStore
    kept: ArrivalStore
    database: Database
    sources: Sources
    bus: Bus
    clock: Clock
    course: CourseParts
    id: str = ""
    woken: list[str] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return self.applications.read(self.id).case

    def exchange(self, passport: str) -> Exchange:
        return next(x for x in self.case.exchanges.values() if x.passport == passport)

    def outcomes(self) -> dict[int, tuple[str, str]]:
        return {answer.inquiry.number: (answer.outcome.value, answer.cause) for answer in read_all(self.case)}

    def kinds(self) -> list[str]:
        return [event.kind for event in self.applications.read_events(self.id)]

    def course_notices(self) -> list[str]:
        return [notice.kind.value for notice in self.case.proceedings.notices]

    def look(self, query: str) -> list[Any]:
        with self.database.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]


@contextmanager
def open_stage(folder: Path, *rows: RequestRow, passports: Mapping[str, Passport] = PASSPORTS) -> Iterator[Stage]:
    """One accepted application of a woman alone, of a service with these rows."""
    clock, sources, bus = Clock(), Sources(), Bus()
    with Database(place_tables(folder / "store.db")) as database, ThreadPoolExecutor(4) as pool:
        sealer = Sealer(bytes(range(32)))
        applications = Applications(database, sealer, {"asp": make_service(*rows)}, clock)
        store, kept = GatheringStore(database, sealer), ArrivalStore(database, sealer)
        law = Law(LAW.rules, LAW.calendar, passports)
        arrivals = Arrivals(bus, passports, kept, store, applications, lambda service, on: law, clock, AtOnce())
        asker = Asker(dict.fromkeys(Protocol, sources), passports, clock)
        course = make_course(database, sealer, applications, lambda service, on: law, clock)
        gathering = Gathering(
            applications=applications, store=store, arrivals=arrivals, asker=asker, clock=clock,
            find_law=lambda service, on: law, pool=pool, consent_pool=pool, delivery_pool=pool, **course.ports,
        )  # fmt: skip
        stage = Stage(gathering, arrivals, applications, store, kept, database, sources, bus, clock, course)
        applications.listen(lambda: stage.woken.append("woken"))
        client, _ = applications.add_client("Center", ClientKind.PROVIDER, "center")
        stored, _ = applications.accept(
            NewApplication("asp", client, _BODY, b"signature", {}, NOW, NOW, LAW.rules.version)
        )
        stage.id = stored.id
        stage.woken.clear()
        yield stage


def rests(stage: Stage) -> bool:
    """Nothing is left to do but to watch the term."""
    wake = stage.gathering.advance(stage.id)
    return wake is not None and wake.reason == TERM


_BODY = json.dumps(
    {
        "schema": "urn:asp-gateway:application:1",
        "service": "asp",
        "applicant": {
            "iin": IIN, "surname": "Үлгіева", "name": "Айша", "birth_date": "1990-01-01", "phone": "+77000000001",
        },
        "account": {"iban": "KZ71563D601200019058"},
        "consents": {"personal_data": True, "verification": True},
    }
).encode()  # fmt: skip
