"""A service's own WSDL over HTTP: its file, with the address where it really listens, and the schemas that it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

_ADDRESS: Final = re.compile(r"(<(?:\w+:)?address\s+location=)(\"[^\"]*\"|'[^']*')")
_REFERENCE: Final = re.compile(r'\b((?:schemaLocation|location)=")([\w.-]+\.(wsdl|xsd))(")')


def publish(wsdl: Path, name: str, base_url: str) -> bytes | None:
    """The WSDL (`name` empty) or a file beside it, fit to be served at `base_url`; None where there is none."""
    if name and name not in {one.name for pattern in ("*.xsd", "*.wsdl") for one in wsdl.parent.glob(pattern)}:
        return None
    text = (wsdl.parent / name if name else wsdl).read_text(encoding="utf-8")
    text = _REFERENCE.sub(r"\1?\3=\2\4", text)
    # A function, because a backslash in an address must not be read as a group.
    return _ADDRESS.sub(lambda found: f"{found[1]}{quoteattr(base_url)}", text).encode()
