"""What a caller is told about a case: status, whose move it is, the next date, and the ticket or notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from contracts.legal.reasons import Reason
from gateway.api.call import Call
from gateway.api.schemas import AcceptedBody, DateBody, NextDate, ReasonBody, Said, StatusBody, TermsBody, TicketBody
from gateway.api.standing import SENT, judge_standing
from gateway.api.texts import TEXTS
from gateway.core.calendar import ALMATY, local_day
from gateway.core.case import Case
from gateway.core.proceedings import DateKind
from gateway.core.terms import LegalDate, Terms
from gateway.documents.composing import CaseFile, count_complaint
from gateway.store.course_rows import DateRow, DecisionRow
from gateway.store.rows import StoredApplication

TITLES = {"ticket": "ticket", "notice": "processing_notice"}
EXTENSION, LATEST, DUE = DateKind.EXTENSION_UNTIL.value, DateKind.NO_LATER_THAN.value, DateKind.DUE.value


def describe_status(call: Call, stored: StoredApplication) -> StatusBody:
    case = stored.case
    file = call.parts.office.files.open_stored(stored)
    terms = _describe_terms(call.parts.read_terms(stored), file, stored.rules_version)
    standing = judge_standing(case)
    decision = file.course.decision
    shown = decision is not None and (decision.decided_at is not None or decision.preliminary_at is not None)
    return StatusBody(
        id=stored.id,
        number=stored.number,
        service=case.service.code,
        channel=case.channel,
        received_at=stored.received_at.astimezone(ALMATY),
        accepted_at=case.accepted_at.astimezone(ALMATY),
        status=_say(call, case, standing.status, standing.until),
        until=standing.until,
        reasons=describe_reasons(call, decision, file.reasons) if decision and shown else (),
        whose_move=_say(call, case, standing.whose_move),
        next_date=_find_next(file, terms),
        terms=terms,
    )


def describe_acceptance(call: Call, stored: StoredApplication) -> AcceptedBody:
    """Made of what was fixed at acceptance alone, so that a repeated request is answered in the same words."""
    ticket = describe_ticket(call, stored)
    said = _say(call, stored.case, SENT)
    return AcceptedBody(id=stored.id, number=stored.number, status=said, **{ticket.kind: ticket})


def describe_ticket(call: Call, stored: StoredApplication) -> TicketBody:
    case = stored.case
    channel = case.service.channel(case.channel)
    kind = "ticket" if channel and channel.ticket else "notice"
    return TicketBody(
        kind=kind,
        title=_say(call, case, TITLES[kind]).text,
        application=stored.id,
        number=stored.number,
        service=call.say(case.service.name, case.service.code),
        channel=call.say(channel.name, channel.key) if channel else case.channel,
        received_at=stored.received_at.astimezone(ALMATY),
        accepted_at=case.accepted_at.astimezone(ALMATY),
        result_by=describe_date(call.parts.read_terms(stored).promised),
        accepted_by=stored.accepted_by,
    )


def describe_date(day: LegalDate) -> DateBody:
    return DateBody(on=day.on, clause=day.clause, assumed=day.assumed, provisional=day.provisional)


def describe_reasons(call: Call, decision: DecisionRow, known: Mapping[str, Reason]) -> tuple[ReasonBody, ...]:
    """The coded reasons of a refusal, each with its clause."""
    found = ((code, known.get(code)) for code in decision.reasons)
    return tuple(
        ReasonBody(code=code, text=call.say(one.text if one else None, code), clause=one.clause if one else "")
        for code, one in found
    )


def _say(call: Call, case: Case, word: str, until: date | None = None) -> Said:
    """Our own text for the word where the service has none of its own."""
    text = call.say(case.service.texts.get(word) or TEXTS.get(word), word)
    return Said(code=word, text=text.replace("{date}", f"{until:%d.%m.%Y}" if until else ""))


def _describe_terms(terms: Terms, file: CaseFile, rules_version: str) -> TermsBody:
    """Dates that were told stand as they were told; what was not told yet is counted."""
    told = {row.kind: row for row in file.course.dates}
    due, latest = told.get(DUE), told.get(LATEST)
    # An extension may move a term that was told as due: of the two the one that was told last counts.
    moved = due is not None and latest is not None and latest.batch > due.batch
    counted = describe_date(terms.due) if terms.due and latest is None else None
    registered = terms.registered_on is not None
    return TermsBody(
        accepted_on=terms.accepted_on,
        promised=describe_date(terms.promised),
        registered_on=terms.registered_on,
        extension_until=_told(told.get(EXTENSION)),
        no_later_than=_told(latest) if not registered and (due is None or moved) else None,
        due=_told(due) if due is not None and not moved else counted,
        rules_version=rules_version or terms.rules_version,
        calendar_version=terms.calendar_version,
    )


def _told(row: DateRow | None) -> DateBody | None:
    if row is None:
        return None
    return DateBody(on=row.on, clause=row.clause, assumed=row.assumed, provisional=row.provisional)


def _find_next(file: CaseFile, terms: TermsBody) -> NextDate | None:
    """The earliest day by which somebody must have done something; None where nothing is awaited any more."""
    case, found = file.case, list[tuple[str, DateBody]]()
    if not case.is_over:
        if terms.extension_until is not None and case.registered_at is None:
            found.append(("extension_until", terms.extension_until))
        result = (("due", terms.due), ("no_later_than", terms.no_later_than), ("promised", terms.promised))
        found.append(next((what, day) for what, day in result if day is not None))
        decision = case.proceedings.decision
        if decision.hearing_on is not None and decision.hearing_held_at is None:
            why = file.law.why("hearing.working_days")
            day = DateBody(on=decision.hearing_on, clause=why.clause, assumed=why.assumed, provisional=False)
            found.append(("hearing", day))
    for complaint in case.proceedings.complaints:
        if complaint.answered_at is None:
            answer_by = count_complaint(local_day(complaint.registered_at), file.law)
            found.append((f"complaint-{complaint.n}", describe_date(answer_by)))
    if not found:
        return None
    what, day = min(found, key=lambda one: one[1].on)
    return NextDate(what=what, **day.model_dump())
