"""An issuer's name as text (RFC 4514), written as the standard says and read as other software writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from asn1crypto import core

Pairs = Iterable[tuple[str, str]]
"""(object identifier, value), in the certificate's order."""

_WRITTEN: Final = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
# What Java, .NET and OpenSSL write beside those.
_READ: Final = {name: oid for oid, name in _WRITTEN.items()} | {
    "S": "2.5.4.8",
    "SN": "2.5.4.4",
    "SURNAME": "2.5.4.4",
    "SERIALNUMBER": "2.5.4.5",
    "T": "2.5.4.12",
    "TITLE": "2.5.4.12",
    "G": "2.5.4.42",
    "GN": "2.5.4.42",
    "GIVENNAME": "2.5.4.42",
    "E": "1.2.840.113549.1.9.1",
    "EMAIL": "1.2.840.113549.1.9.1",
    "EMAILADDRESS": "1.2.840.113549.1.9.1",
}
_MAX_LENGTH: Final = 4096
_OID: Final = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_PART: Final = re.compile(r'([^=,;+"\\]+)=(\s*"(?:[^"\\]|\\.)*"\s*|(?:[^,;+"\\]|\\.)*)(?:[,;+]|\Z)', re.DOTALL)
_PIECE: Final = re.compile(r"\\([0-9A-Fa-f]{2})|\\(.)|([^\\]+)", re.DOTALL)
_SPECIAL: Final = re.compile(r'([,+"\\<>;=])')

Comparable = tuple[tuple[str, str], ...]


def write_name(pairs: Pairs) -> str:
    """The name from its last part to its first; what has no short name is a number, with its value in DER."""
    return ",".join(_write_part(oid, value) for oid, value in reversed(list(pairs)))


def read_name(text: str) -> Comparable | None:
    """The name for comparison, or None where the text is none.

    The order of the parts, the case of letters and the width of spaces do not count: programs differ in them, and what
    is found by a name has still to match the signature.
    """
    if len(text) > _MAX_LENGTH:
        return None
    pairs: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        part = _PART.match(text, place)
        pair = _read_part(part[1], part[2]) if part else None
        if part is None or pair is None:
            return None
        pairs.append(pair)
        place = part.end()
    return make_comparable(pairs) if pairs else None


def make_comparable(pairs: Pairs) -> Comparable:
    """The name as `read_name` gives it."""
    return tuple(sorted((oid, " ".join(value.split()).casefold()) for oid, value in pairs))


def _write_part(oid: str, value: str) -> str:
    if oid not in _WRITTEN:
        return f"{oid}=#{core.UTF8String(value).dump().hex()}"
    escaped = _SPECIAL.sub(r"\\\1", value)
    if escaped.startswith((" ", "#")):
        escaped = "\\" + escaped
    if escaped.endswith(" "):
        escaped = escaped[:-1] + "\\ "
    return f"{_WRITTEN[oid]}={escaped}"


def _read_part(name: str, value: str) -> tuple[str, str] | None:
    key = name.strip().upper().removeprefix("OID.")
    oid = key if _OID.fullmatch(key) else _READ.get(key)
    text = _read_value(value.strip())
    return None if oid is None or text is None else (oid, text)


def _read_value(value: str) -> str | None:
    try:
        if value.startswith("#"):
            return str(core.load(bytes.fromhex(value[1:]), strict=True).native)
        if value.startswith('"'):
            value = value[1:-1]
        pieces = (
            bytes.fromhex(piece[1]) if piece[1] else (piece[2] or piece[3]).encode() for piece in _PIECE.finditer(value)
        )
        return b"".join(pieces).decode()
    except (ValueError, TypeError):
        return None
