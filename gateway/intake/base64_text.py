"""Base64 in a body: the one canonical form of RFC 4648, so that two texts never stand for the same bytes."""

from __future__ import annotations

import base64
import binascii

from contracts.errors import MalformedInput, Problem


def read_base64(text: str, pointer: str) -> bytes:
    """The bytes; raises MalformedInput at `pointer` where there are none, or the text is not base64."""
    if not text:
        raise MalformedInput(problems=(Problem("missing-field", pointer, "the field is missing or empty"),))
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    # Bits after the end would let two texts stand for the same bytes.
    if base64.b64encode(data) != text.encode("utf-8", errors="replace"):
        raise MalformedInput(problems=(Problem("malformed-base64", pointer, "the text is not base64 (RFC 4648, 4)"),))
    return data


def read_wrapped_base64(text: str, pointer: str) -> bytes:
    """The same of what signing software wrote, which breaks base64 into lines."""
    return read_base64("".join(text.split()), pointer)
