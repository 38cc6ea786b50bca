"""Letters and notices as PDF, as HTML fragments and as text: the door of this room.

Pure: what a document says comes in whole, nothing is looked up, no clock is read. PDFs are PDF/A-2b on A4; the same
input gives the same bytes. Every function raises RenderingFailed where a document cannot be made.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from contracts.errors import RenderingFailed
from gateway.documents.letters import compose_grouped, compose_letter
from gateway.documents.model import GroupedLetter, Language, LetterDocument
from gateway.documents.sheets import Listing, Paragraph, Sheet, clean, plain_sheet
from gateway.documents.typesetting import FOLDER, set_pdf
from gateway.documents.written import WrittenNotice

_SPOKEN: dict[str, tuple[str, ...]] = {"kk": ("kk",), "ru": ("ru",), "both": ("kk", "ru")}


def render_letter(letter: LetterDocument, language: Language) -> bytes:
    return set_pdf([compose_letter(letter, spoken) for spoken in _spoken(language)], letter.drafted_on, "a letter")


def render_letter_html(letter: LetterDocument, language: Language) -> str:
    return _fragment([compose_letter(letter, spoken) for spoken in _spoken(language)])


def render_grouped(letter: GroupedLetter, language: Language) -> bytes:
    sheets = [compose_grouped(letter, spoken) for spoken in _spoken(language)]
    return set_pdf(sheets, letter.drafted_on, "a grouped letter")


def render_grouped_html(letter: GroupedLetter, language: Language) -> str:
    return _fragment([compose_grouped(letter, spoken) for spoken in _spoken(language)])


def render_notice(notice: WrittenNotice, language: Language, authenticated: bool) -> bytes:
    """`authenticated`: the applicant reads it as himself; only then are sensitive items named."""
    return set_pdf(_sheets(notice, language, authenticated), notice.written_on, f"a notice of kind {notice.kind}")


def render_notice_html(notice: WrittenNotice, language: Language, authenticated: bool) -> str:
    return _fragment(_sheets(notice, language, authenticated))


def render_notice_text(notice: WrittenNotice, language: Language, authenticated: bool) -> tuple[str, tuple[str, ...]]:
    """Title and paragraphs without markup; items of a list are paragraphs that begin with a dash."""
    sheets = _sheets(notice, language, authenticated)
    paragraphs: list[str] = []
    for sheet in sheets:
        for block in sheet.body:
            match block:
                case Paragraph(text):
                    paragraphs.append(clean(text))
                case Listing(items):
                    paragraphs += [f"– {clean(item)}" for item in items]
    return " / ".join(sheet.title for sheet in sheets), tuple(paragraphs)


def render_sms(notice: WrittenNotice, language: Language) -> str:
    """The text message, in one language (`both`: Kazakh): number, that there is news, date."""
    return notice.sheets[_spoken(language)[0]].sms


def _sheets(notice: WrittenNotice, language: Language, authenticated: bool) -> list[Sheet]:
    return [notice.sheets[spoken].for_reader(authenticated) for spoken in _spoken(language)]


def _spoken(language: str) -> tuple[str, ...]:
    found = _SPOKEN.get(language)
    if found is None:
        raise RenderingFailed("documents are in kk, ru or both")
    return found


def _fragment(sheets: Sequence[Sheet]) -> str:
    """One <article> a sheet, everything that came from outside escaped."""
    template = _environment().get_template("sheet.html")
    return "".join(template.render(s=plain_sheet(sheet)) for sheet in sheets)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.documents", FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
