"""Base64 read strictly: white space is ignored, everything else must be what an encoder would have written."""

from __future__ import annotations

import base64
import binascii


def from_base64(text: bytes) -> bytes:
    """The bytes that `text` stands for, or ValueError. Java writes carriage returns into it, so white space goes."""
    compact = b"".join(text.split())
    try:
        decoded = base64.b64decode(compact, validate=True)
    except binascii.Error as failure:
        raise ValueError("the text is not base64") from failure
    if base64.b64encode(decoded) != compact:
        raise ValueError("the text is not canonical base64")
    return decoded
