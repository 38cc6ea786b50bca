"""What is required, as rows of data, and what one trial of a requirement came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.tables import Row, read_row, read_toml
from contracts.words import Confidence

Severity = Literal["must", "should"]
Verdict = Literal["holds", "differs", "not-tried"]
_FILE: Final = Path(__file__).parent / "requirements.toml"
_SERVICE: Final = "SVC"
_ECHO: Final = "003"
"""The row of each service that only passports with echoes have."""


class Requirement(Row):
    id: str = Field(pattern=r"^[A-Z0-9-]+$")
    sentence: str
    source: str
    """Section of the protocol's description, or `passports`."""
    confidence: Literal["attested", "assumed"]
    severity: Severity
    risky: bool = False
    """What a real bus may mind: tried only when it is asked for."""
    passport: str = ""
    """Key of the passport whose service is required this; "" for the protocol itself."""

    @property
    def group(self) -> str:
        """All but the number: `SHEP-SYNC` of `SHEP-SYNC-001`."""
        return self.id.rpartition("-")[0]


class _Template(Row):
    id: str
    sentence: str
    source: str
    confidence: str
    severity: Severity


class _File(Row):
    requirement: tuple[Requirement, ...]
    of_each_service: tuple[_Template, ...]


@dataclass(frozen=True)
class Result:
    """What a trial came to: what was wanted and found where it differs, why it was not tried where it was not."""

    requirement: Requirement
    verdict: Verdict
    wanted: str = ""
    found: str = ""
    excerpt: str = field(default="", repr=False)
    """The start of what was found, every text of it but the protocol's own words hidden."""
    why: str = ""

    @property
    def breaks(self) -> bool:
        """Whether a must differs."""
        return self.verdict == "differs" and self.requirement.severity == "must"


def list_requirements(catalogue: Catalogue, passports: Iterable[str]) -> tuple[Requirement, ...]:
    """Those of the protocol, then those of the services with these passports."""
    keys = list(passports)
    return (*_read().requirement, *(row for key in keys for row in _of_service(catalogue.passports[key])))


def _of_service(passport: Passport) -> Iterator[Requirement]:
    confidence = "assumed" if passport.confidence is Confidence.ASSUMED else "attested"
    for one in _read().of_each_service:
        if one.id != _ECHO or passport.echoes:
            yield Requirement(
                id=f"{_SERVICE}-{passport.key.upper()}-{one.id}",
                sentence=one.sentence.format(service=passport.key),
                source=one.source,
                confidence="assumed" if confidence == "assumed" else "attested",
                severity=one.severity,
                passport=passport.key,
            )


@cache
def _read() -> _File:
    return read_row(_File, read_toml(_FILE), _FILE.name)


def service_check_of(requirement: Requirement) -> str:
    """Which of the checks of each service it is: the number behind the passport's name."""
    return requirement.id.rpartition("-")[2]
