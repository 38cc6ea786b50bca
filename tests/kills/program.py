"""A gateway over a database, joined as the product joins it, whose ports say from outside what they are doing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import func, select

from contracts.exchange import Arrival
from contracts.findings import load_findings
from contracts.words import Protocol
from gateway.core.case import Case
from gateway.core.law import Law
from gateway.core.steps import AskExchanges, DeliverNotice, OpenInquiry, SignLetter, Step, WakeAt
from gateway.dossier.assemble import DossierAssembler
from gateway.engine.embedded import EmbeddedEngine
from gateway.engine.owed import OwedWork
from gateway.engine.time_steps import TimeSteps
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.delivering import Deliverer
from gateway.gathering.rounds import Gathering
from gateway.office.office import Office
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore, Kept
from gateway.store.course import CourseStore
from gateway.store.database import Database, Write
from gateway.store.deliveries import DeliveryStore
from gateway.store.gathering import GatheringStore
from gateway.store.issuing import NoticeIssuer
from gateway.store.rows import Evidence
from gateway.store.sealing import Sealer
from gateway.store.tables import applications
from gateway.store.wakeups import Claim, Wakeups
from tests.gateway.core.builders import LAW, make_service
from tests.kills.boundaries import CLAIM, KEEP_MESSAGE, READ_MESSAGE, TELL_BUS, Passing, Stage
from tests.kills.outside import PASSPORTS, ROWS, LastingClock, Outside
from tests.support.course import make_course
from tests.support.executors import AtOnce

T = TypeVar("T")
KEY = bytes(range(32))
STEP_SECONDS = 60.0


class WatchedDatabase(Database):
    """Says before and after each commit what is committed."""

    def __init__(self, url: str, passing: Passing) -> None:
        self._passing = passing
        super().__init__(url)

    def write(self, change: Write[T]) -> T:
        doing = self._passing.doing

        def watched(connection: Any) -> T:
            result = change(connection)
            self._passing.reach(Stage.BEFORE_COMMIT, *doing)
            return result

        result = super().write(watched)
        self._passing.reach(Stage.AFTER_COMMIT, *doing)
        return result


class WatchedCourse(CourseStore):
    def __init__(self, database: Database, notices: NoticeIssuer, passing: Passing) -> None:
        super().__init__(database, notices, incident_from=1)
        self._passing = passing

    def carry_out(self, case: Case, steps: Sequence[Step], at: datetime, calendar_version: str) -> None:
        with self._passing.do(*(type(step).__name__ for step in steps)):
            super().carry_out(case, steps, at, calendar_version)


class WatchedGathering(GatheringStore):
    def __init__(self, database: Database, sealer: Sealer, passing: Passing) -> None:
        super().__init__(database, sealer)
        self._passing = passing

    def open_cells(self, *told: Any) -> Any:
        with self._passing.do(OpenInquiry.__name__):
            return super().open_cells(*told)

    def save_results(self, *told: Any) -> bool:
        with self._passing.do(AskExchanges.__name__):
            return super().save_results(*told)

    def save_late_reply(self, *told: Any) -> bool:
        with self._passing.do(READ_MESSAGE):
            return super().save_late_reply(*told)


class WatchedArrivals(ArrivalStore):
    def __init__(self, database: Database, sealer: Sealer, passing: Passing) -> None:
        super().__init__(database, sealer)
        self._passing = passing

    def keep(self, arrival: Arrival, at: datetime) -> Kept:
        with self._passing.do(KEEP_MESSAGE):
            return super().keep(arrival, at)

    def set_notified(self, message_id: str, at: datetime) -> None:
        with self._passing.do(TELL_BUS):
            super().set_notified(message_id, at)


class WatchedWakeups(Wakeups):
    def __init__(self, database: Database, passing: Passing) -> None:
        super().__init__(database)
        self._passing = passing

    def claim_due(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        with self._passing.do(CLAIM):
            return super().claim_due(now, limit, lease)

    def hand_back(self, claim: Claim, due_at: datetime | None, reason: str) -> None:
        with self._passing.do(WakeAt.__name__):
            super().hand_back(claim, due_at, reason)


@dataclass(frozen=True)
class Program:
    applications: Applications
    gathering: Gathering
    office: Office
    outside: Outside
    clock: LastingClock
    passing: Passing
    steps: TimeSteps
    database: Database

    def count_applications(self) -> int:
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(applications)).scalar_one()

    def move_to(self, moment: datetime) -> None:
        """All that falls due until then is done, each at its moment."""
        self.steps.advance(max(moment - self.clock(), timedelta(0)), STEP_SECONDS)

    def assemble(self, application_id: str) -> dict[str, Any]:
        """The dossier."""
        catalogue: Any = SimpleNamespace(passport_of=lambda part: PASSPORTS[part.passport])
        kept = self.gathering.store
        evidence = Evidence(
            self.applications.read_attempts(application_id),
            kept.read_arrivals(application_id),
            kept.read_all_questions(application_id),
        )
        assembler = DossierAssembler(catalogue, load_findings(), self.gathering.find_law)
        stored = self.applications.read(application_id)
        return assembler.assemble(stored, evidence, self.applications.read_events(application_id), self.clock())


@contextmanager
def open_program(url: str, folder: Path, aim: str, *, prompt: bool) -> Iterator[Program]:
    """A working gateway, `prompt` among registries that answer at once; what a process does at its start is done."""
    passing, clock = Passing(folder / "passed", aim), LastingClock(folder)
    outside, at_once = Outside(folder, clock, passing, prompt), AtOnce()
    law, sealer = Law(LAW.rules, LAW.calendar, PASSPORTS), Sealer(KEY)
    with WatchedDatabase(url, passing) as database:
        accepted = Applications(database, sealer, {"asp": make_service(*ROWS)}, clock)
        store = WatchedGathering(database, sealer, passing)
        kept = WatchedArrivals(database, sealer, passing)

        def find_law(service: str, on: object) -> Law:
            return law

        arrivals = Arrivals(outside, PASSPORTS, kept, store, accepted, find_law, clock, at_once)
        office = make_course(database, sealer, accepted, find_law, clock, sign=outside.sign).office
        issuer = NoticeIssuer(office.files.course, office.files.write_notice)
        deliverer = Deliverer(outside, office.files.write_text, DeliveryStore(database), find_law, clock)

        def deliver(case: Case, step: DeliverNotice) -> None:
            with passing.do(DeliverNotice.__name__):
                deliverer.deliver(case, step)

        def sign_letter(case: Case, step: SignLetter) -> None:
            with passing.do(SignLetter.__name__):
                office.letters.sign_by_organisation(case, step)

        gathering = Gathering(
            applications=accepted, store=store, course=WatchedCourse(database, issuer, passing), arrivals=arrivals,
            asker=Asker(dict.fromkeys(Protocol, outside), PASSPORTS, clock), find_law=find_law, clock=clock,
            deliver=deliver, sign_letter=sign_letter, pool=at_once, consent_pool=at_once, delivery_pool=at_once,
        )  # fmt: skip
        engine = EmbeddedEngine(WatchedWakeups(database, passing), gathering.advance, clock, workers=1)
        accepted.listen(engine.poke)
        arrivals.recover()
        engine.start()
        try:
            steps = TimeSteps(clock, [engine, OwedWork(kept.next_owed, arrivals.finish_owed, clock)])
            yield Program(accepted, gathering, office, outside, clock, passing, steps, database)
        finally:
            engine.stop()
