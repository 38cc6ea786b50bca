"""How a certificate names its holder: the attributes of real certificates, in their order."""

from __future__ import annotations

from typing import Final

from asn1crypto import core, x509

from registries_mock.ca.errors import SubjectInvalid
from registries_mock.ca.profiles import By, Profile
from registries_mock.ca.subjects import Subject, check_bin, check_iin

_COMMON_NAME: Final = "2.5.4.3"
_SURNAME: Final = "2.5.4.4"
_SERIAL_NUMBER: Final = "2.5.4.5"
_COUNTRY: Final = "2.5.4.6"
_ORGANISATION: Final = "2.5.4.10"
_ORGANISATIONAL_UNIT: Final = "2.5.4.11"
_GIVEN_NAME: Final = "2.5.4.42"
_KAZAKHSTAN: Final = "KZ"
FOREIGN_COUNTRY: Final = "XX"
"""Left to users by ISO 3166: no country's."""
# The others are UTF8String (X.520 leaves these two no choice).
_PRINTABLE: Final = frozenset({_SERIAL_NUMBER, _COUNTRY})
# RFC 5280, appendix A.1: the bound of common names and of what an organisation is called.
_MAX_LETTERS: Final = 64


def name_subject(profile: Profile, subject: Subject) -> x509.Name:
    """The holder's name; SubjectInvalid where a number is missing or wrong, or a name does not fit."""
    attributes: list[tuple[str, str]] = []
    if profile.names_person:
        attributes += [(_COMMON_NAME, f"{subject.surname} {subject.name}"), (_SURNAME, subject.surname)]
        if profile.has_iin:
            attributes.append((_SERIAL_NUMBER, f"IIN{_check_person(subject)}"))
    else:
        attributes.append((_COMMON_NAME, subject.system))
    attributes.append((_COUNTRY, FOREIGN_COUNTRY if profile.by is By.FOREIGNERS else _KAZAKHSTAN))
    if profile.names_organisation:
        if subject.bin is None:
            raise SubjectInvalid("a certificate of this kind needs a BIN")
        check_bin(subject.bin)
        attributes += [(_ORGANISATION, subject.organisation), (_ORGANISATIONAL_UNIT, f"BIN{subject.bin}")]
    if profile.names_person and subject.patronymic:
        # The attribute for given names holds the patronymic.
        attributes.append((_GIVEN_NAME, subject.patronymic))
    if not all(0 < len(value) <= _MAX_LETTERS for _, value in attributes):
        raise SubjectInvalid("a name of the subject is empty or too long")
    return _write(attributes)


def name_authority(common_name: str, country: str = _KAZAKHSTAN) -> x509.Name:
    """The name of one of the centre's own authorities, or of another country's."""
    return _write([(_COMMON_NAME, common_name), (_ORGANISATION, "Registries Mock"), (_COUNTRY, country)])


def _check_person(subject: Subject) -> str:
    if subject.iin is None:
        raise SubjectInvalid("a certificate of this kind needs an IIN")
    check_iin(subject.iin)
    return subject.iin


def _write(attributes: list[tuple[str, str]]) -> x509.Name:
    return x509.Name("", x509.RDNSequence([[_write_attribute(oid, value)] for oid, value in attributes]))


def _write_attribute(oid: str, value: str) -> x509.NameTypeAndValue:
    if oid in _PRINTABLE:
        text = x509.DirectoryString("printable_string", core.PrintableString(value))
    else:
        text = x509.DirectoryString("utf8_string", core.UTF8String(value))
    return x509.NameTypeAndValue({"type": oid, "value": text})
