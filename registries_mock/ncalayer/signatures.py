"""The signatures that both modules make: CMS over bytes or their digest, and enveloped XML signatures."""

from __future__ import annotations

from asn1crypto import pem

from registries_mock.ncalayer.errors import Impossible
from signing.base64_text import from_base64
from signing.errors import DocumentUnsignable, SignatureRefused
from signing.keys import SigningKey
from signing.xml_safety import parse_safely
from signing.xmldsig.signing import add_signature, sign_enveloped

_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'


def decode(text: str) -> bytes:
    """The bytes in base64; raises Impossible."""
    try:
        return from_base64(text.encode("ascii"))
    except (ValueError, UnicodeEncodeError) as failure:
        raise Impossible("java.lang.IllegalArgumentException: unable to decode base64") from failure


def armour(message: bytes) -> str:
    """A CMS message in PEM, as basics gives it."""
    armoured: bytes = pem.armor("CMS", message)
    return armoured.decode("ascii")


def check_xml(document: str) -> None:
    """Refuse what no XML signature can be put into, before anybody is asked for a key; raises Impossible."""
    try:
        parse_safely(document.encode("utf-8"))
    except SignatureRefused as refusal:
        raise _unparsed(refusal.reason) from refusal


def sign_xml(document: str, key: SigningKey) -> str:
    """The document with one more signature, over all that is in it; raises Impossible."""
    data = document.encode("utf-8")
    try:
        try:
            signed = add_signature(data, key)
        except DocumentUnsignable:
            signed = sign_enveloped(data, key)
    except DocumentUnsignable as failure:
        raise _unparsed(str(failure)) from failure
    return _PROLOGUE + signed.decode("utf-8")


def _unparsed(reason: str) -> Impossible:
    return Impossible(f"org.xml.sax.SAXParseException; {reason}")
