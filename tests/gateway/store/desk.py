"""The acts of the legal course over a real store: applications of two rows of one owner, and one of another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.errors import CallerError
from gateway.core.case import Case, ExchangeState
from gateway.core.proceedings import DeliveryChannel, NoticeKind
from gateway.core.steps import DraftLetter, IssueNotice, OpenInquiry, PlannedPart, RegisterPackage, Step, Why
from gateway.store.acting import Acting, Actor
from gateway.store.applications import Applications
from gateway.store.course import CourseStore
from gateway.store.course_reading import CourseReader
from gateway.store.course_rows import Course
from gateway.store.database import Database
from gateway.store.decision_acts import DecisionActs
from gateway.store.deliveries import DeliveryStore
from gateway.store.document_acts import DocumentActs
from gateway.store.gathering import GatheringStore
from gateway.store.incident_acts import IncidentActs
from gateway.store.issuing import NoticeIssuer
from gateway.store.letter_acts import LetterActs
from gateway.store.lists import Lists
from gateway.store.results import ExchangeResult
from gateway.store.rows import Client, ClientKind, NewApplication
from gateway.store.sealing import Sealer
from tests.gateway.core.builders import T0, make_application, make_row, make_service

ROWS = (
    make_row(1, (("people", "person.documents[]"),), owner="interior", absence="written_request"),
    make_row(2, (("aid", "person.social_aid"),), owner="interior", absence="written_request"),
    make_row(3, (("medical", "person.disabilities[]"),), owner="medicine", absence="written_request"),
)
OWNERS = {row.number: row.owner.key for row in ROWS}
SERVICES = {"asp": make_service(*ROWS), "other": make_service(*ROWS).model_copy(update={"code": "other"})}
CLERK, OTHER_CLERK = Actor("client", "Ахметова А. Б."), Actor("client", "Иванова В. Г.")
WHY = Why("row.1.no_answer", "п. 1", "2026", assumed=False)
KEY = bytes(range(32))
PDF = b"%PDF-1.7 an invented page"


@dataclass
class StoreDesk:
    """One process: a second one over the same database is another desk."""

    database: Database
    applications: Applications
    client: Client
    gathering: GatheringStore
    course: CourseStore
    letters: LetterActs
    documents: DocumentActs
    decisions: DecisionActs
    incidents: IncidentActs
    deliveries: DeliveryStore
    lists: Lists
    now: list[datetime]

    def move_to(self, moment: datetime) -> None:
        self.now[0] = moment

    def new(self, service: str = "asp", **changes: Any) -> NewApplication:
        body = make_application().model_dump_json(by_alias=True).encode()
        values: dict[str, Any] = {
            "service": service, "client": self.client, "body": body, "signature": b"s", "verdict": {},
            "received_at": T0, "accepted_at": T0, "rules_version": "1", "request_sha256": "a" * 64,
        }  # fmt: skip
        return NewApplication(**values | changes)

    def accept(self, service: str = "asp") -> str:
        return self.applications.accept(self.new(service))[0].id

    def open(self, *numbers: int, service: str = "asp") -> Case:
        """An application whose cells of these rows are open, and silent."""
        application_id = self.accept(service)
        self.gathering.open_cells(application_id, plan(*numbers), self.now[0], lambda _: ())
        return self.read(application_id)

    def read(self, application_id: str) -> Case:
        return self.applications.read(application_id).case

    def answer(self, case: Case, number: int, state: ExchangeState = ExchangeState.NO_RECORD) -> Case:
        (part,) = inquiry(case, number).parts
        result = ExchangeResult(str(part.exchange_id), state, self.now[0])
        self.gathering.save_results(case.id, [result], self.now[0], lambda _: ())
        return self.read(case.id)

    def carry_out(self, case: Case, *steps: Step) -> None:
        """Judged by the case as it was read."""
        self.course.carry_out(case, steps, self.now[0], "calendar-1")

    def draft(self, *numbers: int, no_record: Sequence[int] = (), service: str = "asp") -> Case:
        """An application with a draft that asks for these rows, silent but for those without a record."""
        case = self.open(*numbers, service=service)
        for number in no_record:
            case = self.answer(case, number)
        self.carry_out(case, draft(case, *numbers))
        return self.read(case.id)

    def send(self, *numbers: int) -> Case:
        case = self.draft(*numbers)
        self.letters.send_letter(case.id, 1, CLERK, "paper", "1", self.now[0])
        return self.read(case.id)

    def register(self, *numbers: int) -> Case:
        case = self.open(*numbers)
        self.carry_out(case, RegisterPackage(self.now[0], True, WHY))
        return self.read(case.id)

    def issue(self, *channels: DeliveryChannel) -> Case:
        case = self.open(1)
        self.carry_out(case, notice("first", *channels))
        return self.read(case.id)

    def read_course(self, application_id: str) -> Course:
        return CourseReader(self.database, Sealer(KEY)).read(application_id)

    def kinds(self, application_id: str) -> list[str]:
        """Kinds of the events behind the acceptance; their chain is unbroken."""
        events = self.applications.read_events(application_id)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert [event.at for event in events] == sorted(event.at for event in events)
        return [event.kind for event in events[1:]]


@contextmanager
def open_store_desk(url: str, now: list[datetime] | None = None) -> Iterator[StoreDesk]:
    moment, sealer = now or [T0], Sealer(KEY)
    with Database(url) as database:
        applications = Applications(database, sealer, SERVICES, lambda: moment[0])
        known = applications.list_clients()
        client = known[0] if known else applications.add_client("Center", ClientKind.PROVIDER, "center")[0]
        issuer = NoticeIssuer(CourseReader(database, sealer), lambda *_: b"{}")
        acting = Acting(database, sealer, lambda: moment[0], applications.announce)
        yield StoreDesk(
            database, applications, client, GatheringStore(database, sealer), CourseStore(database, issuer),
            LetterActs(acting), DocumentActs(acting), DecisionActs(acting), IncidentActs(acting),
            DeliveryStore(database), Lists(database), moment,
        )  # fmt: skip


def plan(*numbers: int) -> list[OpenInquiry]:
    """Cells of the applicant, each with the one part of its row."""
    parts = {row.number: row.parts[0] for row in ROWS}
    return [
        OpenInquiry(number, "applicant", (PlannedPart(parts[number].key, parts[number].passport, {}),))
        for number in numbers
    ]


def inquiry(case: Case, number: int) -> Any:
    return next(one for one in case.inquiries if one.number == number)


def draft(case: Case, *numbers: int, round_: int = 1, why: Why = WHY) -> DraftLetter:
    return DraftLetter(OWNERS[numbers[0]], round_, tuple(inquiry(case, number).id for number in numbers), why)


def notice(key: str, *channels: DeliveryChannel) -> IssueNotice:
    return IssueNotice(key, NoticeKind.EXTENSION, T0.date(), channels or (DeliveryChannel.SMS,), (), WHY)


def act_at_once(*acts: Callable[[], object]) -> list[object]:
    """What each came to when all began at the same moment: its result, or the error."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def code_of(came: object) -> str:
    """The code of a refusal, "" of a success; what was not to be expected is raised."""
    if isinstance(came, CallerError):
        return came.public_code
    if isinstance(came, Exception):
        raise came
    return ""
