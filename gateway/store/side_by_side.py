"""Who may work on one PostgreSQL at the same time: any number of the distributed engine, or one process alone.

The embedded engine takes every lease for its own when it starts, and asks for none when it writes: beside another
process it would double work. So each process holds an advisory lock, shared or alone, for as long as it is connected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from contracts.errors import SettingInvalid, StoreUnavailable

_KEY = 0x4153_5041
_WAIT_SECONDS = 5.0
"""So long the lock of a process that was killed just now is waited for."""

_CONNECT_SECONDS = 5


@contextmanager
def stand_side_by_side(url: str, *, alone: bool, wait_seconds: float = _WAIT_SECONDS) -> Iterator[None]:
    """Hold the database of an SQLAlchemy URL, if it is PostgreSQL, alone or with others who do so not alone.

    Raises SettingInvalid where that cannot be, and StoreUnavailable.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingInvalid("the database URL cannot be used") from error
    if parsed.get_backend_name() != "postgresql":
        yield
        return
    bounds = {"connect_timeout": _CONNECT_SECONDS}
    engine = create_engine(
        parsed, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True, connect_args=bounds
    )
    lock = func.pg_advisory_lock if alone else func.pg_advisory_lock_shared
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"the database refused: {type(error).__name__}") from error
    try:
        try:
            connection.exec_driver_sql(f"SET lock_timeout = {int(wait_seconds * 1000)}")
            connection.execute(select(lock(_KEY, func.hashtext(func.current_schema()))))
        except SQLAlchemyError as error:
            if alone:
                raise SettingInvalid("another gateway works on this database; several want ASP_ENGINE") from error
            raise SettingInvalid("a gateway with the embedded engine works on this database alone") from error
        yield
    finally:
        connection.close()
        engine.dispose()
