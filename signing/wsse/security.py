"""The wsse:Security header: the one signature in it, which covers the Body that is read and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from signing.certificates import Certificate
from signing.wsse.envelopes import IDS, Envelope, find_attributes, find_named
from signing.wsse.key_info import NUMBERED, IssuerSerial, read_key_info
from signing.wsse.names import SECURITY
from signing.xml_safety import malformed_xml
from signing.xmldsig import names as ds
from signing.xmldsig.canonical import write_exclusive
from signing.xmldsig.mathematics import SignatureParts
from signing.xmldsig.shapes import read_bytes, read_children
from signing.xmldsig.signed_info import Profile, read_signed_info

PROFILE: Final = Profile(canonical_form=ds.EXCLUSIVE, transforms=frozenset({(ds.EXCLUSIVE,)}), exclusive=True)
_FRAGMENT: Final = re.compile(r"#([A-Za-z_][A-Za-z0-9_.\-]{0,199})")
_FLAGS: Final = frozenset({None, "0", "1", "true", "false"})


@dataclass(frozen=True)
class Security:
    """The signature of a message; `covered` holds the canonical bytes of its Body."""

    parts: SignatureParts
    named: Certificate | IssuerSerial
    covered: bytes = field(repr=False)


def read_security(envelope: Envelope) -> Security:
    """Read the signature, or raise SignatureRefused for any other shape of the message."""
    signature = _find_signature(envelope)
    info, value, key_info = read_children(
        signature, (ds.SIGNED_INFO, ds.SIGNATURE_VALUE, ds.KEY_INFO), allowed=NUMBERED
    )
    signed_info = read_signed_info(info, PROFILE)
    _check_covers_body(envelope, signed_info.reference)
    return Security(
        parts=SignatureParts(
            info=signed_info, canonical=write_exclusive(info, signed_info.own_prefixes), value=read_bytes(value)
        ),
        named=read_key_info(key_info),
        covered=write_exclusive(envelope.body, signed_info.covered_prefixes),
    )


def _find_signature(envelope: Envelope) -> etree._Element:
    """By local name and in the whole Header, so that nothing hides there under another namespace or for another actor.

    Signatures inside the Body are the payload's own, and covered like all of it.
    """
    if find_named(envelope, "Envelope", "Body"):
        raise malformed_xml("The Header holds a second Envelope or Body.")
    found = find_named(envelope, "Security")
    if len(found) != 1 or found[0].tag != SECURITY or found[0].getparent() is not envelope.header:
        raise malformed_xml("The Header does not hold exactly one Security element.")
    security = found[0]
    must_understand = f"{{{envelope.soap}}}mustUnderstand"
    (signature,) = read_children(security, (ds.SIGNATURE,), allowed=frozenset({must_understand}))
    if security.get(must_understand) not in _FLAGS:
        raise malformed_xml("The Security element is marked in a way that is not known.")
    if find_named(envelope, "Signature") != [signature]:
        raise malformed_xml("The Header does not hold exactly one signature.")
    return signature


def _check_covers_body(envelope: Envelope, reference: str) -> None:
    """Refuse unless the reference can mean the one Body alone, whichever attribute a program takes for identifiers."""
    fragment = _FRAGMENT.fullmatch(reference)
    if fragment is None:
        raise malformed_xml("The signature does not refer to a part of the message.")
    owners = find_attributes(envelope, fragment[1])
    if len(owners) != 1:
        raise malformed_xml("The identifier that the signature refers to is not there exactly once.")
    name, element = owners[0]
    if element is not envelope.body or name not in IDS:
        raise malformed_xml("The signature does not cover the Body of the message.")
