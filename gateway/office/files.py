"""The file of an application: everything that its documents are made of, read at one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from contracts.legal.reasons import Reason
from gateway.core.calendar import local_day
from gateway.core.case import Case
from gateway.core.law import FindLaw, law_of
from gateway.core.proceedings import Notice
from gateway.documents.composing import CaseFile, compose_notice_document
from gateway.documents.model import OrganisationHead, neutral_part
from gateway.documents.render import sms_text
from gateway.store.applications import Applications
from gateway.store.course_reading import CourseReader
from gateway.store.rows import StoredApplication


@dataclass(frozen=True)
class Files:
    applications: Applications
    course: CourseReader
    find_law: FindLaw
    organisation: OrganisationHead
    find_reasons: Callable[[str, date], Mapping[str, Reason]]
    """Port: (service, day) -> the reasons of refusal in force."""

    def open(self, application_id: str) -> CaseFile:
        """Raises NotFound."""
        return self.open_stored(self.applications.read(application_id))

    def open_stored(self, stored: StoredApplication) -> CaseFile:
        case = stored.case
        law = law_of(case, self.find_law)
        day = local_day(case.proceedings.decision.decided_at or case.accepted_at)
        reasons = self.find_reasons(case.service.code, day)
        return CaseFile(case, stored.number, law, self.course.read(stored.id), self.organisation, reasons)

    def write_text(self, case: Case, notice: Notice) -> str:
        """The text message of a notice: neutral, in the applicant's language."""
        file = self.open(case.id)
        row = next(one for one in file.course.notices if one.n == notice.n)
        document = compose_notice_document(file, row)
        return sms_text(row.kind, case.application.language, neutral_part(document))
