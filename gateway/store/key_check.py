"""Whether a sealing key is the one that a database was written with: another would leave it half readable.

The first process seals a word with its key, and every other opens it: so two that begin an empty database with keys of
their own do not both write into it.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from contracts.errors import SettingInvalid, StoreUnavailable
from gateway.store.database import Database
from gateway.store.reaching import reach
from gateway.store.sealing import Sealer
from gateway.store.sealing_tables import sealing
from gateway.store.tables import applications

_NAME = "key"
_CONTEXT = "sealing:key:sealed"
_WORD = b"asp-gateway"


def refuse_other_key(database: Database, sealer: Sealer) -> None:
    """Raises SettingInvalid where the database was written with another key; an empty one is this key's from now on."""
    with database.read() as connection:
        known = _is_known(connection)
        fits = _fits(connection, sealer)
    if not fits:
        raise SettingInvalid("ASP_KEY_FILE is not the key that this database was written with")
    if known:
        return

    def change(connection: Connection) -> None:
        try:
            with connection.begin_nested():
                connection.execute(insert(sealing).values(name=_NAME, sealed=sealer.seal(_WORD, _CONTEXT)))
        except IntegrityError:
            # Another process was first: whether by the same key is seen below.
            return

    database.write(change)
    refuse_other_key(database, sealer)


def has_key(database: Database) -> bool:
    """Whether anybody has written into it with a key yet."""
    with database.read() as connection:
        return bool(_list_sealed(connection))


def reach_key(url: str, sealer: Sealer) -> bool:
    """Whether the key fits a database that nobody has opened; one without tables takes any. Nothing is changed.

    Raises StoreUnavailable or SettingInvalid.
    """
    return reach(url, lambda connection: _fits(connection, sealer))


def reach_has_key(url: str) -> bool:
    """The same of `has_key`."""
    return reach(url, lambda connection: bool(_list_sealed(connection)))


def _fits(connection: Connection, sealer: Sealer) -> bool:
    try:
        for sealed, context in _list_sealed(connection):
            sealer.open(sealed, context)
    except StoreUnavailable:
        return False
    return True


def _list_sealed(connection: Connection) -> list[tuple[bytes, str]]:
    """The word, and the first application's verdict: there are databases that were written before there was a word."""
    tables, a = inspect(connection), applications.c
    found: list[tuple[bytes, str]] = []
    if tables.has_table(sealing.name):
        found += [(row.sealed, _CONTEXT) for row in connection.execute(select(sealing.c.sealed))]
    if tables.has_table(applications.name):
        first = connection.execute(select(a.id, a.sealed_verdict).order_by(a.seq).limit(1)).one_or_none()
        found += [(first.sealed_verdict, f"applications:{first.id}:verdict")] if first else []
    return found


def _is_known(connection: Connection) -> bool:
    return connection.execute(select(sealing.c.name)).first() is not None
