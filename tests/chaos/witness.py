"""A witness inside the database: whoever commits a round's writes is written down beside the lease of that moment.

A trigger knows the process by its `application_name` (PGAPPNAME), and the holder by the row of the lease, which the
write's own look keeps from changing until the commit. So a write behind a lost lease is seen, whoever made it. What
rounds alone write is watched: a late reply is joined by whoever receives it, a gateway or the worker that fetches.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

NAME_VARIABLE = "PGAPPNAME"
_TABLE = """
CREATE TABLE witness (
    seq bigserial PRIMARY KEY, at double precision NOT NULL, process text NOT NULL, application_id text NOT NULL,
    what text NOT NULL, holder text
)"""
_FUNCTION = """
CREATE FUNCTION see_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO witness (at, process, application_id, what, holder)
    VALUES (
        extract(epoch FROM clock_timestamp()), current_setting('application_name'), NEW.application_id, TG_TABLE_NAME,
        (SELECT holder FROM leases WHERE name = NEW.application_id AND held_until IS NOT NULL)
    );
    RETURN NULL;
END $$"""
_TRIGGERS = (
    "CREATE TRIGGER see_attempt AFTER INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION see_write()",
    "CREATE TRIGGER see_registration AFTER INSERT ON events FOR EACH ROW "
    "WHEN (NEW.kind = 'package_registered') EXECUTE FUNCTION see_write()",
)


def place_witness(connection: Connection) -> None:
    """Within a transaction, over our tables."""
    for statement in (_TABLE, _FUNCTION, *_TRIGGERS):
        connection.execute(text(statement))
