"""A shell without a database: it carries out every kind of step on the case itself, as the store does with rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gateway.core.case import Case, Exchange, ExchangeState, Inquiry, InquiryPart
from gateway.core.proceedings import (
    DateSet,
    Delivery,
    DeliveryState,
    Letter,
    LetterState,
    Notice,
    NoticeKind,
    Proceedings,
)
from gateway.core.steps import (
    AmendLetter,
    AskExchanges,
    DeliverNotice,
    DraftLetter,
    IssueNotice,
    MarkTerm,
    OpenInquiry,
    RegisterPackage,
    SetDates,
    SignLetter,
    Step,
    WakeAt,
    WithdrawLetter,
)


def carry_out(case: Case, steps: Iterable[Step], now: datetime | None = None, calendar_version: str = "") -> Case:
    """The case after the steps; what is asked or delivered stays as it is: a test says what came of it."""
    for step in steps:
        case = _carry_out(case, step, now or case.accepted_at, calendar_version)
    return case


def _carry_out(case: Case, step: Step, now: datetime, calendar_version: str) -> Case:
    course = case.proceedings
    match step:
        case OpenInquiry():
            return open_cell(case, step)
        case RegisterPackage(at, complete):
            course = replace(course, registered_complete=complete)
            return replace(case, registered_at=at, proceedings=course)
        case DraftLetter(owner, round_, cells):
            letter = Letter(len(course.letters) + 1, owner, round_, cells, LetterState.DRAFTED, now)
            course = replace(course, letters=(*course.letters, letter))
        case AmendLetter(n, cells):
            course = change_letter(course, n, cells=cells)
        case SignLetter(n):
            course = change_letter(course, n, state=LetterState.SIGNED)
        case WithdrawLetter(n):
            course = change_letter(course, n, state=LetterState.WITHDRAWN, withdrawn_at=now)
        case SetDates(dates):
            batch = max([told.batch for told in course.dates], default=0) + 1
            new = tuple(DateSet(one.kind, one.on, batch, one.cause, calendar_version, one.runs_from) for one in dates)
            course = replace(course, dates=course.dates + new)
        case IssueNotice(key, kind, deliver_by, channels, cells):
            deliveries = tuple(Delivery(channel) for channel in channels)
            notice = Notice(len(course.notices) + 1, key, kind, now, deliver_by, deliveries, cells)
            course = replace(course, notices=(*course.notices, notice))
        case MarkTerm(mark):
            course = replace(course, marks=course.marks | {mark})
        case AskExchanges() | DeliverNotice() | WakeAt():
            pass
    return replace(case, proceedings=course)


def open_cell(case: Case, step: OpenInquiry) -> Case:
    """One exchange for parts that ask one source the same."""
    exchanges = dict(case.exchanges)
    parts = []
    for part in step.parts:
        if part.values is None:
            parts.append(InquiryPart(part.key, None, "no_search_key"))
            continue
        exchange_id = f"{part.passport}:{sorted(part.values.items())}"
        exchanges.setdefault(exchange_id, Exchange(exchange_id, part.passport, step.subject_ref, ExchangeState.WAITING))
        parts.append(InquiryPart(part.key, exchange_id))
    inquiry_id = step.inquiry_id or f"{step.number}:{step.subject_ref}"
    inquiry = Inquiry(inquiry_id, step.number, step.subject_ref, tuple(parts), step.outcome, step.reason)
    before = tuple(one for one in case.inquiries if one.id != inquiry_id)
    return replace(case, inquiries=(*before, inquiry), exchanges=exchanges)


def change_letter(course: Proceedings, n: int, **fields: object) -> Proceedings:
    letters = tuple(replace(one, **fields) if one.n == n else one for one in course.letters)  # type: ignore[arg-type]
    return replace(course, letters=letters)


def send_letter(case: Case, n: int, at: datetime) -> Case:
    """The specialist signs a letter and sends it."""
    course = change_letter(case.proceedings, n, state=LetterState.SENT, sent_at=at)
    return replace(case, proceedings=course)


def deliver(case: Case, n: int, channel: str, state: DeliveryState = DeliveryState.DELIVERED) -> Case:
    """What came of a delivery."""

    def one(notice: Notice) -> Notice:
        found = tuple(replace(d, state=state) if d.channel == channel else d for d in notice.deliveries)
        return replace(notice, deliveries=found) if notice.n == n else notice

    notices = tuple(one(notice) for notice in case.proceedings.notices)
    return replace(case, proceedings=replace(case.proceedings, notices=notices))


def deliver_all(case: Case) -> Case:
    """Every notice reaches the applicant by every way."""
    for notice in case.proceedings.notices:
        for delivery in notice.deliveries:
            case = deliver(case, notice.n, delivery.channel)
    return case


def kinds_of_notices(case: Case) -> list[NoticeKind]:
    return [notice.kind for notice in case.proceedings.notices]
