"""Whatever comes from outside is set as text: no markup runs, nothing is read, nothing changes how the rest reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import html

from contracts.errors import RenderingFailed
from contracts.tables import Names
from gateway.documents.render import (
    render_letter,
    render_letter_html,
    render_notice,
    render_notice_html,
    render_notice_text,
)
from gateway.documents.sheets import clean
from gateway.documents.typesetting import FOLDER, TEMPLATE, compile_pdf
from gateway.documents.written import write_notice
from tests.gateway.documents.reading import read_close, read_text, shown_text, squeeze
from tests.gateway.documents.sample_documents import ADDRESSEE, LETTER, LINES, NOTICE

MARKUP = [
    '#panic("x")', '#read("/etc/passwd")', "#import \"@preview/a:1.0.0\": *", "*x* _y_ `z`", "$ a^2 $", "@ref",
    "a \\ b", "<label>", "= heading", "// comment /* more */", "#{", "]]", "{application} {} %s {0.__class__}",
    "<script>alert(1)</script>\"'&", "{{ 7 * 7 }} {% raw %}", "https://example.org", "-- --- ... '\"",
]  # fmt: skip
DAY = date(2026, 3, 4)


@pytest.mark.parametrize("evil", MARKUP)
def test_markup_in_a_letter_is_printed_as_it_came(evil: str) -> None:
    letter = replace(
        LETTER,
        number=evil,
        applicant_name=evil,
        signer=evil,
        addressee=Names(ru=evil, kk=evil),
        lines=(replace(LINES[0], subject_name=evil, title=Names(ru=evil, kk=evil)),),
    )
    assert read_close(render_letter(letter, "ru")).count(squeeze(evil)) == 6
    page = html.fromstring(render_letter_html(letter, "ru"))
    assert shown_text(page).count(evil) == 6
    assert page.find(".//script") is None


@pytest.mark.parametrize("evil", MARKUP)
def test_markup_in_a_notice_is_printed_as_it_came(evil: str) -> None:
    notice = write_notice(replace(NOTICE, kind="complaint_answered", words=evil, applicant_name=evil))
    assert read_close(render_notice(notice, "ru", True)).count(squeeze(evil)) == 2
    assert shown_text(html.fromstring(render_notice_html(notice, "ru", True))).count(evil) == 2
    assert evil in render_notice_text(notice, "ru", True)[1]


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ("\u202e", "[U+202E]"),
        ("\u2066", "[U+2066]"),
        ("\u200b", "[U+200B]"),
        ("\u00ad", "[U+00AD]"),
        ("\x00", "[U+0000]"),
        ("\ud800", "[U+D800]"),
        ("\ue000", "[U+E000]"),
        ("漢", "[U+6F22]"),
        ("😀", "[U+1F600]"),
        ("م", "[U+0645]"),
    ],
)
def test_a_sign_that_cannot_be_set_or_seen_is_shown_by_its_number(sign: str, shown: str) -> None:
    """A name may neither turn the letter around it, nor keep it from being written at all."""
    letter = replace(LETTER, applicant_name=f"a{sign}b")
    assert f"a{shown}b" in read_text(render_letter(letter, "ru"))
    assert f"a{shown}b" in render_letter_html(letter, "ru")


def test_line_breaks_and_tabs_are_spaces_and_split_accents_are_joined() -> None:
    assert clean(" a\n\tb \u2028 c ") == "a b c"
    assert clean("и\u0306") == "й"


@pytest.mark.parametrize("start", range(0x0000, 0x2800, 0x0400))
def test_whatever_is_let_through_can_be_set_plain_and_bold(start: int) -> None:
    block = (chr(code) for code in range(start, start + 0x400))
    signs = " ".join(sign for sign in block if clean(f"a{sign}b") == f"a{sign}b")
    render_letter(replace(LETTER, applicant_name=signs, addressee=Names(ru=signs, kk=signs)), "ru")


def test_a_word_without_end_is_broken_and_not_cut() -> None:
    text = read_text(render_letter(replace(LETTER, lines=(replace(LINES[0], subject_name="Щ" * 900),)), "ru"))
    assert text.count("Щ") == 900


def test_the_template_is_alone() -> None:
    """It imports, includes, reads and evaluates nothing; so no name from outside can be a path or a package."""
    template = (files("gateway.documents") / FOLDER / TEMPLATE).read_text(encoding="utf-8")
    code = "\n".join(line for line in template.splitlines() if not line.startswith("//"))
    assert not [
        word
        for word in ("import", "include", "read(", "eval(", "image(", "plugin(", "@preview", "csv(", "yaml(", "xml(")
        if word in code
    ]
    assert code.count("sys.inputs") == 1


@pytest.mark.parametrize("path", ["../secret.txt", "/../secret.txt", "/etc/passwd"])
def test_typst_opens_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = write_template(tmp_path, f'#read("{path}")')
    with pytest.raises(RenderingFailed, match="a probe could not be set"):
        compile_pdf(folder, [], DAY, "a probe")
    (folder / "secret.txt").write_text("own")
    write_template(tmp_path, '#read("secret.txt")')
    assert read_text(compile_pdf(folder, [], DAY, "a probe")) == "own"


def test_a_document_that_cannot_be_set_is_an_error_of_ours_that_quotes_nothing(tmp_path: Path) -> None:
    folder = write_template(tmp_path, '#panic("Secret Person")')
    with pytest.raises(RenderingFailed) as caught:
        compile_pdf(folder, [], DAY, "a letter")
    assert (caught.value.code, caught.value.retryable) == ("rendering-failed", False)
    assert str(caught.value) == "a letter could not be set"


def write_template(folder: Path, text: str) -> Path:
    """A folder like that of our template, with another one in it."""
    inside = folder / "inside"
    inside.mkdir(exist_ok=True)
    (inside / TEMPLATE).write_text(text)
    return inside


def test_another_language_is_an_error_of_ours() -> None:
    with pytest.raises(RenderingFailed, match="kk, ru or both"):
        render_letter(replace(LETTER, addressee=ADDRESSEE), "en")  # type: ignore[arg-type]
