"""How the driver itself is told of a PostgreSQL that is named as SQLAlchemy names it."""

from __future__ import annotations

from typing import Any

from psycopg.conninfo import make_conninfo

from gateway.store.database_url import read_database_url

_BOUNDS: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 20_000}
"""Seconds to connect; milliseconds until a peer that acknowledges nothing is given up."""


def write_conninfo(url: str) -> str:
    """The driver's words for an SQLAlchemy URL; they hold the password. Raises SettingInvalid."""
    parsed = read_database_url(url)
    _, told = parsed.get_dialect()().create_connect_args(parsed)
    return make_conninfo("", **(_BOUNDS | dict(told)))
