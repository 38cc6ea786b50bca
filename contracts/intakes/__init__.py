"""Intake profiles: in what messages of the bus an application may come, as data; a deployment's folder adds its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from pydantic import Field

from contracts.errors import CatalogueInvalid
from contracts.tables import PACKAGED, Names, Row, read_row, read_toml
from contracts.words import Confidence

_FOLDER = "intakes"
SCHEMAS = (
    "application.xsd",
    "bus.xsd",
    "ministry-2014.xsd",
    "ministry-2014-iban.xsd",
    "ministry-2014-system.xsd",
    "service-centre.xsd",
    "signature-place.xsd",
)
"""What is published: the signed wrapper, what travels around it, and each other form with what it imports."""


class IntakeForm(StrEnum):
    """How a message carries an application: each form has its own reader."""

    WRAPPER = "wrapper"
    """The signed XML wrapper of the API, alone or in a `submission`."""
    MINISTRY_2014 = "ministry_2014"
    """The ministry's own message of 2014 (P06.58.1), with the family and the portal's registry answers inside."""
    SERVICE_CENTRE = "service_centre"
    """What a service centre's desk hands on: a registration, then the application with its papers."""


class IntakeProfile(Row):
    """One service of the bus under which applications come to us."""

    key: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: Names
    service_id: str = Field(min_length=1, max_length=200)
    service_id_confidence: Confidence
    form: IntakeForm
    service: str = ""
    """Which of our services it is for, where the form does not name one."""
    lacks_phone: bool = False
    """The form has no place for the applicant's phone that is always filled."""
    confidence: Confidence
    source: str
    assumptions: tuple[str, ...] = ()
    age: str = ""
    stale_hours: int = Field(ge=1, le=24 * 60)
    """A message that is older by its own date begins nothing."""


def load_intakes(folders: Iterable[Path] = ()) -> Mapping[str, IntakeProfile]:
    """The profiles by the bus's service id; a deployment's `intakes/*.toml` adds to them or replaces one by its key.

    Raises CatalogueInvalid, also where two profiles have one service id.
    """
    by_key: dict[str, IntakeProfile] = {}
    for folder in (PACKAGED, *folders):
        for file in sorted((folder / _FOLDER).glob("*.toml")):
            profile = read_row(IntakeProfile, read_toml(file), file.name)
            by_key[profile.key] = profile
    by_service = {profile.service_id: profile for profile in by_key.values()}
    if len(by_service) < len(by_key):
        raise CatalogueInvalid("two intake profiles have one service id")
    return MappingProxyType(by_service)


def read_schema(name: str) -> bytes:
    """One of SCHEMAS; raises LookupError for any other name."""
    if name not in SCHEMAS:
        raise LookupError(f"no such schema: {name[:60]!r}")
    return (PACKAGED / _FOLDER / name).read_bytes()
