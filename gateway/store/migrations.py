"""How a database of an earlier release becomes one of this: each step changes the tables, none touches what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text, update

from contracts.errors import SettingInvalid
from gateway.store.tables import SCHEMA_VERSION, meta

STEPS: Mapping[int, tuple[str, ...]] = {
    # Whose signature stands for a reply. Nobody's was looked at before.
    1: (
        "ALTER TABLE exchanges ADD COLUMN vouched_by VARCHAR(40) NOT NULL DEFAULT ''",
        "ALTER TABLE arrivals ADD COLUMN vouched_by VARCHAR(40) NOT NULL DEFAULT ''",
    ),
}
"""By the version that a step starts from."""


def migrate(connection: Connection, version: int) -> None:
    """Bring the tables from `version` to this program's; raises SettingInvalid where there is no way."""
    if version > SCHEMA_VERSION or any(step not in STEPS for step in range(version, SCHEMA_VERSION)):
        raise SettingInvalid(f"the database has schema {version}, this program needs {SCHEMA_VERSION}")
    for step in range(version, SCHEMA_VERSION):
        for statement in STEPS[step]:
            connection.execute(text(statement))
    if version != SCHEMA_VERSION:
        connection.execute(update(meta).values(schema_version=SCHEMA_VERSION))
