"""One X.509 certificate as frozen facts, read strictly and by object identifiers, never by the text of a name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from asn1crypto import core as asn1
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509

from signing.asn1_bounds import check_identifiers
from signing.asn1_classes import prepare_classes
from signing.errors import CertificateUnreadable

MAX_CERTIFICATE_BYTES: Final = 64 * 1024
MAX_CERTIFICATE_FILE_BYTES: Final = 2 * MAX_CERTIFICATE_BYTES
"""In PEM, with what people write around it."""
# Those of НУЦ РК have up to 90 elements, names of 180 bytes and extensions of 220. A message brings many certificates,
# and the decoder is slow with e-mail addresses and with lists of flags or identifiers.
_MAX_ELEMENTS: Final = 500
_MAX_NAME_BYTES: Final = 4096
_MAX_EXTENSION_BYTES: Final = 2048
_NO_PARAMETERS: Final = (b"", b"\x05\x00")

BASIC_CONSTRAINTS: Final = "2.5.29.19"
KEY_USAGE: Final = "2.5.29.15"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"
_SUBJECT_KEY_ID: Final = "2.5.29.14"
_AUTHORITY_KEY_ID: Final = "2.5.29.35"
_SHORT: Final = {"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.7": "L", "2.5.4.8": "ST"}
_SPECS: Final[Mapping[str, Any]] = {
    BASIC_CONSTRAINTS: asn1_x509.BasicConstraints,
    KEY_USAGE: asn1_x509.KeyUsage,
    EXTENDED_KEY_USAGE: asn1_x509.ExtKeyUsageSyntax,
    _SUBJECT_KEY_ID: asn1.OctetString,
    _AUTHORITY_KEY_ID: asn1_x509.AuthorityKeyIdentifier,
}


class Role(StrEnum):
    """Who may use the key, by extended key usage of the Kazakh authority (НУЦ РК)."""

    INDIVIDUAL = "1.2.398.3.3.4.1.1"
    INDIVIDUAL_SYSTEM = "1.2.398.3.3.4.1.1.1"
    ORGANISATION = "1.2.398.3.3.4.1.2"
    ORGANISATION_HEAD = "1.2.398.3.3.4.1.2.1"
    ORGANISATION_SIGNER = "1.2.398.3.3.4.1.2.2"
    ORGANISATION_FINANCE = "1.2.398.3.3.4.1.2.3"
    ORGANISATION_PERSONNEL = "1.2.398.3.3.4.1.2.4"
    ORGANISATION_EMPLOYEE = "1.2.398.3.3.4.1.2.5"
    ORGANISATION_SYSTEM = "1.2.398.3.3.4.1.2.6"

    @property
    def label(self) -> str:
        """The name in records: kebab-case."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. `subject` and `issuer` pair object identifiers with values, in order; the names are the
    exact DER bytes, and alone are compared."""

    der: bytes = field(repr=False)
    serial_number: int
    issuer_name: bytes = field(repr=False)
    subject_name: bytes = field(repr=False)
    subject: tuple[tuple[str, str], ...] = field(repr=False)
    issuer: tuple[tuple[str, str], ...] = field(repr=False)
    not_before: datetime
    not_after: datetime
    public_key_info: bytes = field(repr=False)
    signature_oid: str
    signed_part: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    is_authority: bool
    path_length: int | None
    key_usage: frozenset[str]
    extended_key_usage: frozenset[str]
    critical_extensions: frozenset[str]

    def __hash__(self) -> int:
        # All else is read from the DER: what is kept by certificate is found without going over twenty fields.
        return hash(self.der)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.der).hexdigest()

    @property
    def roles(self) -> tuple[Role, ...]:
        """The known roles, in the order of the list above; a child of the system role counts as that role."""
        return tuple(role for role in Role if any(_plays(oid, role) for oid in self.extended_key_usage))

    @property
    def issuer_text(self) -> str:
        """The issuer's name for a person to read, in the certificate's order; never compared."""
        return ", ".join(f"{_SHORT.get(oid, oid)}={value}" for oid, value in self.issuer)

    @property
    def is_self_issued(self) -> bool:
        return self.issuer_name == self.subject_name

    def values(self, oid: str) -> tuple[str, ...]:
        """All values of the subject's attribute, in order."""
        return tuple(value for key, value in self.subject if key == oid)


def read_certificate(data: bytes) -> Certificate:
    """Read one certificate, DER or PEM, or raise CertificateUnreadable; trailing bytes are not accepted."""
    if len(data) > MAX_CERTIFICATE_BYTES:
        raise CertificateUnreadable("the certificate is too large")
    prepare_classes()
    # The decoder meets hostile bytes with many kinds of exceptions; each of them means the same here.
    try:
        return _read(_unarmour(data))
    except CertificateUnreadable:
        raise
    except Exception as failure:
        raise CertificateUnreadable("the certificate is not well-formed") from failure


def _unarmour(data: bytes) -> bytes:
    if not pem.detect(data):
        return data
    blocks = list(pem.unarmor(data, multiple=True))
    if len(blocks) != 1 or blocks[0][0] != "CERTIFICATE":
        raise CertificateUnreadable("the PEM text does not hold exactly one certificate")
    return bytes(blocks[0][2])


def _read(der: bytes) -> Certificate:
    check_identifiers(der, max_elements=_MAX_ELEMENTS)
    outer = asn1_x509.Certificate.load(der, strict=True)
    part = outer["tbs_certificate"]
    # Absent and NULL parameters mean the same, so only the identifiers are compared.
    algorithms = (outer["signature_algorithm"], part["signature"])
    if len({one["algorithm"].dotted for one in algorithms}) != 1:
        raise CertificateUnreadable("the two signature algorithms of the certificate differ")
    # The outer ones are not signed: nothing may be written there.
    if any(one["parameters"].dump() not in _NO_PARAMETERS for one in algorithms):
        raise CertificateUnreadable("a signature algorithm of the certificate has parameters")
    if part["version"].native != "v3" or part["serial_number"].native <= 0:
        raise CertificateUnreadable("the certificate is not of version 3 with a positive serial number")
    # The second decoder insists on DER, where the first one reads on.
    second_reader = x509.load_der_x509_certificate(der)
    extensions, critical = _extensions(part)
    constraints = extensions.get(BASIC_CONSTRAINTS)
    authority = extensions.get(_AUTHORITY_KEY_ID)
    return Certificate(
        der=der,
        serial_number=part["serial_number"].native,
        issuer_name=part["issuer"].dump(),
        subject_name=part["subject"].dump(),
        subject=_name_pairs(part["subject"]),
        issuer=_name_pairs(part["issuer"]),
        not_before=second_reader.not_valid_before_utc,
        not_after=second_reader.not_valid_after_utc,
        public_key_info=part["subject_public_key_info"].dump(),
        signature_oid=outer["signature_algorithm"]["algorithm"].dotted,
        signed_part=second_reader.tbs_certificate_bytes,
        signature=second_reader.signature,
        subject_key_id=extensions[_SUBJECT_KEY_ID].native if _SUBJECT_KEY_ID in extensions else None,
        authority_key_id=authority["key_identifier"].native if authority is not None else None,
        is_authority=bool(constraints is not None and constraints["ca"].native),
        path_length=constraints["path_len_constraint"].native if constraints is not None else None,
        key_usage=frozenset(extensions[KEY_USAGE].native) if KEY_USAGE in extensions else frozenset(),
        extended_key_usage=frozenset(oid.dotted for oid in extensions.get(EXTENDED_KEY_USAGE, ())),
        critical_extensions=critical,
    )


def _name_pairs(name: Any) -> tuple[tuple[str, str], ...]:
    if len(name.dump()) > _MAX_NAME_BYTES:
        raise CertificateUnreadable("a name in the certificate is too long")
    return tuple((pair["type"].dotted, str(pair["value"].native)) for names in name.chosen for pair in names)


def _extensions(part: Any) -> tuple[dict[str, Any], frozenset[str]]:
    known: dict[str, Any] = {}
    seen: list[str] = []
    critical: set[str] = set()
    for extension in part["extensions"] or ():
        oid = extension["extn_id"].dotted
        seen.append(oid)
        if extension["critical"].native:
            critical.add(oid)
        if oid in _SPECS:
            # Read from the raw value: the library's own table fails on extensions with an empty value.
            known[oid] = _read_extension(_SPECS[oid], extension["extn_value"].contents)
    if len(seen) != len(set(seen)):
        raise CertificateUnreadable("an extension is given twice")
    return known, frozenset(critical)


def _read_extension(spec: Any, value: bytes) -> Any:
    if len(value) > _MAX_EXTENSION_BYTES:
        raise CertificateUnreadable("an extension of the certificate is too long")
    check_identifiers(value, max_elements=_MAX_ELEMENTS)
    return spec.load(value, strict=True)


def _plays(oid: str, role: Role) -> bool:
    return oid == role.value or (role is Role.ORGANISATION_SYSTEM and oid.startswith(role.value + "."))
