"""Writes of several processes that must see each other: whoever names the same word goes one after the other.

Rows that are not there yet cannot be locked: a reply that comes while it is being written down that it is awaited, the
same application sent to two gateways at once. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

_KEY = 0x4153_504F


def hold_words(connection: Connection, *words: str) -> None:
    """Within a write, first of all: until it ends, no other process is in a write that holds one of these words.

    What is read behind it shows what the others committed. Two words may share a lock; that costs time alone.
    """
    if connection.dialect.name != "postgresql":
        return
    for word in sorted({word for word in words if word}):
        connection.execute(select(func.pg_advisory_xact_lock(_KEY, func.hashtext(word))))
