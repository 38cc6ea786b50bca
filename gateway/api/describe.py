"""What a caller is told about a case: status, whose move it is, the next date, and the ticket or notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from contracts.legal.reasons import Reason
from gateway.api.call import Call
from gateway.api.schemas import AcceptedBody, DateBody, NextDate, ReasonBody, Said, StatusBody, TermsBody, TicketBody
from gateway.api.standing import SENT, judge_standing
from gateway.api.texts import TEXTS
from gateway.core.calendar import ALMATY
from gateway.core.case import Case
from gateway.core.terms import LegalDate, Terms, count_complaint
from gateway.documents.composing import CaseFile
from gateway.documents.notices import OPEN
from gateway.documents.reasons import WordedReason, word_reasons
from gateway.documents.texts import say_word
from gateway.office.told_dates import read_told
from gateway.store.rows import StoredApplication

HIDDEN = "hidden"
"""The code of a reason that is named to the authenticated applicant alone."""
TITLES = {"ticket": "ticket", "notice": "processing_notice"}


def describe_status(call: Call, stored: StoredApplication) -> StatusBody:
    case = stored.case
    file = call.parts.office.files.open_stored(stored)
    terms = _describe_terms(call.parts.read_terms(stored), file, stored.rules_version)
    standing = judge_standing(case)
    return StatusBody(
        id=stored.id,
        number=stored.number,
        service=case.service.code,
        channel=case.channel,
        received_at=stored.received_at.astimezone(ALMATY),
        accepted_at=case.accepted_at.astimezone(ALMATY),
        status=_say(call, case, standing.status, standing.until),
        until=standing.until,
        reasons=_describe_last(call, file),
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


def describe_reasons(call: Call, codes: Iterable[str], known: Mapping[str, Reason]) -> tuple[ReasonBody, ...]:
    """The coded reasons of a refusal, each with its clause."""
    return tuple(_describe_reason(call, one) for one in word_reasons(codes, known))


def _describe_reason(call: Call, one: WordedReason) -> ReasonBody:
    return ReasonBody(code=one.code, text=call.say(one.text, one.code), clause=one.clause)


def _describe_last(call: Call, file: CaseFile) -> tuple[ReasonBody, ...]:
    """The reasons of the final decision; of the preliminary one while there is no other."""
    decision = file.course.decision
    if decision is None:
        return ()
    if decision.decided_at is not None:
        worded = word_reasons(decision.reasons, file.reasons.final)
    else:
        worded = word_reasons(decision.preliminary_reasons, file.reasons.preliminary)
    named = call.may_name()
    return tuple(_describe_reason(call, one) if named or one.sensitivity in OPEN else _hide(call) for one in worded)


def _hide(call: Call) -> ReasonBody:
    """That there is a reason, and no more."""
    return ReasonBody(code=HIDDEN, text=say_word("reason_hidden", "kk" if call.language == "kk" else "ru"), clause="")


def _say(call: Call, case: Case, word: str, until: date | None = None) -> Said:
    """Our own text for the word where the service has none of its own."""
    text = call.say(case.service.texts.get(word) or TEXTS.get(word), word)
    return Said(code=word, text=text.replace("{date}", f"{until:%d.%m.%Y}" if until else ""))


def _describe_terms(terms: Terms, file: CaseFile, rules_version: str) -> TermsBody:
    told = read_told(file.course, terms)
    return TermsBody(
        accepted_on=terms.accepted_on,
        promised=describe_date(terms.promised),
        registered_on=terms.registered_on,
        extension_until=describe_date(told.extension_until) if told.extension_until else None,
        no_later_than=describe_date(told.no_later_than) if told.no_later_than else None,
        due=describe_date(told.due) if told.due else None,
        rules_version=rules_version or terms.rules_version,
        calendar_version=terms.calendar_version,
    )


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
            answer_by = count_complaint(complaint.registered_at, complaint.answer_by, file.law)
            found.append((f"complaint-{complaint.n}", describe_date(answer_by)))
    if not found:
        return None
    what, day = min(found, key=lambda one: one[1].on)
    return NextDate(what=what, **day.model_dump())
