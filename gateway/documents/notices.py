"""How a notice reads: as a sheet in one language, and as a text message that gives nothing away.

What is sensitive is named only to an applicant who is authenticated; anybody else learns that there is something.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.errors import RenderingFailed
from contracts.words import Sensitivity
from gateway.documents.model import CodedReason, NoticeDocument, NoticeItem, SmsData
from gateway.documents.sheets import Block, Listing, Paragraph, Sheet, clean
from gateway.documents.texts import end_sentence, fill, find_kind, load_texts, say_date, say_word, speak

OPEN = frozenset({Sensitivity.ORDINARY, Sensitivity.FINANCIAL})
"""Every other word, also one that is added later, is named behind authentication alone."""


def compose_notice(notice: NoticeDocument, language: str, authenticated: bool) -> Sheet:
    """Raises RenderingFailed for a kind that has no texts, and for what its texts need and the notice does not have."""
    title = speak(find_kind(notice.kind).title, language)
    reference = say_word("notice_reference", language, application=notice.application_number)
    return Sheet(
        language=language,
        head=tuple(dict.fromkeys((notice.organisation.name.kk, notice.organisation.name.ru))),
        head_note=say_word("bin", language, bin=notice.organisation.bin),
        outgoing=say_word("outgoing", language, number=notice.number, date=say_date(notice.drafted_on)),
        addressee=notice.applicant_name,
        title=title,
        reference=reference,
        body=tuple(_body(notice, language, authenticated)),
        signature=notice.signer,
        has_signature=bool(notice.signer),
        signature_word=say_word("electronic" if notice.signed_electronically else "signature", language),
        note=say_word("electronic_note", language) if notice.signed_electronically else "",
        footer=say_word("footer", language, reference=reference, date=say_date(notice.drafted_on)),
        page=speak(load_texts().word["page"], language),
    )


def compose_sms(kind: str, language: str, data: SmsData) -> str:
    """The text message of a kind, in one language: number, that there is news, date."""
    texts = find_kind(kind)
    places = {"application": data.application_number}
    if data.until and texts.sms_dated:
        return clean(fill(speak(texts.sms_dated, language), places | {"until": say_date(data.until)}))
    return clean(fill(speak(texts.sms, language), places))


def _body(notice: NoticeDocument, language: str, authenticated: bool) -> Iterator[Block]:
    places = _places(notice, language, authenticated)
    listed = {
        "items": tuple(_items(notice.items, language, authenticated)),
        "reasons": tuple(_reasons(notice.reasons, language, authenticated)),
    }
    present = {*places, *(name for name, lines in listed.items() if lines)}
    for paragraph in find_kind(notice.kind).paragraphs:
        if paragraph.when and paragraph.when not in present:
            continue
        yield Paragraph(fill(speak(paragraph, language), places))
        if paragraph.list:
            if not listed[paragraph.list]:
                raise RenderingFailed(f"a notice of kind {notice.kind} needs {paragraph.list}, and none were given")
            yield Listing(listed[paragraph.list])
    if notice.until:
        yield Paragraph(" ".join(_basis(notice, language)))


def _places(notice: NoticeDocument, language: str, authenticated: bool) -> dict[str, str]:
    """What the texts may name, without what this notice does not have."""
    places = {
        "application": notice.application_number,
        "service": end_sentence(speak(notice.service, language)),
        "date": say_date(notice.drafted_on),
        "until": say_date(notice.until.on) if notice.until else "",
        "previous_until": say_date(notice.previous_until) if notice.previous_until else "",
        "extension_until": say_date(notice.extension_until) if notice.extension_until else "",
        "previous_extension": say_date(notice.previous_extension) if notice.previous_extension else "",
        "hearing_on": say_date(notice.hearing_on) if notice.hearing_on else "",
        "hearing_where": end_sentence(notice.hearing_where),
        "words": notice.words if authenticated or not notice.words else say_word("words_hidden", language),
    }
    return {name: text for name, text in places.items() if text}


def _items(items: tuple[NoticeItem, ...], language: str, authenticated: bool) -> Iterator[str]:
    shown = [item for item in items if authenticated or item.sensitivity in OPEN]
    for item in shown:
        facts = [f"«{end_sentence(speak(item.title, language))}»"]
        if item.subject_name:
            facts.append(say_word("item_subject", language, name=item.subject_name))
        if item.holder_name:
            facts.append(say_word("item_holder", language, name=item.holder_name))
        if item.owner_name:
            facts.append(say_word("item_owner", language, owner=end_sentence(speak(item.owner_name, language))))
        if item.asked_on:
            facts.append(say_word("item_asked", language, date=say_date(item.asked_on)))
        yield "; ".join(facts)
    hidden = len(items) - len(shown)
    if hidden:
        yield say_word("item_hidden" if hidden == 1 else "items_hidden", language)


def _reasons(reasons: tuple[CodedReason, ...], language: str, authenticated: bool) -> Iterator[str]:
    shown = [reason for reason in reasons if authenticated or reason.sensitivity in OPEN]
    for reason in shown:
        yield f"{end_sentence(speak(reason.text, language))} ({end_sentence(reason.clause)})"
    if len(shown) < len(reasons):
        yield say_word("reason_hidden", language)


def _basis(notice: NoticeDocument, language: str) -> Iterator[str]:
    """Whence the date comes, and how sure it is."""
    if notice.until:
        yield say_word("basis", language, clause=end_sentence(notice.until.clause))
        if notice.until.assumed:
            yield say_word("assumed", language)
        if notice.until.provisional:
            yield say_word("provisional", language)
