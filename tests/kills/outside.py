"""The world outside of the process, which no kill undoes: time, registries, the bus, phones; kept in a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.ports import Deadline
from contracts.errors import RegistryTimedOut
from contracts.exchange import Arrival, Attempt, Pending, Question, RecordAttempt, Reply, StatusChange
from contracts.passport import Passport
from contracts.sms import Receipt, SmsMessage
from contracts.vocabulary.terms import Record
from gateway.core.steps import AskExchanges, DeliverNotice, SignLetter
from gateway.virtual_clock import VirtualClock
from tests.gateway.core.builders import HEAD, OPEN_ACCOUNT, SON, T0, make_passport, make_row
from tests.kills.appending import append, read_lines
from tests.kills.boundaries import TELL_BUS, Passing, Stage

SILENT, EMPTY, LATE, BANK = "silent", "empty", "late", "bank"
PASSPORTS = {
    SILENT: make_passport(SILENT),
    EMPTY: make_passport(EMPTY),
    LATE: make_passport(LATE, protocol="shep-async"),
    BANK: make_passport(BANK),
}
ROWS = (
    make_row(1, ((SILENT, "person.address"),), owner="interior"),
    make_row(2, ((EMPTY, "person.births[]"),), owner="interior", absence="written_request"),
    make_row(3, ((LATE, "person.adoption"),), owner="justice"),
    make_row(4, ((BANK, "account"),), absence="applicant_corrects"),
)
RECORDS: dict[str, Record] = {
    SILENT: {"person": {"address": {"ar_code": "1"}}},
    EMPTY: {"person": {"births": [{"child_iin": SON, "mother_iin": HEAD}]}},
    LATE: {"person": {"adoption": {"exists": True}}},
    BANK: OPEN_ACCOUNT,
}
ANSWERS_FROM = datetime.fromisoformat("2026-10-13T10:00:00+05:00")
"""The silent registry answers again."""


class LastingClock(VirtualClock):
    """A new process goes on at the moment at which the killed one was."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "now"
        super().__init__(datetime.fromisoformat(self._path.read_text()) if self._path.exists() else T0)

    def move_to(self, moment: datetime) -> None:
        super().move_to(moment)
        self._path.with_suffix(".new").write_text(self().isoformat())
        self._path.with_suffix(".new").replace(self._path)


@dataclass(frozen=True)
class Outside:
    folder: Path
    clock: VirtualClock
    passing: Passing
    prompt: bool
    """Every registry answers at once."""

    def ask(
        self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt
    ) -> Reply | Pending:
        """Adapter of every protocol."""
        self.passing.reach(Stage.BEFORE_EFFECT, AskExchanges.__name__)
        n = len(read_lines(self.folder / "asked")) + 1
        append(self.folder / "asked", json.dumps([passport.key, question.id, f"chain-{n}"]))
        now = self.clock()
        record(Attempt(f"m-{n}", now, now, b"asked", b"said", 200, ""))
        self.passing.reach(Stage.AFTER_EFFECT, AskExchanges.__name__)
        if self.prompt:
            return Reply("answered", RECORDS[passport.key])
        match passport.key:
            case "silent" if now < ANSWERS_FROM:
                raise RegistryTimedOut
            case "silent":
                return Reply("answered", RECORDS[SILENT])
            case "late":
                return Pending(f"m-{n}", f"chain-{n}")
        return Reply("no_record", {})

    def asked_late(self) -> list[tuple[str, str]]:
        """(exchange id, chain) of every question that the bus has."""
        told = [json.loads(line) for line in read_lines(self.folder / "asked")]
        return [(exchange, chain) for key, exchange, chain in told if key == LATE]

    def sign(self, document: bytes) -> bytes:
        self.passing.reach(Stage.BEFORE_EFFECT, SignLetter.__name__)
        append(self.folder / "signed", str(len(document)))
        self.passing.reach(Stage.AFTER_EFFECT, SignLetter.__name__)
        return b"a detached signature"

    def send(self, message: SmsMessage, *, deadline: Deadline) -> Receipt:
        """The SMS gateway: it takes each id once."""
        self.passing.reach(Stage.BEFORE_EFFECT, DeliverNotice.__name__)
        append(self.folder / "texts", json.dumps([message.id, message.phone, message.text]))
        self.passing.reach(Stage.AFTER_EFFECT, DeliverNotice.__name__)
        return Receipt(f"receipt-{message.id}")

    def texts(self) -> list[list[str]]:
        """(id, phone, text) of every message that was handed over, repeated or not."""
        return [json.loads(line) for line in read_lines(self.folder / "texts")]

    def read_pushed(self, raw: bytes) -> Arrival:
        exchange, chain = json.loads(raw)
        return Arrival(f"late-{chain}", chain, LATE, "RESPONSE", self.clock(), exchange, raw)

    def answer_status(self, change: StatusChange) -> bytes:
        return f"noted {change.message_id}".encode()

    def answer_push(self, arrival: Arrival) -> bytes:
        append(self.folder / "taken", arrival.message_id)
        return b"taken"

    def read_reply(self, passport: Passport, arrival: Arrival) -> Reply | None:
        return Reply("answered", RECORDS[LATE])

    def notify_delivery(self, arrival: Arrival, accepted: bool, deadline: Any) -> None:
        self.passing.reach(Stage.BEFORE_EFFECT, TELL_BUS)
        append(self.folder / "told", arrival.message_id)
        self.passing.reach(Stage.AFTER_EFFECT, TELL_BUS)

    def fetch(self, service_id: str, deadline: Any) -> list[Arrival]:
        return []
