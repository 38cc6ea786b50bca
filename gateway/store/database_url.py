"""The address of a database as SQLAlchemy names it, read; nothing of it is told where it cannot be, for it holds a
password."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from contracts.errors import SettingInvalid

_POSTGRESQL = "postgresql"
_BOUNDS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "connect_timeout": 5,
        "tcp_user_timeout": 20_000,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
)
"""Of every connection: seconds to connect; milliseconds until a peer that acknowledges nothing is given up; seconds
until one is asked whether it is there, and how often: who waits for an answer sends nothing to be acknowledged."""


def read_database_url(text: str) -> URL:
    """Raises SettingInvalid."""
    try:
        parsed = make_url(text)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        # Without its cause, against the rule: the text of that is a piece of the address, which may be the password.
        raise SettingInvalid("ASP_DATABASE_URL cannot be read; a password's @ : / and % are written as %40 …") from None
    if backend == _POSTGRESQL and not parsed.database:
        raise SettingInvalid("ASP_DATABASE_URL names no database: the role's own would be taken")
    return parsed


def find_bounds(url: URL) -> dict[str, Any]:
    """Of a connection to PostgreSQL, by the driver's names: those that the address itself does not set."""
    return {name: value for name, value in _BOUNDS.items() if name not in url.query}
