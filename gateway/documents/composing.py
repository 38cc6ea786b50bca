"""From the record of a case to what a document says: a letter's lines, a notice's items, dates and reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contracts.words import Outcome, Period
from gateway.core.answers import read_answer, read_registries
from gateway.core.calendar import local_day, quarter_before
from gateway.core.case import Case, Inquiry, Subject
from gateway.core.consents import holder_of
from gateway.core.law import Law
from gateway.core.notices import name_hearing_notice
from gateway.core.proceedings import OF_CONSENT, NoticeKind
from gateway.core.questions import day_of_quarter
from gateway.core.subjects import HOUSEHOLD
from gateway.core.terms import LegalDate, count_complaint
from gateway.documents.model import (
    CodedReason,
    GroupedLetter,
    LetterDocument,
    LetterLine,
    NoticeDocument,
    NoticeItem,
    OrganisationHead,
)
from gateway.documents.reasons import StagedReasons, WordedReason, word_reasons
from gateway.store.course_rows import Course, DateRow, LetterRow, NoticeRow

_EXTENSION = "extension_until"
_OF_HEARING = (NoticeKind.PRELIMINARY_REFUSAL.value, NoticeKind.HEARING_SET_ANEW.value)


@dataclass(frozen=True)
class CaseFile:
    """Everything that documents of one application are made of."""

    case: Case
    number: str
    law: Law
    course: Course
    organisation: OrganisationHead
    reasons: StagedReasons

    @property
    def applicant(self) -> str:
        head = self.case.application.applicant
        return " ".join(part for part in (head.surname, head.name, head.patronymic) if part)

    def inquiry(self, inquiry_id: str) -> Inquiry:
        return next(inquiry for inquiry in self.case.inquiries if inquiry.id == inquiry_id)


def compose_letter_document(
    file: CaseFile, letter: LetterRow, signer: str = "", *, electronic: bool = False
) -> LetterDocument:
    """The letter as it is signed: without a number, for that comes when it is sent.

    `electronic`: it says that its signature is a file beside it; else it leaves the place for one by hand.
    """
    row = file.case.row(file.inquiry(letter.cells[0]).number)
    return LetterDocument(
        number="",
        drafted_on=local_day(letter.drafted_at),
        addressee=row.owner.letter_to,
        owner_name=row.owner.name,
        organisation=file.organisation,
        service=file.case.service.name,
        clause=file.case.service.clause,
        answer_by=None,
        signer=signer,
        signed_electronically=electronic,
        round=letter.round,
        application_number=file.number,
        applicant_name=file.applicant,
        lines=tuple(_line(file, file.inquiry(cell)) for cell in letter.cells),
    )


def compose_grouped_letter(
    letters: tuple[LetterDocument, ...], part: int = 1, parts: int = 1, applications: int = 0
) -> GroupedLetter:
    """One document for the letters of an incident, or a part of it: they go to one owner from one organisation."""
    first = letters[0]
    return GroupedLetter(
        number="",
        drafted_on=max(letter.drafted_on for letter in letters),
        addressee=first.addressee,
        owner_name=first.owner_name,
        organisation=first.organisation,
        service=first.service,
        clause=first.clause,
        answer_by=None,
        signer="",
        letters=letters,
        part=part,
        parts=parts,
        applications=applications,
    )


def compose_notice_document(file: CaseFile, notice: NoticeRow) -> NoticeDocument:
    until, previous = _find_date(file, notice)
    hearing_on, hearing_before = _find_hearing(file, notice)
    extension, extension_before = _find_extension(file, notice)
    return NoticeDocument(
        kind=notice.kind,
        number=f"{file.number}/{notice.n}",
        application_number=file.number,
        applicant_name=file.applicant,
        drafted_on=local_day(notice.issued_at),
        organisation=file.organisation,
        service=file.case.service.name,
        items=tuple(_items(file, notice)),
        until=until,
        previous_until=previous or hearing_before,
        extension_until=extension,
        previous_extension=extension_before,
        reasons=tuple(_reasons(file, notice)),
        hearing_on=hearing_on,
        words=_words(file, notice),
    )


def _line(file: CaseFile, inquiry: Inquiry) -> LetterLine:
    case, row = file.case, file.case.row(inquiry.number)
    subject = case.subject(inquiry.subject_ref)
    whole = subject.ref == HOUSEHOLD
    silent = read_registries(case, inquiry).outcome is Outcome.NO_ANSWER
    return LetterLine(
        request_number=row.number,
        title=row.title,
        subject_name="" if whole else _name(file, inquiry),
        subject_iin=None if whole else subject.iin,
        subject_birth_date=None if whole else subject.birth_date,
        cause="no_answer" if silent else "no_record",
        period=quarter_before(day_of_quarter(case, file.law.rules)) if row.period is Period.QUARTER_BEFORE else None,
    )


def _name(file: CaseFile, inquiry: Inquiry) -> str:
    return _join_name(file.case.subject(inquiry.subject_ref))


def _join_name(subject: Subject) -> str:
    return " ".join(part for part in (subject.surname, subject.name, subject.patronymic) if part)


def _items(file: CaseFile, notice: NoticeRow) -> Iterator[NoticeItem]:
    """What the notice's cells are; of a notice of the extension, what the letters asked for."""
    asked: dict[str, LetterRow] = {}
    for letter in file.course.letters:
        if letter.sent_at is not None and letter.sent_at <= notice.issued_at:
            asked.update(dict.fromkeys(letter.cells, letter))
    if notice.kind == "incomplete":
        # What is missing still; where all of it has come since, what the letters asked for.
        cells = tuple(i.id for i in file.case.inquiries if _is_open(file.case, i)) or tuple(asked)
    else:
        cells = notice.cells or (tuple(asked) if notice.kind.startswith("extension") else ())
    for cell in cells:
        inquiry = file.inquiry(cell)
        row = file.case.row(inquiry.number)
        sent = asked[cell].sent_at if cell in asked else None
        yield NoticeItem(
            title=row.title,
            sensitivity=row.sensitivity,
            owner_name=row.owner.name,
            asked_on=local_day(sent) if sent else None,
            subject_name="" if inquiry.subject_ref == HOUSEHOLD else _name(file, inquiry),
            holder_name=_name_holder(file, inquiry) if notice.kind in OF_CONSENT else "",
        )


def _name_holder(file: CaseFile, inquiry: Inquiry) -> str:
    holder = holder_of(file.case.subject(inquiry.subject_ref), file.law.rules.number("ages.adult"))
    return _join_name(file.case.subject(holder))


def _is_open(case: Case, inquiry: Inquiry) -> bool:
    return bool(inquiry.subject_ref) and read_answer(case, inquiry).is_missing


def _find_date(file: CaseFile, notice: NoticeRow) -> tuple[LegalDate | None, date | None]:
    """The date that a notice is about, and the one that was told before it."""
    if notice.kind == "complaint_registered":
        return _complaint_date(file, notice), None
    if notice.kind in ("extension", "incomplete"):
        ends = [row for row in file.course.dates if row.kind == _EXTENSION]
        told = (ends[-1] if notice.kind == "incomplete" else ends[0]) if ends else None
        return (_legal(told), None) if told else (None, None)
    if not notice.key.startswith("dates-"):
        return None, None
    batch = int(notice.key.removeprefix("dates-"))
    mine = {row.kind == _EXTENSION: row for row in file.course.dates if row.batch == batch}
    about = notice.kind != NoticeKind.DATE_RECOUNTED.value
    told = mine.get(about)
    if told is None:
        return None, None
    before = [row.on for row in file.course.dates if (row.kind == _EXTENSION) is about and row.batch < batch]
    promised = None if about else file.case.promised_on
    return _legal(told), before[-1] if before else promised


def _find_extension(file: CaseFile, notice: NoticeRow) -> tuple[date | None, date | None]:
    """The end of the extension that was recounted along with the result, and the one that was told before it."""
    if notice.kind != NoticeKind.DATE_RECOUNTED.value:
        return None, None
    batch = int(notice.key.removeprefix("dates-"))
    ends = [row for row in file.course.dates if row.kind == _EXTENSION and row.batch <= batch]
    if not ends or ends[-1].batch != batch:
        return None, None
    return ends[-1].on, ends[-2].on if len(ends) > 1 else None


def _find_hearing(file: CaseFile, notice: NoticeRow) -> tuple[date | None, date | None]:
    """The day of the hearing that a notice tells of, and the one that was set before it."""
    days = {name_hearing_notice(one.n): one for one in file.course.decision.hearings} if file.course.decision else {}
    mine = days.get(notice.key)
    if notice.kind not in _OF_HEARING or mine is None:
        return None, None
    before = days.get(name_hearing_notice(mine.n - 1))
    return mine.on, before.on if before else None


def _complaint_date(file: CaseFile, notice: NoticeRow) -> LegalDate | None:
    complaint = next((one for one in file.course.complaints if notice.key == f"complaint-{one.n}"), None)
    return count_complaint(complaint.registered_at, complaint.answer_by, file.law) if complaint else None


def _legal(row: DateRow) -> LegalDate:
    return LegalDate(row.on, row.clause, row.assumed, row.provisional)


def _reasons(file: CaseFile, notice: NoticeRow) -> Iterator[CodedReason]:
    """Of a refusal, each stage's own."""
    decision = file.course.decision
    if decision is None:
        return
    worded: tuple[WordedReason, ...] = ()
    if notice.kind in _OF_HEARING:
        worded = word_reasons(decision.preliminary_reasons, file.reasons.preliminary)
    elif notice.kind == NoticeKind.DECISION_REFUSED.value:
        worded = word_reasons(decision.reasons, file.reasons.final)
    for one in worded:
        yield CodedReason(one.code, one.text, one.clause, one.sensitivity)


def _words(file: CaseFile, notice: NoticeRow) -> str:
    """The answer to a complaint, in the provider's words."""
    for complaint in file.course.complaints:
        if notice.key == f"complaint-{complaint.n}-answer":
            return complaint.answer
    return ""
