"""The application's model and its published schema: what the one refuses, the other does not promise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.application import SCHEMA_ID, Application, publish_schema

BASE: dict[str, Any] = {
    "schema": SCHEMA_ID,
    "service": "asp",
    "applicant": {
        "iin": "900101300017",
        "surname": "Примеров",
        "name": "Ерлан",
        "birth_date": "1990-01-01",
        "phone": "+77000000001",
    },
    "account": {"iban": "KZ"},
    "consents": {"personal_data": True, "verification": True},
}


def test_the_least_application_is_read_with_its_defaults() -> None:
    application = Application.model_validate(BASE)
    assert application.applicant.birth_date == date(1990, 1, 1)
    assert (application.language, application.family, application.applicant.citizenship) == ("ru", (), "KAZ")


def test_an_application_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Application.model_validate(BASE).service = "other"


@pytest.mark.parametrize("day", ["631152000", "1990-02-30", "1990-1-1", "19900101", "1990-W01-1", " 1990-01-01"])
def test_a_date_has_one_form(day: str) -> None:
    applicant = BASE["applicant"] | {"birth_date": day}
    with pytest.raises(ValidationError):
        Application.model_validate(BASE | {"applicant": applicant})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phone", "87000000001"), ("phone", "+7700000000"), ("citizenship", "kz"), ("surname", ""),
        ("surname", "x" * 101), ("name", "<b>"), ("name", "a\x00"), ("name", "a\n"), ("iin", "90010130001x"),
        ("iin", "900101300017\n"), ("hobby", "chess"),
    ],
)  # fmt: skip
def test_what_no_person_is_called_or_reached_by_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Application.model_validate(BASE | {"applicant": BASE["applicant"] | {name: value}})


def test_a_family_has_a_bound() -> None:
    member = {"surname": "A", "name": "B", "birth_date": "2015-01-01", "relation": "child"}
    Application.model_validate(BASE | {"family": [member] * 40})
    with pytest.raises(ValidationError):
        Application.model_validate(BASE | {"family": [member] * 41})


def test_the_published_schema_is_closed_and_complete() -> None:
    schema = publish_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == SCHEMA_ID
    assert set(schema["required"]) == {"schema", "service", "applicant", "account", "consents"}
    for name, part in ({"": schema} | schema["$defs"]).items():
        assert part.get("type") != "object" or part["additionalProperties"] is False, name
    assert schema["$defs"]["Applicant"]["properties"]["birth_date"]["format"] == "date"


def test_every_field_of_the_models_is_in_the_schema() -> None:
    schema = publish_schema()
    for name, part in schema["$defs"].items():
        model = getattr(__import__("contracts.application", fromlist=[name]), name)
        if issubclass(model, BaseModel):
            assert set(part["properties"]) == set(model.model_fields)
