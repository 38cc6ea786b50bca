"""What goes back over HTTP, and SOAP 1.1 envelopes around it: cheap strings, valid by construction and by test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from xml.sax.saxutils import escape

from lxml import etree

from registries_mock.errors import WrongRoot
from registries_mock.payloads.xml_in import child, parse_bytes

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_ENVELOPES: Final = (f"{{{SOAP}}}Envelope", "{http://www.w3.org/2003/05/soap-envelope}Envelope")
XML: Final = "text/xml; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
_MESSAGE_LENGTH: Final = 250


@dataclass(frozen=True)
class Flow:
    """How a body goes over the connection."""

    drip_seconds: float = 0.0
    """All of it in so much time, piece by piece."""
    stall_seconds: float = 0.0
    """The first half, then nothing for so long, then the end of the connection."""
    padding: int = 0
    """So many blanks follow."""


class Sealing(StrEnum):
    """How the bus signs a message, where it signs at all."""

    OWN = "own"
    """With its own key: the signature holds."""
    NONE = "none"
    OTHER_BODY = "other-body"
    """With its own key, over another Body than is sent."""
    OTHER_KEY = "other-key"
    """With its own certificate, and a signature that another key made."""
    OTHER_HOLDER = "other-holder"
    """With the key of another organisation's system, which the same authority vouches for."""
    UNTRUSTED_KEY = "untrusted-key"
    """With a key that bears its name, and that nobody vouches for."""
    EXPIRED = "expired"
    """With a key of its own whose certificate has ended."""
    REVOKED = "revoked"
    """With a key of its own whose certificate was taken back."""


@dataclass(frozen=True)
class HttpReply:
    """A reply as the server sends it."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = XML
    sealing: Sealing = Sealing.OWN
    dropped: Literal["", "close", "reset"] = ""
    """Nothing is sent: the connection is closed instead, or torn down (RST)."""
    change: Callable[[bytes], bytes] | None = field(default=None, repr=False)
    """What becomes of the body once all is made and signed."""
    flow: Flow | None = None


NO_REPLY: Final = HttpReply(502, b"", dropped="close")
TORN: Final = HttpReply(502, b"", dropped="reset")


def soap_reply(body: str, status: int = 200) -> HttpReply:
    """The body in an envelope."""
    text = f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{body}</soap:Body></soap:Envelope>'
    return HttpReply(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode())


def soap_fault(blame: str, message: str, detail: str = "") -> HttpReply:
    """A fault, which SOAP 1.1 sends with HTTP 500; `blame` is Client or Server."""
    inside = f"<faultcode>soap:{blame}</faultcode><faultstring>{escape(message)}</faultstring>"
    return soap_reply(f"<soap:Fault>{inside}{f'<detail>{detail}</detail>' if detail else ''}</soap:Fault>", 500)


def error_info(code: str, message: str, moment: datetime, session: str) -> str:
    """The content of SHEP's ErrorInfo."""
    date = moment.isoformat(timespec="milliseconds")
    return (
        f"<errorCode>{escape(code)}</errorCode><errorMessage>{escape(message[:_MESSAGE_LENGTH])}</errorMessage>"
        f"<errorDate>{date}</errorDate><sessionId>{escape(session)}</sessionId>"
    )


def body_of(message: bytes) -> etree._Element:
    """The one element in the body of a SOAP message, or some Refused; prefixes, header and Body's Id do not matter."""
    envelope = parse_bytes(message)
    if envelope.tag not in _ENVELOPES:
        raise WrongRoot("the message is not a SOAP envelope")
    body = child(envelope, "Body")
    if body is None or len(body) != 1:
        raise WrongRoot("the SOAP body does not hold one element")
    return body[0]


def root_of(body: etree._Element, names: dict[str, str]) -> str:
    """What `names` (by `{namespace}local`) has for the root; raises WrongRoot for another."""
    found = names.get(str(body.tag))
    if found is None:
        raise WrongRoot("this address does not take such a message")
    return found
