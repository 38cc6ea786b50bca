"""The legal course around a gathering in tests: text messages in memory, and an office over a real store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.ports import Deadline
from contracts.errors import GatewayError
from contracts.legal.reasons import load_reasons
from contracts.sms import Receipt, SmsMessage
from gateway.core.law import FindLaw
from gateway.gathering.delivering import Deliverer
from gateway.office.assembling import OfficeBase, describe_organisation, open_office
from gateway.office.office import Office
from gateway.store.applications import Applications
from gateway.store.course import CourseStore
from gateway.store.database import Database
from gateway.store.deliveries import DeliveryStore
from gateway.store.issuing import NoticeIssuer
from gateway.store.sealing import Sealer


@dataclass
class Messages:
    """The SMS gateway: what was sent, by id; `broken` is what it says instead."""

    sent: dict[str, str] = field(default_factory=dict)
    broken: GatewayError | None = None

    def send(self, message: SmsMessage, *, deadline: Deadline) -> Receipt:
        if self.broken is not None:
            raise self.broken
        self.sent.setdefault(message.id, message.text)
        return Receipt(f"receipt-{message.id}")


@dataclass(frozen=True)
class CourseParts:
    """What a gathering is handed of the course, and the office behind it."""

    office: Office
    messages: Messages
    ports: dict[str, Any]
    """Keyword arguments of Gathering: course, deliver, sign_letter."""


def make_course(
    database: Database,
    sealer: Sealer,
    applications: Applications,
    find_law: FindLaw,
    clock: Callable[[], datetime],
    *,
    verify: Any = None,
    sign: Callable[[bytes], bytes] | None = lambda document: b"signed by the organisation",
) -> CourseParts:
    office = open_office(
        OfficeBase(database, sealer, applications, find_law, clock),
        organisation=describe_organisation("Центр", "000000000000"),
        find_reasons=load_reasons,
        verify=verify,
        sign=sign,
    )
    messages = Messages()
    deliverer = Deliverer(messages, office.files.write_text, DeliveryStore(database), find_law, clock)
    ports = {
        "course": CourseStore(database, NoticeIssuer(office.files.course, office.files.write_notice)),
        "deliver": deliverer.deliver,
        "sign_letter": office.letters.sign_by_organisation,
    }
    return CourseParts(office, messages, ports)
