"""One gateway a database: a lock beside an SQLite file, which the system lets go of when its holder ends or is killed.

An SQLite file takes one gateway that gathers, and any number of short commands beside it. Who may stand beside whom on
PostgreSQL is known to gateway/store/side_by_side.py.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.errors import SettingInvalid

SUFFIX = ".lock"
"""Added to the name of the database's file; the lock file stays where it is, only its lock counts."""


@contextmanager
def claim_database(url: str) -> Iterator[None]:
    """Hold the database of an SQLAlchemy URL; raises SettingInvalid where another gateway holds it."""
    path = find_file(url)
    if path is None:
        yield
        return
    try:
        file = path.with_name(path.name + SUFFIX).open("a")
    except OSError as error:
        raise SettingInvalid(f"no lock can be made beside the database: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingInvalid("another gateway works on this database") from error
        except OSError as error:
            raise SettingInvalid(f"the database's folder knows no locks: {error.strerror}") from error
        yield


def find_file(url: str) -> Path | None:
    """The file of an SQLite URL, links followed, so that two names of it are one; None for what is no such file."""
    scheme, _, rest = url.partition("://")
    name = rest.partition("/")[2].partition("?")[0]
    if scheme.partition("+")[0] != "sqlite" or not name or name.startswith((":memory:", "file:")):
        return None
    return Path(name).resolve()
