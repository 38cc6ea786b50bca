"""What of a foreign message is shown: its structure; every text but the protocol's own words is hidden."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 600
"""Characters of an excerpt."""
_HIDDEN: Final = "…"
_TOKEN: Final = re.compile(r"<[^<>]*>|&lt;.*?&gt;|[^<&]+|[<&]", re.DOTALL)
_NAME: Final = re.compile(r"(?:<|&lt;)(?:[\w.-]{1,80}:)?([\w.-]{1,80})")
_ATTRIBUTE: Final = re.compile(r"""([\w.:-]+)(\s*=\s*)("[^"]*"|'[^']*'|&quot;.*?&quot;)""")
_PLAIN: Final = frozenset(
    {
        "faultcode", "faultstring", "errorCode", "errorMessage", "errorDate", "sessionId", "messageId",
        "correlationId", "responseDate", "messageDate", "messageType", "messageState",
    }
)  # fmt: skip
"""Elements whose text is the protocol's, not a person's."""
_PLAIN_ATTRIBUTES: Final = ("xmlns", "xsi:type", "xsi:nil", "mustUnderstand", "Algorithm")
_DIGITS: Final = re.compile(r"(?<![\w-])\d{6,}(?![\w-])")
_MEMBER: Final = re.compile(r'("[\w.-]+"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s{\[\]},]+)')
_FIRST_BYTES: Final = 4


def make_excerpt(body: bytes) -> str:
    """The beginning of a message; of what is neither XML nor JSON only how long it is."""
    text = body.decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        shown = _hide_xml(text[: 20 * LONGEST])
    elif text.startswith(("{", "[")):
        shown = _MEMBER.sub(rf'\1"{_HIDDEN}"', text[: 20 * LONGEST])
    elif not body:
        return "(nothing)"
    else:
        return f"({len(body)} bytes that are neither XML nor JSON, the first are {body[:_FIRST_BYTES].hex(' ')})"
    shown = re.sub(r"\s+", " ", shown)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def hide_numbers(text: str) -> str:
    """Without what may be somebody's number; parts of a GUID stay."""
    return _DIGITS.sub(_HIDDEN, text)


def _hide_xml(text: str) -> str:
    out: list[str] = []
    name = ""
    for token in _TOKEN.findall(text):
        if token.startswith(("<", "&lt;")) and len(token) > 1:
            found = _NAME.match(token)
            name = found[1] if found else ""
            out.append(_ATTRIBUTE.sub(_hide_attribute, token) if found else token if token.startswith("</") else "")
        elif token.strip():
            out.append(hide_numbers(token) if name in _PLAIN else _HIDDEN)
    return re.sub(f"{_HIDDEN}+", _HIDDEN, "".join(out))


def _hide_attribute(found: re.Match[str]) -> str:
    if found[1].startswith(_PLAIN_ATTRIBUTES):
        return found[0]
    return f'{found[1]}="{_HIDDEN}"'
