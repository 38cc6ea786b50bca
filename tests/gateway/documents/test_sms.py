"""A text message gives nothing away: application number, that there is news, a date; two parts at most."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from typing import Literal

import pytest

from contracts.catalogue import load_catalogue
from contracts.tables import Names
from gateway.documents.model import SmsData, neutral_part
from gateway.documents.notices import compose_sms
from gateway.documents.texts import load_texts
from tests.gateway.documents.sample_documents import APPLICANT, NOTICE

TWO_PARTS = 134
"""UTF-16 units: 67 a part where there are several (3GPP TS 23.038, UCS-2)."""
LONGEST_NUMBER = "2026-9999999999"

PLAIN = {"өтініш", "немесе"}
"""Words for application and for "or", which titles have as well."""

kinds = pytest.mark.parametrize("kind", sorted(load_texts().kind))
languages = pytest.mark.parametrize("language", ["kk", "ru"])
dates = pytest.mark.parametrize("until", [date(2026, 12, 28), None])


def names_of_the_catalogue(language: str) -> set[str]:
    """Every title, owner, addressee and part that any service's rows know."""
    found: set[Names] = set()
    for service in load_catalogue().services.values():
        found |= {service.name}
        for row in service.requests:
            found |= {row.title, row.owner.name, row.owner.letter_to, *(part.title for part in row.parts)}
    return {str(getattr(names, language)) for names in found}


def long_words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 4}


@kinds
@languages
@dates
def test_a_message_fits_into_two_parts(kind: str, language: Literal["kk", "ru"], until: date | None) -> None:
    text = compose_sms(kind, language, SmsData(LONGEST_NUMBER, until))
    assert len(text.encode("utf-16-le")) // 2 <= TWO_PARTS
    assert LONGEST_NUMBER in text


@kinds
@languages
@dates
def test_a_message_names_no_item_no_body_and_no_person(
    kind: str, language: Literal["kk", "ru"], until: date | None
) -> None:
    """Not even a word of theirs: neither the title of a request, nor an owner's name, nor the service."""
    text = compose_sms(kind, language, SmsData("2026-0000017", until))
    told = set().union(*map(long_words, names_of_the_catalogue(language)))
    assert long_words(text) & told - PLAIN == set()
    assert not re.search(r"\d{12}", text) and not long_words(APPLICANT) & long_words(text)
    assert "отказ" not in text.casefold() and "бас тарт" not in text.casefold()


def test_the_catalogue_has_names_that_a_message_could_tell() -> None:
    assert len(names_of_the_catalogue("ru")) > 50
    assert {"инвалидности", "алиментах", "министерству"} <= set().union(*map(long_words, names_of_the_catalogue("ru")))


def test_a_message_cannot_tell_more_than_number_and_date() -> None:
    assert {field.name for field in fields(SmsData)} == {"application_number", "until"}


@languages
def test_a_date_is_told_where_the_kind_is_about_one(language: Literal["kk", "ru"]) -> None:
    dated = {
        kind
        for kind in load_texts().kind
        if "28.12.2026" in compose_sms(kind, language, SmsData("1", date(2026, 12, 28)))
    }
    assert dated == {
        "extension", "extension_changed", "date_recounted", "applicant_corrects", "preliminary_refusal",
        "complaint_registered", "hearing_set_anew",
    }  # fmt: skip


def test_of_a_notice_the_message_takes_number_and_date_alone() -> None:
    assert NOTICE.until is not None
    assert neutral_part(NOTICE) == SmsData(NOTICE.application_number, NOTICE.until.on)
    assert neutral_part(replace(NOTICE, until=None)) == SmsData(NOTICE.application_number, NOTICE.hearing_on)
