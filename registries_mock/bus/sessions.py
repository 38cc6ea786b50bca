"""SHEP's session ids: a GUID in braces, whatever a client sent."""

from __future__ import annotations

import re
from typing import Final

from registries_mock.ports import NewId

_GUID: Final = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")


def session_of(given: str, new_id: NewId) -> str:
    """The client's session where it sent one (braces are put on), else a new one."""
    found = _GUID.fullmatch(given)
    return f"{{{found[1] if found else new_id()}}}"
