"""Whether a sealing key is the one that a database was written with: another would leave it half readable."""

from __future__ import annotations

from sqlalchemy import select

from contracts.errors import SettingInvalid, StoreUnavailable
from gateway.store.database import Database
from gateway.store.sealing import Sealer
from gateway.store.tables import applications


def refuse_other_key(database: Database, sealer: Sealer) -> None:
    """Raises SettingInvalid where the first application that is kept cannot be opened; an empty database takes any."""
    a = applications.c
    with database.read() as connection:
        row = connection.execute(select(a.id, a.sealed_verdict).order_by(a.seq).limit(1)).one_or_none()
    if row is None:
        return
    try:
        sealer.open(row.sealed_verdict, f"applications:{row.id}:verdict")
    except StoreUnavailable as error:
        raise SettingInvalid("ASP_KEY_FILE is not the key that this database was written with") from error
