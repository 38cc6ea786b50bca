"""A witness inside the database: what a worker's round writes is written down beside the lease of that moment.

A trigger knows the process by its `application_name` (PGAPPNAME), and the holder and the number of the lease by its
row, which the write's own look keeps from changing until the commit. Under which lease the writer itself believes to
work, each transaction says in a variable of its session (`tell_leases`, which knows nothing of the look): so a write
behind a lost lease is seen, also where its own process has the lease again under a later number. What rounds alone
write is watched: a late reply is joined by whoever receives it, a gateway or the worker that fetches, and closes
inquiries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlalchemy import Connection, text

from gateway.store import database, leases
from tests.chaos.expected import Expected

T = TypeVar("T")
NAME_VARIABLE = "PGAPPNAME"
TABLES = ("attempts", "letters", "notices", "legal_dates", "marks", "applications")
"""Rows of the last come from gateways: they tell under which clock one of these accepted it."""
KINDS = (
    "package_registered",
    "date_set",
    "letter_drafted",
    "letter_amended",
    "letter_withdrawn",
    "notice_issued",
    "notice_delivered",
    "notice_undeliverable",
    "term_near",
    "term_passed",
)
"""Of events."""
_TABLE = """
CREATE TABLE witness (
    seq bigserial PRIMARY KEY, at double precision NOT NULL, process text NOT NULL, application_id text NOT NULL,
    what text NOT NULL, holder text, number bigint, believed text NOT NULL, transaction bigint NOT NULL
)"""
_FUNCTION = """
CREATE FUNCTION see_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    application text;
    what text := TG_TABLE_NAME;
BEGIN
    IF TG_TABLE_NAME = 'applications' THEN application := NEW.id; ELSE application := NEW.application_id; END IF;
    IF TG_TABLE_NAME = 'events' THEN what := NEW.kind; END IF;
    INSERT INTO witness (at, process, application_id, what, holder, number, believed, transaction)
    SELECT
        extract(epoch FROM clock_timestamp()), current_setting('application_name'), application, what, l.holder,
        l.number, coalesce(current_setting('chaos.lease', true), ''), txid_current()
    FROM (SELECT 1) AS one LEFT JOIN leases l ON l.name = application AND l.held_until IS NOT NULL;
    RETURN NULL;
END $$"""
_BY_KIND = ", ".join(f"'{kind}'" for kind in KINDS)
_TRIGGERS = (
    *(f"CREATE TRIGGER see_{name} AFTER INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION see_write()" for name in TABLES),
    "CREATE TRIGGER see_event AFTER INSERT ON events FOR EACH ROW "
    f"WHEN (NEW.kind IN ({_BY_KIND})) EXECUTE FUNCTION see_write()",
)
_BELIEVE = text("SELECT set_config('chaos.lease', :lease, true)")
_SEEN = "SELECT process, application_id, what, holder, number, believed FROM witness ORDER BY seq"


def place_witness(connection: Connection) -> None:
    """Within a transaction, over our tables."""
    for statement in (_TABLE, _FUNCTION, *_TRIGGERS):
        connection.execute(text(statement))


def tell_leases() -> None:
    """From now on every write of this process tells the witness under which lease its caller works, or under none."""

    def fence_and_tell(change: Callable[[Connection], T]) -> Callable[[Connection], T]:
        lease, fenced = leases._held.get(), leases.fence(change)
        believed = f"{lease.name} {lease.number}" if lease else ""

        def told(connection: Connection) -> T:
            # A write of another caller may stand before it in the same transaction.
            connection.execute(_BELIEVE, {"lease": believed})
            return fenced(connection)

        return told

    vars(database)["fence"] = fence_and_tell


def find_unfenced(connection: Connection, expected: Expected) -> Iterator[str]:
    if not expected.holders:
        return
    for row in connection.execute(text(_SEEN)):
        if row.process not in expected.holders:
            continue
        if row.holder != expected.holders[row.process]:
            yield f"{row.application_id}: {row.process} wrote {row.what} while the lease was {row.holder or 'nobody'}'s"
        elif row.believed != f"{row.application_id} {row.number}":
            under = f"under the lease “{row.believed}”" if row.believed else "under no lease"
            yield f"{row.application_id}: {row.process} wrote {row.what} {under}, and number {row.number} stood"
