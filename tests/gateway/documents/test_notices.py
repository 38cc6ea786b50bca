"""What a notice promises: every kind in both languages, dates with clause and doubt, nothing sensitive to strangers."""

from __future__ import annotations

from dataclasses import replace
from string import Formatter
from typing import Literal

import pytest

from contracts.errors import RenderingFailed
from contracts.words import Sensitivity
from gateway.documents.render import render_notice, render_notice_html, render_notice_text
from gateway.documents.texts import load_texts
from gateway.documents.written import write_notice
from tests.gateway.documents.reading import read_text
from tests.gateway.documents.sample_documents import DISABILITY, NOTICE, OPEN_ITEM, REASON, SENSITIVE_ITEM, UNTIL

KINDS = {
    "extension", "extension_changed", "date_recounted", "applicant_corrects", "consent_needed", "incomplete",
    "consent_refused", "consent_revoked", "consent_expired", "consent_no_phone",
    "preliminary_refusal",
    "hearing_set_anew", "decision_approved", "decision_refused", "withdrawn", "complaint_registered",
    "complaint_answered",
}  # fmt: skip
WRITTEN = write_notice(NOTICE)
DECISIONS = {"decision_approved", "decision_refused"}
SENSITIVE = set(Sensitivity) - {Sensitivity.ORDINARY, Sensitivity.FINANCIAL}

kinds = pytest.mark.parametrize("kind", sorted(KINDS))
languages = pytest.mark.parametrize("language", ["kk", "ru"])


def say(kind: str = "extension", language: Literal["kk", "ru"] = "ru", know: bool = True, **changes: object) -> str:
    """The whole text of the sample notice, of a kind and with changes."""
    title, paragraphs = render_notice_text(write_notice(replace(NOTICE, kind=kind, **changes)), language, know)  # type: ignore[arg-type]
    return "\n".join((title, *paragraphs))


def test_the_kinds_are_those_of_the_legal_clock() -> None:
    assert set(load_texts().kind) == KINDS


@kinds
@languages
def test_every_kind_can_be_printed_shown_and_read_out(kind: str, language: Literal["kk", "ru"]) -> None:
    notice = write_notice(replace(NOTICE, kind=kind))
    title, paragraphs = render_notice_text(notice, language, True)
    printed = read_text(render_notice(notice, language, True)).replace("- ", "").replace("-", "")
    assert all(word.replace("-", "") in printed for word in " ".join((title, *paragraphs)).split())
    assert title in render_notice_html(notice, language, True)
    assert len(paragraphs) > 1


def test_both_languages_are_told_apart() -> None:
    title, paragraphs = render_notice_text(WRITTEN, "both", True)
    kazakh, russian = (render_notice_text(WRITTEN, language, True) for language in ("kk", "ru"))
    assert (title, paragraphs) == (f"{kazakh[0]} / {russian[0]}", kazakh[1] + russian[1])


@kinds
@languages
def test_no_kind_promises_an_appointment(kind: str, language: Literal["kk", "ru"]) -> None:
    texts = load_texts().kind[kind]
    words = [
        getattr(names, language) for names in (texts.title, *texts.paragraphs, texts.sms, texts.sms_dated) if names
    ]
    assert not [text for text in words if "назнач" in text.casefold() or "тағайында" in text.casefold()]


@pytest.mark.parametrize(
    "kind", ["extension", "extension_changed", "date_recounted", "applicant_corrects", "incomplete"]
)
def test_before_a_decision_a_notice_says_that_there_is_none_and_refuses_nothing(kind: str) -> None:
    assert "Решение по заявлению ещё не принято." in say(kind)
    assert "отказ" not in say(kind, reasons=()).casefold()


@languages
@pytest.mark.parametrize("sensitivity", sorted(SENSITIVE))
@kinds
def test_a_sensitive_item_is_named_to_nobody_but_the_authenticated_applicant(
    kind: str, sensitivity: Sensitivity, language: Literal["kk", "ru"]
) -> None:
    item = replace(SENSITIVE_ITEM, sensitivity=sensitivity)
    secrets = [getattr(DISABILITY, language).rstrip("."), item.subject_name]
    notice = write_notice(replace(NOTICE, kind=kind, items=(item,)))
    hidden = "\n".join(render_notice_text(notice, language, False)[1]) + render_notice_html(notice, language, False)
    assert not [secret for secret in secrets if secret in hidden]
    assert item.owner_name is None or getattr(item.owner_name, language) not in hidden
    if "items" in {paragraph.list for paragraph in load_texts().kind[kind].paragraphs}:
        shown = say(kind, language, items=(item,))
        assert all(secret in shown for secret in secrets)
        assert load_texts().word["item_hidden"].model_dump()[language] in hidden


def test_a_word_of_sensitivity_that_is_added_later_is_hidden_too() -> None:
    """What may be named is listed, not what may not."""
    for sensitivity in Sensitivity:
        text = say(know=False, items=(replace(SENSITIVE_ITEM, sensitivity=sensitivity),))
        assert ("Іңкәр" not in text) == (sensitivity in SENSITIVE)


def test_ordinary_items_stand_beside_one_phrase_for_all_hidden_ones() -> None:
    text = say(know=False, items=(OPEN_ITEM, SENSITIVE_ITEM, SENSITIVE_ITEM))
    assert "О доходах" in text and "04.03.2026" in text
    assert text.count("сведения по нескольким другим запросам") == 1


def test_the_printed_notice_hides_what_the_text_hides() -> None:
    hidden, shown = (read_text(render_notice(WRITTEN, "ru", know)) for know in (False, True))
    assert "инвалидности" not in hidden and "инвалидности" in shown


def test_what_a_person_wrote_and_sensitive_reasons_are_for_the_authenticated_applicant() -> None:
    reasons = (REASON, replace(REASON, text=DISABILITY, sensitivity=Sensitivity.HEALTH))
    hidden, shown = (say("decision_refused", know=know, reasons=reasons) for know in (False, True))
    assert NOTICE.words in shown and NOTICE.words not in hidden
    assert "инвалидности" in shown and "инвалидности" not in hidden
    assert "недостоверные сведения (Service card pass166, grounds of refusal)" in hidden


@kinds
def test_a_date_comes_with_its_clause_and_its_doubts(kind: str) -> None:
    sure = replace(UNTIL, assumed=False, provisional=False)
    assert f"Основание срока: {UNTIL.clause}." in say(kind)
    assert "предположительная" in say(kind) and "предварительная" in say(kind)
    assert "предположительная" not in say(kind, until=sure) and "предварительная" not in say(kind, until=sure)
    assert "предположительная" in say(kind, until=replace(sure, assumed=True))
    assert "предварительная" in say(kind, until=replace(sure, provisional=True))


def test_the_date_told_before_stands_beside_the_new_one() -> None:
    assert "03.04.2026" in say("date_recounted") and "27.03.2026" in say("date_recounted")
    assert "Дата, названная Вам ранее" not in say("date_recounted", previous_until=None)


def test_a_package_that_a_person_registered_with_gaps_is_told_without_an_extension() -> None:
    text = say("incomplete", until=None)
    assert "закончено" in text and "не поступили" in text and "Срок его формирования" not in text
    assert "Срок его формирования закончился 03.04.2026" in say("incomplete")
    assert "не поступили:" not in say("incomplete", items=()), "what was missing has come meanwhile"


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("extension", "until"),
        ("date_recounted", "until"),
        ("preliminary_refusal", "hearing_on"),
        ("hearing_set_anew", "hearing_on"),
    ],
)
def test_a_notice_without_the_date_that_it_is_about_is_not_written(kind: str, missing: str) -> None:
    with pytest.raises(RenderingFailed, match=missing):
        write_notice(replace(NOTICE, kind=kind, **{missing: None}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("extension", "items"),
        ("applicant_corrects", "items"),
        ("consent_needed", "items"),
        ("consent_refused", "items"),
        ("consent_no_phone", "items"),
        ("preliminary_refusal", "reasons"),
        ("hearing_set_anew", "reasons"),
        ("decision_refused", "reasons"),
    ],
)
def test_nothing_is_missing_and_nothing_refused_without_saying_what(kind: str, missing: str) -> None:
    with pytest.raises(RenderingFailed, match=missing):
        say(kind, **{missing: ()})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_each_way_in_which_a_consent_is_missing_reads_differently_and_names_who_gives_it(
    language: Literal["kk", "ru"],
) -> None:
    item = replace(OPEN_ITEM, holder_name="СЕРІКОВА АЙЖАН")
    texts = {kind: say(kind, language, items=(item,)) for kind in sorted(KINDS) if kind.startswith("consent_")}
    assert len(set(texts.values())) == len(texts) == 5
    assert all("СЕРІКОВА АЙЖАН" in text for text in texts.values())


def test_a_complaint_is_not_answered_with_nothing() -> None:
    with pytest.raises(RenderingFailed, match="words"):
        say("complaint_answered", words="")


def test_a_kind_without_texts_is_an_error_of_ours() -> None:
    with pytest.raises(RenderingFailed, match="no kind of notice"):
        say("promotion")


def test_a_notice_that_no_person_signs_has_no_line_to_sign_on() -> None:
    assert "Подпис" not in read_text(render_notice(WRITTEN, "ru", True))
    signed = write_notice(replace(NOTICE, signer="Сериков Б. Н.", signed_electronically=True))
    assert "Подписывает Сериков Б. Н." in read_text(render_notice(signed, "ru", True))


def test_both_languages_of_a_text_have_the_same_places() -> None:
    texts = load_texts()
    pairs = [(names.ru, names.kk) for names in (*texts.word.values(), *texts.letter.values())]
    for kind in texts.kind.values():
        pairs += [(names.ru, names.kk) for names in (kind.title, *kind.paragraphs, kind.sms, kind.sms_dated) if names]
    assert not [pair for pair in pairs if _places(pair[0]) != _places(pair[1])]


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
