"""How a signature names its certificate: by carrying it, or by issuer and serial number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lxml import etree

from signing.certificates import Certificate
from signing.wsse.issuer_names import write_name
from signing.wsse.names import BASE64, KEY_IDENTIFIER, TOKEN_REFERENCE, WSSE, WSU_ID, X509_V3
from signing.xml_safety import malformed_xml
from signing.xmldsig import names as ds
from signing.xmldsig.building import to_base64
from signing.xmldsig.shapes import read_children, read_signer, read_text

# WSS4J numbers its elements; nothing refers to these.
NUMBERED: Final = frozenset({"Id", WSU_ID})
_ATTRIBUTES: Final = frozenset({"EncodingType", "ValueType"})
_SERIAL_NUMBER: Final = re.compile(r"[0-9]{1,50}")


class KeyInfoStyle(StrEnum):
    """Which of the two a signature of ours has."""

    KEY_IDENTIFIER = "key-identifier"
    """The certificate itself, as the clients of SHEP write it."""
    ISSUER_SERIAL = "issuer-serial"
    """Issuer and serial number, as SHEP writes it: the reader must have the certificate."""


@dataclass(frozen=True)
class IssuerSerial:
    """A certificate that is somewhere else."""

    issuer: str
    serial_number: int


def read_key_info(element: etree._Element) -> Certificate | IssuerSerial:
    """What the KeyInfo names, or SignatureRefused for any other way of naming (key values, identifiers, tokens)."""
    (reference,) = read_children(element, (TOKEN_REFERENCE,), allowed=NUMBERED)
    if len(reference) == 1 and reference[0].tag == ds.X509_DATA:
        (data,) = read_children(reference, (ds.X509_DATA,), allowed=NUMBERED)
        return _read_issuer_serial(data)
    (identifier,) = read_children(reference, (KEY_IDENTIFIER,), allowed=NUMBERED)
    certificate = read_signer(identifier, _ATTRIBUTES)
    if (identifier.get("EncodingType"), identifier.get("ValueType")) != (BASE64, X509_V3):
        raise malformed_xml("The key identifier is not a certificate in base64.")
    return certificate


def append_key_info(element: etree._Element, certificate: Certificate, style: KeyInfoStyle) -> None:
    """Name the certificate inside the empty ds:KeyInfo."""
    reference = etree.SubElement(element, TOKEN_REFERENCE, nsmap={"wsse": WSSE})
    if style is KeyInfoStyle.KEY_IDENTIFIER:
        identifier = etree.SubElement(reference, KEY_IDENTIFIER, EncodingType=BASE64, ValueType=X509_V3)
        identifier.text = to_base64(certificate.der)
        return
    pair = etree.SubElement(etree.SubElement(reference, ds.X509_DATA), ds.X509_ISSUER_SERIAL)
    etree.SubElement(pair, ds.X509_ISSUER_NAME).text = write_name(certificate.issuer)
    etree.SubElement(pair, ds.X509_SERIAL_NUMBER).text = str(certificate.serial_number)


def _read_issuer_serial(data: etree._Element) -> IssuerSerial:
    (pair,) = read_children(data, (ds.X509_ISSUER_SERIAL,))
    issuer, serial_number = read_children(pair, (ds.X509_ISSUER_NAME, ds.X509_SERIAL_NUMBER))
    digits = read_text(serial_number).strip()
    if not _SERIAL_NUMBER.fullmatch(digits):
        raise malformed_xml("The serial number in the signature is not a number.")
    return IssuerSerial(issuer=read_text(issuer).strip(), serial_number=int(digits))
