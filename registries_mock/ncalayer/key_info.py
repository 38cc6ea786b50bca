"""What NCALayer tells of a key: the twelve fields of `getKeyInfo`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from asn1crypto import pem

from signing.algorithms import GOST_2004, GOST_2015_256, GOST_2015_512, RSA_SHA256
from signing.certificates import Certificate
from signing.keys import SigningKey

_COMMON_NAME: Final = "2.5.4.3"
_SYMBOLS: Final = {
    _COMMON_NAME: "CN", "2.5.4.4": "SURNAME", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L",
    "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.42": "GIVENNAME", "1.2.840.113549.1.9.1": "E",
}  # fmt: skip
_ALGORITHMS: Final = {
    RSA_SHA256.name: "RSA",
    GOST_2004.name: "ECGOST34310",
    GOST_2015_256.name: "ECGOST3410-2015-256",
    GOST_2015_512.name: "ECGOST3410-2015-512",
}
_ESCAPED: Final = frozenset(',"\\+<>;=')


def describe_key(key: SigningKey) -> dict[str, str]:
    """All of it is text, the moments too: milliseconds since 1970."""
    certificate = key.certificate
    own_id = (certificate.subject_key_id or b"").hex()
    return {
        "alias": own_id,
        "keyId": own_id,
        "algorithm": _ALGORITHMS[key.suite.name],
        "subjectCn": _find_name(certificate.subject),
        "subjectDn": _write_name(certificate.subject),
        "issuerCn": _find_name(certificate.issuer),
        "issuerDn": _write_name(certificate.issuer),
        "serialNumber": f"{certificate.serial_number:x}",
        "certNotAfter": _count_milliseconds(certificate.not_after),
        "certNotBefore": _count_milliseconds(certificate.not_before),
        "authorityKeyIdentifier": (certificate.authority_key_id or b"").hex(),
        "pem": write_pem(certificate),
    }


def write_pem(certificate: Certificate) -> str:
    """The certificate in PEM, with line feeds."""
    armoured: bytes = pem.armor("CERTIFICATE", certificate.der)
    return armoured.decode("ascii")


def _find_name(pairs: Iterable[tuple[str, str]]) -> str:
    return next((value for oid, value in pairs if oid == _COMMON_NAME), "")


def _write_name(pairs: Iterable[tuple[str, str]]) -> str:
    """In the certificate's order, with commas and no spaces."""
    return ",".join(f"{_SYMBOLS.get(oid, oid)}={_escape(value)}" for oid, value in pairs)


def _escape(value: str) -> str:
    return "".join(f"\\{letter}" if letter in _ESCAPED else letter for letter in value)


def _count_milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp()) * 1000)
