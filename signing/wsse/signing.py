"""Signing a SOAP message as SHEP wants it: the Body, by one signature in a wsse:Security header."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final
from uuid import uuid4

from lxml import etree

from signing.errors import DocumentUnsignable, SignatureRefused
from signing.keys import SigningKey
from signing.wsse.envelopes import IDS, Envelope, find_attributes, find_named, read_envelope
from signing.wsse.key_info import KeyInfoStyle, append_key_info
from signing.wsse.names import SECURITY, WSSE, WSU, WSU_ID
from signing.xml_safety import parse_safely
from signing.xmldsig import names as ds
from signing.xmldsig.building import append_signature
from signing.xmldsig.canonical import write_exclusive

__all__ = ["KeyInfoStyle", "make_id", "sign_envelope"]

_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,199}")
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>'


def make_id() -> str:
    """An identifier for a Body, as the clients of SHEP write it."""
    return f"id-{uuid4()}"


def sign_envelope(
    envelope: bytes,
    key: SigningKey,
    *,
    new_id: Callable[[], str] = make_id,
    key_info: KeyInfoStyle = KeyInfoStyle.KEY_IDENTIFIER,
) -> bytes:
    """The envelope in UTF-8 with its Body signed; to be sent as it is, and not to be serialised again.

    Raises DocumentUnsignable for what is no SOAP envelope, or is signed or numbered already.
    """
    try:
        parts = read_envelope(parse_safely(envelope))
        _check_unsigned(parts)
        _number(parts, new_id())
        _append_security(parts, key, key_info)
    except SignatureRefused as refusal:
        raise DocumentUnsignable(refusal.reason) from refusal
    # Once, after the digest was taken from this same tree: what is serialised has the same canonical form.
    return _DECLARATION + etree.tostring(parts.root.getroottree(), encoding="UTF-8", xml_declaration=False)


def _check_unsigned(envelope: Envelope) -> None:
    if find_named(envelope, "Security", "Signature"):
        raise DocumentUnsignable("The envelope is signed already.")
    if not IDS.isdisjoint(str(name) for name in envelope.body.attrib):
        raise DocumentUnsignable("The Body has an identifier already.")


def _number(envelope: Envelope, identifier: str) -> None:
    if not _ID.fullmatch(identifier) or find_attributes(envelope, identifier):
        raise DocumentUnsignable("The new identifier is not fit for use, or is there already.")
    _name_prefix()
    envelope.body.set(WSU_ID, identifier)


def _append_security(envelope: Envelope, key: SigningKey, style: KeyInfoStyle) -> None:
    header = envelope.header
    if header is None:
        header = etree.Element(f"{{{envelope.soap}}}Header")
        envelope.body.addprevious(header)
    security = etree.SubElement(header, SECURITY, nsmap={"wsse": WSSE})
    security.set(f"{{{envelope.soap}}}mustUnderstand", "1")
    info = append_signature(
        security,
        key,
        write_exclusive(envelope.body),
        reference=f"#{envelope.body.get(WSU_ID)}",
        transforms=(ds.EXCLUSIVE,),
        canonical_form=ds.EXCLUSIVE,
        write=write_exclusive,
    )
    append_key_info(info, key, style)


@cache
def _name_prefix() -> None:
    """Have lxml call the namespace wsu: it has no other way to name the prefix of an attribute that is added."""
    etree.register_namespace("wsu", WSU)
