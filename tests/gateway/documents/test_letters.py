"""What a written request promises: readable in both languages, the same bytes for the same data, ready to be signed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from lxml import html

from contracts.errors import RenderingFailed
from contracts.tables import Names
from gateway.documents.model import LARGEST_GROUP, OrganisationHead
from gateway.documents.render import render_grouped, render_grouped_html, render_letter, render_letter_html
from tests.gateway.documents.reading import open_pdf, read_pages, read_text, shown_text
from tests.gateway.documents.sample_documents import (
    ADDRESSEE,
    APPLICANT,
    APPLICANT_IIN,
    DISABILITY,
    KAZAKH,
    LETTER,
    LINES,
    group_letters,
)
from tests.repository.files import ROOT

languages = pytest.mark.parametrize("language", ["kk", "ru"])
HASH = """
import hashlib
from gateway.documents.render import render_letter
from tests.gateway.documents.sample_documents import LETTER
print(hashlib.sha256(render_letter(LETTER, "both")).hexdigest())
"""


@languages
def test_a_letter_says_who_asks_whom_about_whom_for_what_and_why(language: Literal["kk", "ru"]) -> None:
    text = read_text(render_letter(LETTER, language))
    expected = {
        "kk": ["БСН / БИН 990140009992", ADDRESSEE.kk, "ЖСН", "туған күні 03.09.2015", "Өтініш берушінің отбасы",
               "ақпараттық жүйе жауап бермеді", "ақпараттық жүйеде мәлімет жоқ", DISABILITY.kk],
        "ru": ["БСН / БИН 990140009992", ADDRESSEE.ru, "ИИН", "дата рождения 03.09.2015", "Семья заявителя",
               "информационная система не ответила", "в информационной системе сведений нет", DISABILITY.ru],
    }[language]  # fmt: skip
    common = [APPLICANT, APPLICANT_IIN, "2026-0000017", "01.10.2025 – 31.12.2025", "03.04.2026", LETTER.clause]
    assert [words for words in expected + common if words not in text] == []


@languages
def test_every_kazakh_letter_survives(language: Literal["kk", "ru"]) -> None:
    letter = replace(
        LETTER,
        applicant_name=KAZAKH,
        signer=KAZAKH,
        lines=(replace(LINES[0], subject_name=KAZAKH),),
        addressee=Names(ru=KAZAKH, kk=KAZAKH),
    )
    assert read_text(render_letter(letter, language)).count(KAZAKH) == 4


def test_the_same_data_gives_the_same_bytes_in_another_process_place_and_time_zone(tmp_path: Path) -> None:
    """The signature is detached: a letter that is set again must be the one that was signed."""
    elsewhere = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TZ": "America/Lima", "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", HASH], cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(render_letter(LETTER, "both")).hexdigest()


@pytest.mark.parametrize("day", [date(2023, 7, 1), date(2026, 12, 31)])
def test_the_file_is_dated_by_the_document_and_not_by_a_clock(day: date) -> None:
    metadata = open_pdf(render_letter(replace(LETTER, drafted_on=day), "ru")).metadata
    assert metadata is not None and metadata.creation_date is not None
    assert metadata.creation_date.date() == day


def test_a_letter_is_pdf_a_2b_on_a4_with_its_own_typefaces() -> None:
    pdf = open_pdf(render_letter(LETTER, "both"))
    xmp = pdf.xmp_metadata
    assert xmp is not None
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B<" in b"".join(xmp.stream.get_data().split())
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pdf.pages} == {(595, 842)}
    fonts = {str(font["/BaseFont"]) for page in pdf.pages for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert fonts and all("LibertinusSerif" in font for font in fonts)


def test_both_languages_are_one_document_with_kazakh_first() -> None:
    first, second = read_pages(render_letter(LETTER, "both"))
    assert "жазбаша сұрау салу" in first and "2 беттің 1-беті" in first
    assert "Письменный запрос" in second and "Страница 2 из 2" in second


def test_what_is_not_sent_yet_has_room_for_number_and_date() -> None:
    draft, sent = (read_text(render_letter(replace(LETTER, number=number), "ru")) for number in ("", "17-2/455"))
    assert "№ ______________ от ______________" in draft
    assert "составлено 04.03.2026" in draft
    assert "№ 17-2/455 от 04.03.2026" in sent and "___" not in sent


def test_only_a_letter_that_is_signed_electronically_says_so() -> None:
    by_hand = read_text(render_letter(replace(LETTER, signed_electronically=False), "ru"))
    assert "электронной цифровой подписью" in read_text(render_letter(LETTER, "ru"))
    assert "электронной" not in by_hand and "Подпись" in by_hand and LETTER.signer in by_hand


def test_a_second_letter_says_that_it_is_one() -> None:
    assert "запрос 2" in read_text(render_letter(replace(LETTER, round=2), "ru"))
    assert "запрос 1" not in read_text(render_letter(replace(LETTER, lines=LINES[2:3]), "ru"))


def test_without_a_date_to_answer_by_the_earliest_is_asked_for() -> None:
    assert "в возможно короткий срок" in read_text(render_letter(replace(LETTER, answer_by=None), "ru"))


def test_one_name_in_both_languages_stands_once_in_the_letterhead() -> None:
    name = "Organisation of tests"
    letter = replace(LETTER, organisation=OrganisationHead(Names(ru=name, kk=name), "990140009992"))
    assert read_text(render_letter(letter, "ru")).count(name) == 1


def test_a_long_table_repeats_its_header_and_numbers_its_pages() -> None:
    pages = read_pages(render_letter(replace(LETTER, lines=LINES * 12), "ru"))
    assert len(pages) > 2
    assert all(f"Страница {n} из {len(pages)}" in page for n, page in enumerate(pages, start=1))
    assert all("Запрашиваемые сведения" in page for page in pages[:-1])


def test_a_grouped_letter_lists_each_application_with_its_lines_numbered_through() -> None:
    letter = group_letters(12)
    text = read_text(render_grouped(letter, "ru"))
    assert all(f"Заявление № {one.application_number}, заявитель: {APPLICANT}" in text for one in letter.letters)
    page = html.fromstring(render_grouped_html(letter, "kk"))
    numbers = [shown_text(row[0]) for row in page.iter("tr") if len(row) == 5][1:]
    assert numbers == [str(n) for n in range(1, 25)]
    assert "№ 2026-0000012 өтініш" in shown_text(page)


def test_a_grouped_letter_too_long_to_be_answered_is_refused() -> None:
    with pytest.raises(RenderingFailed, match=str(LARGEST_GROUP)):
        render_grouped(group_letters(LARGEST_GROUP + 1), "ru")


@languages
def test_the_fragment_says_what_the_pdf_says(language: Literal["kk", "ru"]) -> None:
    page = html.fromstring(render_letter_html(LETTER, language))
    assert (page.tag, page.get("lang")) == ("article", language)
    printed = set(read_text(render_letter(LETTER, language)).split())
    shown = {word for text in page.itertext() for word in text.split()}
    assert shown - printed == set()


def test_no_personal_data_stands_in_the_representation_of_a_letter() -> None:
    told = repr(LETTER) + repr(group_letters(1))
    assert not [secret for secret in (APPLICANT, APPLICANT_IIN, "1990, 1, 1", LETTER.signer) if secret in told]
