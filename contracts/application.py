"""The application (заявление): what the applicant signs, as a frozen model; its JSON Schema is published from here.

The signed thing is the exact JSON bytes. Rules that need more than one field, the service's row or a clock
(check digits, banks, duplicates) are judged at intake, so that each has its own code and pointer.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

SCHEMA_ID = "urn:asp-gateway:application:1"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_day(value: Any) -> Any:
    """pydantic alone would read a text of digits as seconds since 1970."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value if _DAY.fullmatch(value) else "")
    except ValueError:
        raise PydanticCustomError("day_format", "a date is YYYY-MM-DD, and a day that exists") from None


Day = Annotated[date, BeforeValidator(_read_day)]

Iin = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f<>]+$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f<>]+$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+7[0-9]{10}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Relation(StrEnum):
    """What a member is to the applicant."""

    SPOUSE = "spouse"
    CHILD = "child"
    ADOPTED_CHILD = "adopted_child"
    WARD = "ward"
    PARENT = "parent"
    OTHER = "other"


CHILDREN = frozenset({Relation.CHILD, Relation.ADOPTED_CHILD, Relation.WARD})


class Person(_Part):
    surname: Word
    name: Word
    patronymic: Word | None = None
    birth_date: Day


class Document(_Part):
    kind: Literal["identity_card", "passport", "residence_permit", "refugee_certificate", "stateless_certificate"]
    number: Word
    issued_on: Day | None = None


class Applicant(Person):
    iin: Iin
    phone: Phone | None = None
    """Left out only where the form that carries the application has no place for one; intake judges that."""
    citizenship: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "KAZ"
    """ISO 3166-1 alpha-3, as declared; the registry's word is asked by request 1."""
    document: Document | None = None
    address: Text | None = None


class Representative(Person):
    """Who signs in the applicant's place (assumed: the service's card names no representative, the Civil Code does)."""

    iin: Iin
    ground: Literal["guardianship", "power_of_attorney"]
    document_number: Word
    """Of the decision on guardianship, or of the power of attorney."""
    issued_on: Day
    valid_until: Day | None = None
    """The last day on which what the representative acts by is in force, where it tells one."""
    phone: Phone | None = None
    """Needed where the representative signs by a one-time code."""


class BirthRecord(_Part):
    number: Word
    date: Day


class Member(Person):
    relation: Relation
    iin: Iin | None = None
    birth_record: BirthRecord | None = None
    """For a newborn without IIN."""
    occupation: Word | None = None


class Account(_Part):
    iban: Annotated[str, StringConstraints(min_length=1, max_length=42)]
    check: Annotated[str, StringConstraints(min_length=1, max_length=600)] | None = None
    """The statement of `POST /v1/checks/account` about this account and this applicant, word for word."""


class DeclaredAlimony(_Part):
    debtor_iin: Iin | None = None
    receives: bool = True


class Declared(_Part):
    """What the applicant declares; each leaf may make an absence in a registry a gap, or a request applicable."""

    married_abroad: bool = False
    marriage: bool = False
    """The applicant declares to be married."""
    kandas_certificate: bool = False
    guardianship: bool = False
    adoption: bool = False
    alimony: DeclaredAlimony | None = None
    full_time_study: bool = False
    employment_measures: bool = False
    """The wish to take part in active employment measures."""
    private_farm: bool = False


class Consents(_Part):
    personal_data: bool
    verification: bool


class Application(_Part):
    """One application of one family for one service."""

    schema_: Literal["urn:asp-gateway:application:1"] = Field(alias="schema")
    service: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    language: Literal["kk", "ru"] = "ru"
    applicant: Applicant
    family: Annotated[tuple[Member, ...], Field(max_length=40)] = ()
    """The other members; the applicant is not repeated."""
    representative: Representative | None = None
    """Who signs where the applicant does not: a guardian, or the holder of a power of attorney."""
    account: Account
    declared: Declared = Declared()
    consents: Consents


def publish_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the application, as the API serves it."""
    schema = Application.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | schema
