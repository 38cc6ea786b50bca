"""What a person reads before signing is everything that is signed: no field without its words, none left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from contracts.application import Application, Consents, Declared, Document, Relation, Representative
from gateway.account_statements import AccountStatement, write_statement
from gateway.documents.drafts import load_draft_texts, write_draft_text
from tests.gateway.sample_case import CHILD_IIN, NOW, SPOUSE_IIN, make_application, make_service

CHECK = write_statement(AccountStatement("about", "yes", NOW, NOW), lambda plain: "0" * 64)
languages = pytest.mark.parametrize("language", ["kk", "ru"])


def full_application() -> Application:
    """Every field says something."""
    told: dict[str, Any] = make_application()
    told["applicant"] |= {
        "patronymic": "Тестовна", "citizenship": "UZB", "address": "Астана, ул. Примерная, 1",
        "document": {"kind": "residence_permit", "number": "N-77", "issued_on": "2020-02-03"},
    }  # fmt: skip
    told["family"][1] |= {
        "birth_record": {"number": "R-15", "date": "2015-09-10"}, "occupation": "школьник", "patronymic": "Ерланулы",
    }  # fmt: skip
    told["representative"] = {
        "surname": "Опекунов", "name": "Арман", "patronymic": "Серикович", "birth_date": "1970-04-05",
        "iin": SPOUSE_IIN, "ground": "power_of_attorney", "document_number": "D-9", "issued_on": "2024-06-07",
        "valid_until": "2027-06-08", "phone": "+77000000002",
    }  # fmt: skip
    told["declared"] = {name: True for name in Declared.model_fields if name != "alimony"}
    told["declared"]["alimony"] = {"debtor_iin": CHILD_IIN, "receives": False}
    told["account"]["check"] = CHECK
    told["language"] = "kk"
    return Application.model_validate(told)


def leaves(part: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(part, BaseModel):
        for field, value in part:
            yield from leaves(value, field)
    elif isinstance(part, tuple):
        for value in part:
            yield from leaves(value, name)
    else:
        yield name, part


@languages
def test_every_value_that_is_signed_is_read(language: str) -> None:
    application = full_application()
    text = "\n".join(write_draft_text(application, make_service(), language))
    for name, value in leaves(application):
        if name in ("schema_", "service", "language") or isinstance(value, bool | StrEnum) or value is None:
            continue
        if name in ("kind", "ground"):
            continue
        if name == "check":
            value = "02.03.2026 12:00"
        said = f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)
        assert said in text, name
    texts = load_draft_texts()
    words = [getattr(names, language) for table in (texts.declared, texts.consent) for names in table.values()]
    words += [getattr(texts.document["residence_permit"], language)]
    words += [getattr(texts.ground["power_of_attorney"], language)]
    words += [getattr(texts.relation[relation], language) for relation in ("spouse", "child")]
    assert [word for word in words if word not in text] == []


@languages
def test_nothing_is_read_that_is_not_declared(language: str) -> None:
    text = "\n".join(write_draft_text(Application.model_validate(make_application()), make_service(), language))
    texts = load_draft_texts()
    assert [key for key, names in texts.declared.items() if getattr(names, language) in text] == []
    assert getattr(texts.line["nothing_declared"], language) in text


def test_every_word_of_the_application_has_its_text() -> None:
    texts = load_draft_texts()
    assert set(texts.declared) == set(Declared.model_fields) - {"alimony"}
    assert set(texts.consent) == set(Consents.model_fields)
    assert set(texts.relation) == {relation.value for relation in Relation}
    assert set(texts.document) == set(get_args(Document.model_fields["kind"].annotation))
    assert set(texts.ground) == set(get_args(Representative.model_fields["ground"].annotation))


@languages
def test_a_refused_consent_is_read_as_refused(language: str) -> None:
    told = make_application()
    told["consents"]["verification"] = False
    text = "\n".join(write_draft_text(Application.model_validate(told), make_service(), language))
    assert getattr(load_draft_texts().consent["verification"], language) not in text
    assert "verification" in text


@languages
def test_a_name_cannot_change_how_the_lines_around_it_read(language: str) -> None:
    told = make_application()
    told["applicant"]["surname"] = "Приме\u202eрова {iin}"
    lines = write_draft_text(Application.model_validate(told), make_service(), language)
    assert any("[U+202E]" in line and "{iin}" in line for line in lines)
    assert not any("\u202e" in line for line in lines)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_phone_that_is_not_given_has_no_line(language: str) -> None:
    whole = full_application()
    without = whole.model_copy(update={"applicant": whole.applicant.model_copy(update={"phone": None})})
    lines = write_draft_text(without, make_service(), language)
    assert len(lines) == len(write_draft_text(whole, make_service(), language)) - 1
    assert not any("None" in line for line in lines)
