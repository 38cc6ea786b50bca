"""The kinds of certificates that the centre issues, as rows: who is named, what the key may do, how long it lasts.

Key usages, roles and subjects are those seen in certificates of НУЦ РК; the last rows are there to be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

_EMAIL_PROTECTION: Final = "1.3.6.1.5.5.7.3.4"
_CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"
_TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
_OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
_INDIVIDUAL: Final = "1.2.398.3.3.4.1.1"
_ORGANISATION: Final = "1.2.398.3.3.4.1.2"
_HEAD: Final = "1.2.398.3.3.4.1.2.1"
_SIGNER: Final = "1.2.398.3.3.4.1.2.2"
_EMPLOYEE: Final = "1.2.398.3.3.4.1.2.5"
_SYSTEM: Final = "1.2.398.3.3.4.1.2.6"
_DOCUMENTS: Final = frozenset({"digital_signature", "non_repudiation"})
_ANSWERS: Final = frozenset({"digital_signature"})
_LOGIN: Final = frozenset({"digital_signature", "key_encipherment"})
_OF_CITIZENS: Final = (_EMAIL_PROTECTION, _INDIVIDUAL)
_YEAR: Final = timedelta(days=365)
_DAY: Final = timedelta(days=1)


class By(StrEnum):
    """Who issues a certificate."""

    CENTRE = "centre"
    FOREIGNERS = "foreigners"
    """An authority of another country, made for this certificate alone: nobody here believes it."""
    IMPOSTORS = "impostors"
    """The same, but it bears the names of the centre."""


@dataclass(frozen=True)
class Profile:
    """One kind of certificate. `begins` counts from the day of issue; a subject is named by what the flags say."""

    name: str
    key_usage: frozenset[str]
    roles: tuple[str, ...]
    names_person: bool = True
    names_organisation: bool = False
    has_iin: bool = True
    """Whether a named person has an IIN."""
    roles_critical: bool = False
    agrees_on_keys: bool = True
    """Whether a GOST key is for key agreement too, as those of holders are since 2023."""
    has_policy: bool = True
    """Whether the certificate names the policy by which it was issued; those of the centre's services do not."""
    never_revoked: bool = False
    """Nobody asks whether this certificate is revoked (RFC 6960, 4.2.2.2.1)."""
    taken_back: bool = False
    """Whoever issues it on the command line revokes it at once."""
    by: By = By.CENTRE
    begins: timedelta = -_DAY
    lasts: timedelta = _YEAR

    def gost_key_usage(self) -> frozenset[str]:
        """The same for a GOST key, which enciphers nothing."""
        agreement = {"key_agreement"} if self.agrees_on_keys else set()
        return (self.key_usage - {"key_encipherment"}) | agreement


def _person(name: str, *roles: str) -> Profile:
    """A person who signs for an organisation."""
    return Profile(name, _DOCUMENTS, (_EMAIL_PROTECTION, _ORGANISATION, *roles), names_organisation=True)


def _system(name: str) -> Profile:
    """An organisation's information system, which nobody's name stands behind."""
    roles = (_ORGANISATION, _SYSTEM)
    return Profile(name, _DOCUMENTS, roles, names_person=False, names_organisation=True, lasts=3 * _YEAR)


PROFILES: Final = (
    Profile("individual", _DOCUMENTS, _OF_CITIZENS),
    _person("organisation", _SIGNER),
    _person("organisation-head", _HEAD),
    _person("organisation-employee", _EMPLOYEE),
    _system("information-system"),
    # A registry signs the payload of its replies with a system's key of its own.
    _system("registry"),
    # The operator of the data bus signs the messages that it carries.
    _system("bus"),
    # Services of the centre itself have one role, and are called what the system is called.
    Profile(
        "timestamping",
        _DOCUMENTS,
        (_TIME_STAMPING,),
        names_person=False,
        roles_critical=True,
        agrees_on_keys=False,
        has_policy=False,
        lasts=3 * _YEAR,
    ),
    Profile(
        "ocsp-responder",
        _ANSWERS,
        (_OCSP_SIGNING,),
        names_person=False,
        agrees_on_keys=False,
        has_policy=False,
        never_revoked=True,
        lasts=3 * _YEAR,
    ),
    Profile("auth-only", _LOGIN, (_CLIENT_AUTH, _INDIVIDUAL)),
    Profile("expired", _DOCUMENTS, _OF_CITIZENS, begins=-2 * _YEAR),
    Profile("revoked", _DOCUMENTS, _OF_CITIZENS, taken_back=True),
    Profile("foreign", _DOCUMENTS, (_EMAIL_PROTECTION,), has_iin=False, by=By.FOREIGNERS),
    Profile("impostor", _DOCUMENTS, _OF_CITIZENS, by=By.IMPOSTORS),
)

BY_NAME: Final = {row.name: row for row in PROFILES}
