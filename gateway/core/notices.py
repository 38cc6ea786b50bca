"""Notices: what the applicant must be told, by when and by which ways, and when a delivery is tried again.

Which notice is owed follows from the record of the case; each has a key, so that none is issued twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from contracts.errors import ConsentExpired, ConsentNoPhone, ConsentRefused, ConsentRevoked
from gateway.core.calendar import add_working_days, local_day
from gateway.core.case import Case, ExchangeState
from gateway.core.dates import anchor_of_extension
from gateway.core.gaps import GapCause, GapCell, Move, find_gaps
from gateway.core.law import Law
from gateway.core.proceedings import (
    OF_CONSENT,
    DateCause,
    DateKind,
    DateSet,
    DecisionOutcome,
    Delivery,
    DeliveryChannel,
    DeliveryState,
    Notice,
    NoticeKind,
)
from gateway.core.steps import DeliverNotice, IssueNotice
from gateway.core.terms import promised_day

PORTAL_OR_PAPER = "portal_or_paper"
OWED = "owed"
EVERY_CHANNEL = "every_channel"
_OF_DATES = frozenset({NoticeKind.EXTENSION, NoticeKind.EXTENSION_CHANGED, NoticeKind.DATE_RECOUNTED})
"""Notices that the card gives days for; the rest has a setting."""


_OF_GAPS = {
    NoticeKind.CONSENT_NEEDED: "consents",
    NoticeKind.CONSENT_REFUSED: "consents-refused",
    NoticeKind.CONSENT_REVOKED: "consents-revoked",
    NoticeKind.CONSENT_EXPIRED: "consents-expired",
    NoticeKind.CONSENT_NO_PHONE: "consents-no-phone",
    NoticeKind.APPLICANT_CORRECTS: "corrects",
}
"""Notices of what is the applicant's move, and how their keys begin."""
_OF_CONSENTS = {
    ConsentRefused.code: NoticeKind.CONSENT_REFUSED,
    ConsentRevoked.code: NoticeKind.CONSENT_REVOKED,
    ConsentExpired.code: NoticeKind.CONSENT_EXPIRED,
    ConsentNoPhone.code: NoticeKind.CONSENT_NO_PHONE,
}
"""What else keeps a consent away only needs an answer."""


@dataclass(frozen=True)
class Owed:
    """A notice that must be there: its key, and the day whose working days are counted."""

    key: str
    kind: NoticeKind
    occasion: date
    cells: tuple[str, ...] = ()


def issue_notices(case: Case, now: datetime, law: Law) -> tuple[IssueNotice, ...]:
    """Those that are owed and not there yet."""
    issued = {notice.key for notice in case.proceedings.notices}
    owed = [one for one in find_owed(case, now, law) if one.key not in issued]
    channels = _choose_channels(case, law) if owed else ()
    return tuple(
        IssueNotice(
            one.key,
            one.kind,
            add_working_days(one.occasion, law.rules.number(rule_of(one.kind)), law.calendar),
            channels,
            one.cells,
            law.why(rule_of(one.kind)),
        )
        for one in owed
    )


def rule_of(kind: NoticeKind) -> str:
    """The rule that says within how many working days a notice of a kind is delivered."""
    return "notice.days" if kind in _OF_DATES else "notice.other_days"


def find_owed(case: Case, now: datetime, law: Law) -> Iterator[Owed]:
    """Every notice that the case as it stands calls for, issued or not."""
    yield from _of_dates(case, now, law)
    yield from _of_gaps(case, now, law)
    yield from _of_end(case)
    for complaint in case.proceedings.complaints:
        registered = local_day(complaint.registered_at)
        yield Owed(f"complaint-{complaint.n}", NoticeKind.COMPLAINT_REGISTERED, registered)
        if complaint.answered_at is not None:
            answered = local_day(complaint.answered_at)
            yield Owed(f"complaint-{complaint.n}-answer", NoticeKind.COMPLAINT_ANSWERED, answered)


def list_deliveries(case: Case, law: Law) -> Iterator[tuple[Notice, Delivery, datetime]]:
    """Each delivery that the gateway makes itself, and when it is tried (again); none where another did its duty."""
    for notice in case.proceedings.notices:
        if is_satisfied(notice, law):
            continue
        for delivery in notice.deliveries:
            if delivery.channel is DeliveryChannel.SMS and delivery.state is DeliveryState.WAITING:
                yield notice, delivery, delivery.next_try_at or notice.issued_at


def deliver_notices(case: Case, now: datetime, law: Law) -> tuple[DeliverNotice, ...]:
    return tuple(DeliverNotice(n.n, d.channel) for n, d, at in list_deliveries(case, law) if at <= now)


def schedule_delivery(tries: int, now: datetime, law: Law) -> datetime:
    """When a message whose try number `tries` (from 1) failed is sent again."""
    minutes = law.rules.numbers("notice.tries.minutes")
    return now + timedelta(minutes=minutes[min(max(tries, 1), len(minutes)) - 1])


def is_satisfied(notice: Notice, law: Law) -> bool:
    """True where one of the deliveries that count as having told the applicant is made."""
    return any(_counting(notice, law))


def must_hand_over(notice: Notice, law: Law) -> bool:
    """True where a person has this notice to hand over on paper, or to send by post."""
    undone = any(
        d.channel is DeliveryChannel.PAPER and d.state is not DeliveryState.DELIVERED for d in notice.deliveries
    )
    return undone and (law.rules.word("notice.hand_over") == EVERY_CHANNEL or not is_satisfied(notice, law))


def find_reached(notice: Notice, law: Law) -> datetime | None:
    """When the first delivery was made that counts as having told the applicant."""
    return min((d.delivered_at for d in _counting(notice, law) if d.delivered_at is not None), default=None)


def name_hearing_notice(n: int) -> str:
    """The key of the notice that tells of the n-th day that was set for the hearing."""
    return "preliminary" if n == 1 else f"hearing-{n}"


def _counting(notice: Notice, law: Law) -> Iterator[Delivery]:
    counting = law.rules.words("notice.satisfied_by")
    return (d for d in notice.deliveries if d.state is DeliveryState.DELIVERED and d.channel in counting)


def _of_dates(case: Case, now: datetime, law: Law) -> Iterator[Owed]:
    """One notice for the dates that were set together; a term that starts to run is none of the applicant's notices."""
    if not case.proceedings.dates:
        return
    anchor = anchor_of_extension(case, law)
    known = promised_day(case, law)
    for batch, group in groupby(case.proceedings.dates, key=lambda told: told.batch):
        dates = tuple(group)
        result = next((told.on for told in dates if told.kind is not DateKind.EXTENSION_UNTIL), None)
        kind = _judge_dates(dates)
        if kind is None and _is_owed_later(result, known, law):
            kind = NoticeKind.DATE_RECOUNTED
        known = result or known
        if kind is NoticeKind.EXTENSION and anchor is not None:
            yield Owed("extension", kind, anchor)
        elif kind is NoticeKind.EXTENSION_CHANGED and anchor is not None:
            yield Owed(f"dates-{batch}", kind, anchor)
        elif kind is not None:
            yield Owed(f"dates-{batch}", kind, _issued_on(case, f"dates-{batch}", now))


def _is_owed_later(result: date | None, known: date | None, law: Law) -> bool:
    """A result that is due later than the applicant was told: a date that he waits for does not pass in silence."""
    later = result is not None and known is not None and result > known
    return later and law.rules.word("notice.of_later_result") == OWED


def _judge_dates(dates: tuple[DateSet, ...]) -> NoticeKind | None:
    extension = next((told for told in dates if told.kind is DateKind.EXTENSION_UNTIL), None)
    if extension is not None and extension.cause is DateCause.FIRST:
        return NoticeKind.EXTENSION
    if any(told.cause is DateCause.CALENDAR and told.kind is not DateKind.EXTENSION_UNTIL for told in dates):
        return NoticeKind.DATE_RECOUNTED
    return NoticeKind.EXTENSION_CHANGED if extension is not None else None


def _of_gaps(case: Case, now: datetime, law: Law) -> Iterator[Owed]:
    """What the applicant must consent to, bring or correct: each cell is told of once of each kind."""
    if case.is_over:
        return
    moves = [cell for gap in find_gaps(case, law, now) if gap.move is Move.APPLICANT for cell in gap.cells]
    if not moves:
        return
    first = any(x.state is ExchangeState.WAITING and x.since is None for x in case.gather())
    for kind, word in _OF_GAPS.items():
        if first and kind in OF_CONSENT:
            # What is being asked for the first time may want the same consent: the applicant is told of all in one.
            continue
        told = [notice for notice in case.proceedings.notices if notice.kind is kind]
        known = {cell for notice in told for cell in notice.cells}
        mine = [cell.inquiry_id for cell in moves if _kind_of(cell) is kind]
        new = tuple(cell for cell in mine if cell not in known)
        if new:
            yield Owed(f"{word}-{len(told) + 1}", kind, local_day(now), new)


def _kind_of(cell: GapCell) -> NoticeKind:
    if cell.cause is not GapCause.CONSENT:
        return NoticeKind.APPLICANT_CORRECTS
    return _OF_CONSENTS.get(cell.consent, NoticeKind.CONSENT_NEEDED)


def _of_end(case: Case) -> Iterator[Owed]:
    course = case.proceedings
    if case.registered_at is not None and not course.registered_complete:
        yield Owed("incomplete", NoticeKind.INCOMPLETE, local_day(case.registered_at))
    if course.decision.preliminary_at is not None:
        at = local_day(course.decision.preliminary_at)
        yield Owed(name_hearing_notice(1), NoticeKind.PRELIMINARY_REFUSAL, at)
    for hearing in course.decision.hearings[1:]:
        yield Owed(name_hearing_notice(hearing.n), NoticeKind.HEARING_SET_ANEW, local_day(hearing.set_at))
    if course.decision.decided_at is not None:
        approved = course.decision.outcome is DecisionOutcome.APPROVED
        kind = NoticeKind.DECISION_APPROVED if approved else NoticeKind.DECISION_REFUSED
        yield Owed("decision", kind, local_day(course.decision.decided_at))
    if course.withdrawn_at is not None:
        yield Owed("withdrawn", NoticeKind.WITHDRAWN, local_day(course.withdrawn_at))


def _issued_on(case: Case, key: str, now: datetime) -> date:
    issued = next((notice.issued_at for notice in case.proceedings.notices if notice.key == key), now)
    return local_day(issued)


def _choose_channels(case: Case, law: Law) -> tuple[DeliveryChannel, ...]:
    """A portal shows it; who applied at a counter gets it on paper. Who has given no phone is sent no message."""
    channel = case.service.channel(case.channel)
    at_counter = channel is None or channel.ticket
    own = DeliveryChannel.PAPER if at_counter else DeliveryChannel.PORTAL
    words = law.rules.words("notice.channels")
    channels = tuple(own if word == PORTAL_OR_PAPER else DeliveryChannel(word) for word in words)
    if case.application.applicant.phone is None:
        return tuple(one for one in channels if one is not DeliveryChannel.SMS) or (own,)
    return channels
