"""Places beside others on one PostgreSQL: taken, cut off, and taken over, as the server sees it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.store.conninfo import write_conninfo
from gateway.store.side_by_side import stand_side_by_side
from tests.support.databases import POSTGRESQL, open_url
from tests.support.waiting import wait_until

SHORT = 0.3
# Of the two locks, that of the place: 0x41535041.
HOLDING = (
    "select count(*) filter (where pid in "
    "(select pid from pg_locks where locktype = 'advisory' and granted and classid = 1095979073))"
)
WAITING = "select count(*) filter (where wait_event_type = 'Lock')"


def stand(
    url: str, *, alone: bool, wait_seconds: float = SHORT, ousted: Callable[[], None] = lambda: None
) -> AbstractContextManager[None]:
    return stand_side_by_side(url, alone=alone, ousted=ousted, wait_seconds=wait_seconds)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with open_url(POSTGRESQL, tmp_path) as url:
        yield url


def give_name(url: str) -> str:
    """Whose sessions the server knows by a name of their own: other tests have theirs in the same database."""
    return make_url(url).update_query_dict({"application_name": f"cut-{token_hex(4)}"}).render_as_string(False)


@pytest.fixture
def named(url: str) -> str:
    return give_name(url)


def ask(named: str, query: str) -> int:
    """`query` over pg_stat_activity, of the sessions of that name alone."""
    with psycopg.connect(write_conninfo(named), application_name="who-cuts") as asking:
        own = make_url(named).query["application_name"]
        row = asking.execute(f"{query} from pg_stat_activity where application_name = %s", [own]).fetchone()
        return int(row[0]) if row else 0


def cut_all(named: str) -> None:
    """As a server does that is begun anew."""
    ask(named, "select count(pg_terminate_backend(pid))")


@contextmanager
def taken_over(named: str, url: str, *, alone: bool) -> Iterator[None]:
    """Whoever is named is cut off while another waits for the place: the server lets that one in first."""
    rival, stands, leave = give_name(url), threading.Event(), threading.Event()

    def stand_there() -> None:
        with stand(rival, alone=alone, wait_seconds=15):
            stands.set()
            assert leave.wait(20)

    with ThreadPoolExecutor(1) as pool:
        standing = pool.submit(stand_there)
        try:
            wait_until(lambda: ask(rival, WAITING) == 1, 10)
            cut_all(named)
            assert stands.wait(10)
            yield
        finally:
            leave.set()
            standing.result()
