"""The kinds of certificates that the centre issues, as rows: who is named, what the key may do, how long it lasts.

Key usages, roles and subjects are those seen in certificates of НУЦ РК; the last rows exist for tests of refusals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_EMAIL_PROTECTION: Final = "1.3.6.1.5.5.7.3.4"
_CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"
_INDIVIDUAL: Final = "1.2.398.3.3.4.1.1"
_ORGANISATION: Final = "1.2.398.3.3.4.1.2"
_ORGANISATION_SIGNER: Final = "1.2.398.3.3.4.1.2.2"
_ORGANISATION_SYSTEM: Final = "1.2.398.3.3.4.1.2.6"
_DOCUMENTS: Final = frozenset({"digital_signature", "content_commitment"})
_LOGIN: Final = frozenset({"digital_signature", "key_encipherment"})
_YEAR: Final = timedelta(days=365)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Profile:
    """One kind of certificate. `begins` counts from the day of issue; a subject is named by what the flags say."""

    name: str
    key_usage: frozenset[str]
    roles: tuple[str, ...]
    names_person: bool = True
    names_organisation: bool = False
    begins: timedelta = -_DAY
    lasts: timedelta = _YEAR


PROFILES: Final = (
    Profile("individual", _DOCUMENTS, (_EMAIL_PROTECTION, _INDIVIDUAL)),
    Profile(
        "organisation", _DOCUMENTS, (_EMAIL_PROTECTION, _ORGANISATION, _ORGANISATION_SIGNER), names_organisation=True
    ),
    Profile(
        "information-system",
        _DOCUMENTS,
        (_ORGANISATION, _ORGANISATION_SYSTEM),
        names_person=False,
        names_organisation=True,
        lasts=3 * _YEAR,
    ),
    # A registry signs the payload of its replies with a system's key of its own, which lasts as long.
    Profile(
        "registry",
        _DOCUMENTS,
        (_ORGANISATION, _ORGANISATION_SYSTEM),
        names_person=False,
        names_organisation=True,
        lasts=3 * _YEAR,
    ),
    Profile("auth-only", _LOGIN, (_CLIENT_AUTH, _INDIVIDUAL)),
    Profile("expired", _DOCUMENTS, (_EMAIL_PROTECTION, _INDIVIDUAL), begins=-2 * _YEAR),
)

BY_NAME: Final = {row.name: row for row in PROFILES}
