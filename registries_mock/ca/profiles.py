"""The kinds of certificates that the centre issues, as rows: who is named, what the key may do, how long it lasts.

Key usages, roles and subjects are those seen in certificates of НУЦ РК; "expired" and "auth-only" are for refusals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
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
    roles_critical: bool = False
    agrees_on_keys: bool = True
    """Whether a GOST key is for key agreement too, as those of holders are since 2023."""
    never_revoked: bool = False
    """Nobody asks whether this certificate is revoked (RFC 6960, 4.2.2.2.1)."""
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


def _service(name: str, role: str, *, never_revoked: bool = False) -> Profile:
    """A service of the centre itself: its one role is critical, and its name is the system's."""
    return Profile(
        name,
        _DOCUMENTS,
        (role,),
        names_person=False,
        roles_critical=True,
        agrees_on_keys=False,
        never_revoked=never_revoked,
        lasts=3 * _YEAR,
    )


PROFILES: Final = (
    Profile("individual", _DOCUMENTS, (_EMAIL_PROTECTION, _INDIVIDUAL)),
    _person("organisation", _SIGNER),
    _person("organisation-head", _HEAD),
    _person("organisation-employee", _EMPLOYEE),
    _system("information-system"),
    # A registry signs the payload of its replies with a system's key of its own.
    _system("registry"),
    # The operator of the data bus signs the messages that it carries.
    _system("bus"),
    _service("timestamping", _TIME_STAMPING),
    _service("ocsp-responder", _OCSP_SIGNING, never_revoked=True),
    Profile("auth-only", _LOGIN, (_CLIENT_AUTH, _INDIVIDUAL)),
    Profile("expired", _DOCUMENTS, (_EMAIL_PROTECTION, _INDIVIDUAL), begins=-2 * _YEAR),
)

BY_NAME: Final = {row.name: row for row in PROFILES}
