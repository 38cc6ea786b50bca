"""Intake with a phone in the test's hand, over a real store."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from contracts.errors import CallerError, DeliveryFailed, SignatureRefused
from contracts.sms import Receipt as SmsReceipt
from contracts.sms import SmsMessage
from gateway.documents.drafts import write_code_text
from gateway.intake.code_rules import CodeRules
from gateway.intake.code_signing import CodeSigning, Waiting
from gateway.intake.submit import Receipt, Submit, SubmitRequest
from gateway.store.applications import Applications
from gateway.store.codes import CodeStore
from gateway.store.database import Database
from gateway.store.rows import Client, ClientKind
from gateway.store.sealing import Sealer
from gateway.store.tables import metadata
from tests.gateway.sample_case import APPLICANT_IIN, NOW, find_law, make_body, make_service

PHONE = "+77000000001"
OTP = {"method": "otp"}


@dataclass
class PhoneAnswer:
    belongs: bool
    message_id: str = "answer-1"


@dataclass
class Desk:
    database: Database
    now: datetime = NOW
    bound: bool = True
    """Whether the phone base knows the phone as the applicant's."""
    out: bool = False
    """Whether the SMS gateway is down."""
    meet: Barrier | None = None
    """Where calls wait for each other while the phone base is asked."""
    asked: int = 0
    messages: list[SmsMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        services, sealer = {"asp": make_service()}, Sealer(bytes(range(32)))
        self.store = Applications(self.database, sealer, services, self.clock)
        self.portal = self.store.add_client("Portal", ClientKind.PORTAL, "portal")[0]
        self.other = self.store.add_client("Other", ClientKind.PORTAL, "portal")[0]
        store = CodeStore(self.database, sealer)
        codes = CodeSigning(store, self._ask, self._send, write_code_text, CodeRules(), self.clock)
        self.submit = Submit(self.store, services, find_law, _verify_nothing, self.clock, codes=codes)

    def clock(self) -> datetime:
        return self.now

    def _ask(self, question: str, iin: str, phone: str) -> PhoneAnswer:
        self.asked += 1
        if self.meet is not None:
            self.meet.wait(10)
        return PhoneAnswer(self.bound and phone == PHONE and iin == APPLICANT_IIN)

    def _send(self, message: SmsMessage) -> SmsReceipt:
        if self.out:
            raise DeliveryFailed("out")
        self.messages.append(message)
        return SmsReceipt(f"gw-{len(self.messages)}")

    def begin(self, key: str = "", application: Any = None, client: Client | None = None) -> Waiting:
        waiting = self.submit(SubmitRequest(make_body(application, signature=OTP), key), client or self.portal)
        assert isinstance(waiting, Waiting)
        return waiting

    @property
    def code(self) -> str:
        """As the last message says it."""
        found: list[str] = re.findall(r"\b[0-9]{6}\b", self.messages[-1].text)
        return found[0]

    def resend(self, waiting: Waiting) -> Waiting:
        return self.submit.resend_code(waiting.application_id, self.portal)

    def confirm(self, waiting: Waiting, code: str = "") -> Receipt:
        return self.submit.confirm_code(waiting.application_id, code or self.code, self.portal)

    def refuse(self, waiting: Waiting, code: str = "") -> str:
        """Code and words of the refusal."""
        with pytest.raises(SignatureRefused) as caught:
            self.confirm(waiting, code)
        return f"{caught.value.public_code}: {caught.value.detail}"

    def count(self, table: str) -> int:
        return len(self.read(table))

    def read(self, table: str) -> list[str]:
        """Its rows as they lie in the database."""
        with self.database.read() as connection:
            return [str(row) for row in connection.execute(select(metadata.tables[table]))]


def _verify_nothing(*_: Any) -> Any:
    raise AssertionError("no EDS here")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def codes_of(error: CallerError) -> list[str]:
    return [problem.code for problem in error.problems]
