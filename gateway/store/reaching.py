"""One look into a database that this process has not opened: nothing is made, changed or kept open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.store.database import open_engine, translate

Seen = TypeVar("Seen")


def reach(url: str, look: Callable[[Connection], Seen]) -> Seen:
    """Raises StoreUnavailable or SettingInvalid."""
    engine = open_engine(url, only_looks=True)
    try:
        with engine.connect() as connection:
            return look(connection)
    except SQLAlchemyError as error:
        raise translate(error) from error
    finally:
        engine.dispose()
