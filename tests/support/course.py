"""The legal course around a gathering in tests: text messages in memory, and an office over a real store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.ports import Deadline
from contracts.errors import GatewayError
from contracts.legal.reasons import load_reasons
from contracts.tables import Names
from gateway.core.law import FindLaw
from gateway.documents.model import OrganisationHead
from gateway.gathering.delivering import Deliverer
from gateway.office.files import Files
from gateway.office.letters import LetterDesk
from gateway.store.acting import Acting
from gateway.store.applications import Applications
from gateway.store.course import CourseStore
from gateway.store.course_reading import CourseReader
from gateway.store.database import Database
from gateway.store.deliveries import DeliveryStore
from gateway.store.letter_acts import LetterActs
from gateway.store.sealing import Sealer


@dataclass
class Messages:
    """The SMS gateway: what was sent, by id; `broken` is what it says instead."""

    sent: dict[str, str] = field(default_factory=dict)
    broken: GatewayError | None = None

    def __call__(self, message_id: str, phone: str, text: str, deadline: Deadline) -> str:
        if self.broken is not None:
            raise self.broken
        self.sent.setdefault(message_id, text)
        return f"receipt-{message_id}"


@dataclass(frozen=True)
class CourseParts:
    """What a gathering is handed of the course, and the desks behind it."""

    files: Files
    letters: LetterDesk
    letter_acts: LetterActs
    acting: Acting
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
    head = OrganisationHead(Names(ru="Центр", kk="Орталық"), "000000000000")
    files = Files(applications, CourseReader(database, sealer), find_law, head, load_reasons)
    acting = Acting(database, sealer, clock, lambda: applications.announce(woken=True))
    acts, messages = LetterActs(acting), Messages()
    letters = LetterDesk(files, acts, verify, sign, clock)
    deliverer = Deliverer(messages, files.write_text, DeliveryStore(database), find_law, clock)
    ports = {
        "course": CourseStore(database),
        "deliver": deliverer.deliver,
        "sign_letter": letters.sign_by_organisation,
    }
    return CourseParts(files, letters, acts, acting, messages, ports)
