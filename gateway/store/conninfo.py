"""How the driver itself is told of a PostgreSQL that is named as SQLAlchemy names it."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo

from gateway.store.database_url import find_bounds, read_database_url


def write_conninfo(url: str) -> str:
    """The driver's words for an SQLAlchemy URL; they hold the password. Raises SettingInvalid."""
    parsed = read_database_url(url)
    _, told = parsed.get_dialect()().create_connect_args(parsed)
    return make_conninfo("", **{**find_bounds(parsed), **told})
