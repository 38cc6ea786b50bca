"""The office assembled over a store: what signs and verifies is handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from contracts.tables import Names
from gateway.core.law import FindLaw
from gateway.documents.model import OrganisationHead
from gateway.documents.reasons import FindReasons
from gateway.office.decisions import DecisionDesk
from gateway.office.files import Files
from gateway.office.letters import LetterDesk, VerifyDetached
from gateway.office.office import Office
from gateway.office.papers import PaperDesk
from gateway.store.acting import Acting
from gateway.store.applications import Applications
from gateway.store.course_reading import CourseReader
from gateway.store.database import Database
from gateway.store.decision_acts import DecisionActs
from gateway.store.document_acts import DocumentActs
from gateway.store.incident_acts import IncidentActs
from gateway.store.letter_acts import LetterActs
from gateway.store.lists import Lists
from gateway.store.sealing import Sealer


@dataclass(frozen=True)
class OfficeBase:
    database: Database
    sealer: Sealer
    applications: Applications
    find_law: FindLaw
    clock: Callable[[], datetime]


def describe_organisation(name: str, bin_: str) -> OrganisationHead:
    """The provider in the letterhead; the settings know one name for both languages."""
    return OrganisationHead(Names(ru=name, kk=name), bin_)


def open_office(
    base: OfficeBase,
    *,
    organisation: OrganisationHead,
    find_reasons: FindReasons,
    verify: VerifyDetached,
    sign: Callable[[bytes], bytes] | None,
) -> Office:
    course = CourseReader(base.database, base.sealer)
    files = Files(base.applications, course, base.find_law, organisation, find_reasons)
    acting = Acting(base.database, base.sealer, base.clock, partial(base.applications.announce, woken=True))
    letter_acts, document_acts, decision_acts = LetterActs(acting), DocumentActs(acting), DecisionActs(acting)
    return Office(
        files=files,
        letters=LetterDesk(files, letter_acts, verify, sign, base.clock),
        letter_acts=letter_acts,
        incident_acts=IncidentActs(acting),
        papers=PaperDesk(document_acts),
        document_acts=document_acts,
        decisions=DecisionDesk(files, decision_acts, base.clock),
        decision_acts=decision_acts,
        lists=Lists(base.database),
        clock=base.clock,
    )
