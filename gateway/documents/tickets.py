"""How a ticket reads, or the notice of processing where no person accepted the application: a sheet in one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from contracts.tables import Names
from gateway.core.calendar import ALMATY
from gateway.core.terms import LegalDate
from gateway.documents.composing import CaseFile
from gateway.documents.model import OrganisationHead
from gateway.documents.sheets import Block, Listing, Paragraph, Sheet
from gateway.documents.texts import end_sentence, fill, load_texts, say_date, say_word, speak
from gateway.documents.typesetting import set_pdf
from gateway.store.course_rows import HANDED_IN
from gateway.store.rows import StoredApplication


@dataclass(frozen=True)
class TicketDocument:
    """What was fixed at acceptance: the same ticket at each reading."""

    is_ticket: bool
    """False: the notice of processing."""
    number: str
    organisation: OrganisationHead
    service: Names
    channel: Names
    received_at: datetime
    accepted_at: datetime
    result_by: LegalDate
    applicant_name: str = field(repr=False)
    accepted_by: str
    """Surname and initials of who accepted it; "" on a notice of processing."""
    papers: tuple[str, ...] = field(default=(), repr=False)
    """Titles of what was handed in with it."""


def compose_ticket_document(file: CaseFile, stored: StoredApplication, promised: LegalDate) -> TicketDocument:
    case = file.case
    channel = case.service.channel(case.channel)
    return TicketDocument(
        is_ticket=channel is not None and channel.ticket,
        number=file.number,
        organisation=file.organisation,
        service=case.service.name,
        channel=channel.name if channel else Names(ru=case.channel, kk=case.channel),
        received_at=stored.received_at,
        accepted_at=case.accepted_at,
        result_by=promised,
        applicant_name=file.applicant,
        accepted_by=stored.accepted_by,
        papers=tuple(one.name for one in file.course.documents if one.kind == HANDED_IN),
    )


def render_ticket(ticket: TicketDocument) -> bytes:
    """PDF/A in Kazakh and Russian, each on a page of its own."""
    sheets = [compose_ticket(ticket, language) for language in ("kk", "ru")]
    return set_pdf(sheets, ticket.accepted_at.astimezone(ALMATY).date(), "a ticket")


def compose_ticket(ticket: TicketDocument, language: str) -> Sheet:
    accepted_on = say_date(ticket.accepted_at.astimezone(ALMATY).date())
    reference = say_word("notice_reference", language, application=ticket.number)
    return Sheet(
        language=language,
        head=tuple(dict.fromkeys((ticket.organisation.name.kk, ticket.organisation.name.ru))),
        head_note=say_word("bin", language, bin=ticket.organisation.bin),
        outgoing=say_word("outgoing", language, number=ticket.number, date=accepted_on),
        addressee=ticket.applicant_name,
        title=_say("ticket" if ticket.is_ticket else "notice", language),
        reference=reference,
        body=tuple(_body(ticket, language)),
        signature=ticket.accepted_by,
        has_signature=ticket.is_ticket,
        signature_word=_say("accepted_by", language),
        note="",
        footer=say_word("footer", language, reference=reference, date=accepted_on),
        page=speak(load_texts().word["page"], language),
    )


def _body(ticket: TicketDocument, language: str) -> Iterator[Block]:
    service = end_sentence(speak(ticket.service, language))
    yield Paragraph(_say("opening" if ticket.is_ticket else "notice_opening", language, service=service))
    facts = [
        _say("number", language, number=ticket.number),
        _say("channel", language, channel=speak(ticket.channel, language)),
        _say("received", language, at=_say_moment(ticket.received_at)),
        _say("accepted", language, at=_say_moment(ticket.accepted_at)),
        _say("result_by", language, date=say_date(ticket.result_by.on)),
    ]
    if ticket.is_ticket:
        facts.append(_say("clerk", language, name=ticket.accepted_by))
    yield Listing(tuple(facts))
    if ticket.papers:
        yield Paragraph(_say("papers", language))
        yield Listing(ticket.papers)
    yield Paragraph(" ".join(_basis(ticket.result_by, language)))


def _basis(day: LegalDate, language: str) -> Iterator[str]:
    yield say_word("basis", language, clause=end_sentence(day.clause))
    if day.assumed:
        yield say_word("assumed", language)
    if day.provisional:
        yield say_word("provisional", language)


def _say_moment(at: datetime) -> str:
    return f"{at.astimezone(ALMATY):%d.%m.%Y %H:%M}"


def _say(key: str, language: str, **places: str) -> str:
    return fill(speak(load_texts().ticket[key], language), places)
