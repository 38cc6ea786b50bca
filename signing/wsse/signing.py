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
from signing.wsse.envelopes import IDS, Envelope, count_written, find_attributes, find_named, read_envelope
from signing.wsse.header_text import write_security
from signing.wsse.key_info import KeyInfoStyle
from signing.wsse.names import WSU, WSU_ID
from signing.xml_safety import parse_safely
from signing.xmldsig.canonical import write_exclusive

__all__ = ["KeyInfoStyle", "make_id", "sign_envelope"]

_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,199}")
_MARK: Final = "signature"
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
        parts = read_envelope(envelope, parse_safely(envelope))
        _check_unsigned(parts)
        identifier = new_id()
        _number(parts, identifier)
        covered = write_exclusive(parts.body)
    except SignatureRefused as refusal:
        raise DocumentUnsignable(refusal.reason) from refusal
    mark = _mark_place(parts, identifier)
    security = write_security(key, key_info, soap=parts.soap, identifier=identifier, covered=covered)
    # Once, after the digest was taken from this same tree: what is serialised has the same canonical form.
    text = etree.tostring(parts.root.getroottree(), encoding="UTF-8", xml_declaration=False)
    before, _, after = text.partition(mark)
    if mark in after:
        raise DocumentUnsignable("The new identifier is not fit for use, or is there already.")
    return b"".join(
        (_DECLARATION, before, security if parts.header is not None else _write_header(parts, security), after)
    )


def _check_unsigned(envelope: Envelope) -> None:
    if find_named(envelope, "Security", "Signature"):
        raise DocumentUnsignable("The envelope is signed already.")
    if not IDS.isdisjoint(str(name) for name in envelope.body.attrib):
        raise DocumentUnsignable("The Body has an identifier already.")


def _number(envelope: Envelope, identifier: str) -> None:
    if not _ID.fullmatch(identifier) or (
        count_written(envelope, identifier) != 0 and find_attributes(envelope, identifier)
    ):
        raise DocumentUnsignable("The new identifier is not fit for use, or is there already.")
    _name_prefix()
    envelope.body.set(WSU_ID, identifier)


def _mark_place(envelope: Envelope, identifier: str) -> bytes:
    """Put a mark into the tree where the signature will stand, and return what becomes of the mark in the text."""
    mark = etree.ProcessingInstruction(_MARK, identifier)
    if envelope.header is None:
        envelope.body.addprevious(mark)
    else:
        envelope.header.append(mark)
    return f"<?{_MARK} {identifier}?>".encode("ascii")


def _write_header(envelope: Envelope, security: bytes) -> bytes:
    """A Header by the prefix that the Envelope has."""
    prefix = envelope.root.prefix
    name = b"Header" if prefix is None else prefix.encode() + b":Header"
    return b"<%b>%b</%b>" % (name, security, name)


@cache
def _name_prefix() -> None:
    """Have lxml call the namespace wsu: it has no other way to name the prefix of an attribute that is added."""
    etree.register_namespace("wsu", WSU)
