"""What a caller is told about a case: status, whose move it is, the next date, and the ticket or notice."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.words import Absence
from gateway.api.call import Call
from gateway.api.schemas import (
    AcceptedBody,
    DateBody,
    NextDate,
    Said,
    StatusBody,
    TermsBody,
    TicketBody,
)
from gateway.api.texts import TEXTS
from gateway.core.answers import Answer, read_all
from gateway.core.calendar import ALMATY
from gateway.core.case import Case, ExchangeState
from gateway.core.terms import LegalDate, Terms
from gateway.store.rows import StoredApplication

SENT, GATHERING, WAITING, REGISTERED = "sent", "in_progress", "waiting_data", "package_registered"
GATEWAY, APPLICANT, PROVIDER = "gateway", "applicant", "provider"
TITLES = {"ticket": "ticket", "notice": "processing_notice"}


@dataclass(frozen=True)
class Standing:
    """Where a case stands: a status word and who must act."""

    status: str
    whose_move: str


def judge_standing(case: Case) -> Standing:
    """The gateway acts while a source may still answer; then the applicant, where a row says so; else the provider."""
    if case.registered_at is not None:
        return Standing(REGISTERED, PROVIDER)
    if not case.inquiries:
        return Standing(SENT, GATEWAY)
    answers = read_all(case)
    if any(_may_still_come(case, answer) for answer in answers):
        tried = any(exchange.tries > 1 for exchange in case.exchanges.values())
        return Standing(WAITING if tried else GATHERING, GATEWAY)
    gaps = [answer for answer in answers if answer.gap]
    if gaps and all(case.row(g.inquiry.number).absence is Absence.APPLICANT_CORRECTS for g in gaps):
        return Standing(WAITING, APPLICANT)
    silent = any(not answer.closed for answer in answers)
    return Standing(WAITING if gaps or silent else GATHERING, PROVIDER if gaps or silent else GATEWAY)


def describe_status(call: Call, stored: StoredApplication) -> StatusBody:
    case = stored.case
    terms = call.parts.read_terms(stored)
    standing = judge_standing(case)
    what, day = ("due", terms.due) if terms.due else ("promised", terms.promised)
    return StatusBody(
        id=stored.id,
        number=stored.number,
        service=case.service.code,
        channel=case.channel,
        received_at=stored.received_at.astimezone(ALMATY),
        accepted_at=case.accepted_at.astimezone(ALMATY),
        status=_say(call, case, standing.status),
        whose_move=_say(call, case, standing.whose_move),
        next_date=NextDate(what=what, **_describe_date(day).model_dump()),
        terms=_describe_terms(terms, stored.rules_version),
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
        result_by=_describe_date(call.parts.read_terms(stored).promised),
        accepted_by=stored.accepted_by,
    )


def _may_still_come(case: Case, answer: Answer) -> bool:
    if answer.closed:
        return False
    exchanges = [case.exchanges[part.exchange_id] for part in answer.parts if part.exchange_id]
    return any(exchange.state in (ExchangeState.WAITING, ExchangeState.PENDING) for exchange in exchanges)


def _say(call: Call, case: Case, word: str) -> Said:
    """The service's own text for the word, else ours, else the word itself."""
    return Said(code=word, text=call.say(case.service.texts.get(word) or TEXTS.get(word), word))


def _describe_date(day: LegalDate) -> DateBody:
    return DateBody(on=day.on, clause=day.clause, assumed=day.assumed, provisional=day.provisional)


def _describe_terms(terms: Terms, rules_version: str) -> TermsBody:
    return TermsBody(
        accepted_on=terms.accepted_on,
        promised=_describe_date(terms.promised),
        registered_on=terms.registered_on,
        due=_describe_date(terms.due) if terms.due else None,
        rules_version=rules_version or terms.rules_version,
        calendar_version=terms.calendar_version,
    )
