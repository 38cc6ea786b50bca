"""How the bytes of a reply are spoiled on their way, after all that makes and signs it: one row a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from contracts.passport import Passport
from registries_mock.wire import SOAP, Flow, HttpReply

GARBAGE: Final = b"\xff\xfenot what was asked for"
OVERSIZE: Final = 64 * 2**20
"""Bytes of blanks behind an oversized reply: it stays well-formed, whoever reads it to the end."""
_LAUGHS: Final = 9
_FIRST_TAG: Final = re.compile(rb"<(?![?!])[^>]*[^>/?]>|<(?![?!])[^>/]>")
_DECLARATION: Final = re.compile(rb"^<\?xml[^>]*\?>\s*")


Change = Callable[[bytes, Passport], bytes]


def _halve(body: bytes, _: Passport) -> bytes:
    return body[: len(body) // 2]


def _put_bom(body: bytes, _: Passport) -> bytes:
    return b"\xef\xbb\xbf" + body


def _say_other_charset(body: bytes, _: Passport) -> bytes:
    """The bytes are windows-1251, whatever is said of them; where all were ASCII, a comment is not."""
    comment = "<!-- кириллица -->" if body.isascii() and body.lstrip().startswith(b"<") else ""
    return (body.decode() + comment).encode("cp1251", errors="replace")


def _declare_type(body: bytes, _: Passport) -> bytes:
    return _put_doctype(body, b'<!ENTITY who "somebody">')


def _put_bomb(body: bytes, _: Passport) -> bytes:
    """Entities that name ten others each, nine deep, and the last of them in the body."""
    steps = [b'<!ENTITY e0 "ha">']
    for depth in range(1, _LAUGHS + 1):
        steps.append(b'<!ENTITY e%d "%s">' % (depth, b"&e%d;" % (depth - 1) * 10))
    spoiled = _put_doctype(body, b"".join(steps))
    return _FIRST_TAG.sub(lambda tag: tag.group() + b"&e%d;" % _LAUGHS, spoiled, count=1)


def _put_doctype(body: bytes, inside: bytes) -> bytes:
    said = _DECLARATION.match(body)
    at = said.end() if said else 0
    return body[:at] + b"<!DOCTYPE Envelope [" + inside + b"]>" + body[at:]


def _change_envelope(body: bytes, _: Passport) -> bytes:
    return body.replace(SOAP.encode(), SOAP.encode() + b"other/")


def _change_namespaces(body: bytes, passport: Passport) -> bytes:
    """Of the payload, as element or as text."""
    for namespace in passport.namespaces.values():
        body = re.sub(re.escape(namespace.encode()) + rb"(?=[\"'&])", namespace.encode() + b"/other", body)
    return body


CHANGES: Final[Mapping[tuple[str, str], Change]] = MappingProxyType(
    {
        ("truncated", ""): _halve,
        ("bom", ""): _put_bom,
        ("wrong_charset", ""): _say_other_charset,
        ("dtd", ""): _declare_type,
        ("entity_bomb", ""): _put_bomb,
        ("wrong_namespace", "envelope"): _change_envelope,
        ("wrong_namespace", "payload"): _change_namespaces,
    }
)
"""What becomes of the bytes, by kind and variant."""
FLOWS: Final[Mapping[str, Callable[[float], Flow]]] = MappingProxyType(
    {
        "drip": lambda seconds: Flow(drip_seconds=seconds),
        "stall": lambda seconds: Flow(stall_seconds=seconds),
        "oversized": lambda _seconds: Flow(padding=OVERSIZE),
    }
)
"""How the bytes go, by kind."""


def spoil(reply: HttpReply, passport: Passport, kind: str, variant: str, seconds: float) -> HttpReply:
    """The reply with what shall become of its bytes."""
    change = CHANGES.get((kind, variant))
    return replace(
        reply,
        change=(lambda body: change(body, passport)) if change else None,
        flow=FLOWS[kind](seconds) if kind in FLOWS else None,
    )
