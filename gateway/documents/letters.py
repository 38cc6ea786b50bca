"""How a written request reads: one application, or the applications of an owner's outage, as a sheet in a language."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.errors import RenderingFailed
from gateway.documents.model import LARGEST_GROUP, GroupedLetter, Letter, LetterDocument, LetterLine
from gateway.documents.sheets import Block, Cell, Paragraph, Sheet, Table
from gateway.documents.texts import end_sentence, fill, load_texts, say_date, say_word, speak

_COLUMNS = ("column_line", "column_request", "column_subject", "column_period", "column_cause")


def compose_letter(letter: LetterDocument, language: str) -> Sheet:
    reference = _say(letter, "reference_again" if letter.round > 1 else "reference", language)
    lines = tuple(_row(n, line, language) for n, line in enumerate(letter.lines, start=1))
    body = (Paragraph(_say(letter, "opening", language)), _table(lines, language), *_closing(letter, language))
    return _sheet(letter, language, _say(letter, "title", language), reference, body)


def compose_grouped(letter: GroupedLetter, language: str) -> Sheet:
    """The lines are numbered through the document, so that an answer can name them: each application is in one part.

    Raises RenderingFailed for more than LARGEST_GROUP applications.
    """
    if len(letter.letters) > LARGEST_GROUP:
        raise RenderingFailed(f"a grouped letter is of at most {LARGEST_GROUP} applications")
    body = (
        Paragraph(_say(letter, "grouped_opening", language)),
        _table(tuple(_grouped_rows(letter, language)), language),
        *_closing(letter, language),
    )
    reference = _say(letter, "grouped_part" if letter.parts > 1 else "grouped_reference", language)
    return _sheet(letter, language, _say(letter, "title", language), reference, body)


def _grouped_rows(letter: GroupedLetter, language: str) -> Iterator[tuple[Cell, ...]]:
    n = 0
    for one in letter.letters:
        yield ((_say(one, "grouped_application", language),),)
        for line in one.lines:
            n += 1
            yield _row(n, line, language)


def _row(n: int, line: LetterLine, language: str) -> tuple[Cell, ...]:
    subject = [line.subject_name or say_word("household", language)]
    if line.subject_iin:
        subject.append(say_word("iin", language, iin=line.subject_iin))
    if line.subject_birth_date:
        subject.append(say_word("born", language, date=say_date(line.subject_birth_date)))
    period = tuple(say_date(day) for day in line.period) if line.period else ()
    return (
        (str(n),),
        (speak(line.title, language), say_word("request_number", language, number=str(line.request_number))),
        tuple(subject),
        (f"{period[0]} –", period[1]) if period else ("–",),
        (say_word(line.cause, language),),
    )


def _table(rows: tuple[tuple[Cell, ...], ...], language: str) -> Table:
    return Table(tuple(say_word(column, language) for column in _COLUMNS), rows)


def _closing(letter: Letter, language: str) -> Iterator[Block]:
    yield Paragraph(_say(letter, "ask_by" if letter.answer_by else "ask", language))
    yield Paragraph(_say(letter, "how", language))
    yield Paragraph(_say(letter, "clause", language))


def _say(letter: Letter, key: str, language: str) -> str:
    places = {
        "owner": end_sentence(speak(letter.owner_name, language)),
        "service": end_sentence(speak(letter.service, language)),
        "clause": end_sentence(letter.clause),
        "until": say_date(letter.answer_by) if letter.answer_by else "",
    }
    match letter:
        case LetterDocument():
            places |= {
                "application": letter.application_number,
                "applicant": letter.applicant_name,
                "round": str(letter.round),
            }
        case GroupedLetter():
            count = letter.applications or len(letter.letters)
            places |= {"count": str(count), "part": str(letter.part), "parts": str(letter.parts)}
    return fill(speak(load_texts().letter[key], language), places)


def _sheet(letter: Letter, language: str, title: str, reference: str, body: tuple[Block, ...]) -> Sheet:
    number = {"number": letter.number, "date": say_date(letter.drafted_on)}
    return Sheet(
        language=language,
        head=tuple(dict.fromkeys((letter.organisation.name.kk, letter.organisation.name.ru))),
        head_note=say_word("bin", language, bin=letter.organisation.bin),
        outgoing=say_word("outgoing" if letter.number else "outgoing_blank", language, **number),
        addressee=speak(letter.addressee, language),
        title=title,
        reference=reference,
        body=body,
        signature=letter.signer,
        has_signature=True,
        signature_word=say_word("electronic" if letter.signed_electronically else "signature", language),
        note=say_word("electronic_note", language) if letter.signed_electronically else "",
        footer=say_word("footer", language, reference=reference, date=say_date(letter.drafted_on)),
        page=speak(load_texts().word["page"], language),
    )
