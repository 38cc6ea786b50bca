"""Base64 read strictly: white space is ignored, everything else must be what an encoder would have written."""

from __future__ import annotations

import binascii


def from_base64(text: bytes) -> bytes:
    """The bytes that `text` stands for, or ValueError. Java writes carriage returns into it, so white space goes."""
    compact = b"".join(text.split())
    try:
        decoded = binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error as failure:
        raise ValueError("the text is not base64") from failure
    if binascii.b2a_base64(decoded, newline=False) != compact:
        raise ValueError("the text is not canonical base64")
    return decoded
