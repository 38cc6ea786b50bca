"""The file of an application: everything that its documents are made of, read at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.case import Case
from gateway.core.law import FindLaw, law_of
from gateway.core.proceedings import Notice
from gateway.documents.composing import CaseFile, compose_notice_document
from gateway.documents.model import OrganisationHead
from gateway.documents.reasons import FindReasons, find_staged
from gateway.documents.render import render_sms
from gateway.documents.written import WrittenNotice, dump_notice, parse_notice, write_notice
from gateway.store.applications import Applications
from gateway.store.course_reading import CourseReader
from gateway.store.course_rows import Course, NoticeRow
from gateway.store.rows import StoredApplication


@dataclass(frozen=True)
class Files:
    applications: Applications
    course: CourseReader
    find_law: FindLaw
    organisation: OrganisationHead
    find_reasons: FindReasons

    def open(self, application_id: str) -> CaseFile:
        """Raises NotFound."""
        return self.open_stored(self.applications.read(application_id))

    def open_stored(self, stored: StoredApplication) -> CaseFile:
        return self._file(stored.case, stored.number, self.course.read(stored.id))

    def write_notice(self, case: Case, number: str, course: Course, notice: NoticeRow) -> bytes:
        """Port of the store: what a notice says on the day of its issue. Raises RenderingFailed."""
        return dump_notice(write_notice(compose_notice_document(self._file(case, number, course), notice)))

    def read_notice(self, file: CaseFile, notice: NoticeRow) -> WrittenNotice:
        """As it was issued; one that an earlier release issued was not kept, and is written as it would be now."""
        if notice.content:
            return parse_notice(notice.content)
        return write_notice(compose_notice_document(file, notice))

    def write_text(self, case: Case, notice: Notice) -> str:
        """The text message of a notice: neutral, in the applicant's language."""
        file = self.open(case.id)
        row = next(one for one in file.course.notices if one.n == notice.n)
        return render_sms(self.read_notice(file, row), case.application.language)

    def _file(self, case: Case, number: str, course: Course) -> CaseFile:
        reasons = find_staged(self.find_reasons, case.service.code, course.decision)
        return CaseFile(case, number, law_of(case, self.find_law), course, self.organisation, reasons)
