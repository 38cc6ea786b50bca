"""Of every connection to PostgreSQL: whoever waits for an answer learns that the server's machine is gone."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.store.conninfo import write_conninfo
from gateway.store.database import open_engine
from tests.support.databases import POSTGRESQL, open_url

pytestmark = [
    pytest.mark.needs_postgresql,
    pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="the names are those of Linux"),
]
MOST_SECONDS = 30
"""Linux asks first after two hours: so long would whatever was under way wait, and the writer with it."""


@contextmanager
def open_store(url: str) -> Iterator[int]:
    engine = open_engine(url)
    with engine.connect() as connection:
        yield connection.connection.driver_connection.fileno()  # type: ignore[union-attr]
    engine.dispose()


@contextmanager
def open_driver(url: str) -> Iterator[int]:
    with psycopg.connect(write_conninfo(url)) as connection:
        yield connection.fileno()


@pytest.mark.parametrize("open_one", [open_store, open_driver])
def test_a_server_that_is_gone_without_a_word_is_asked_for_while_its_answer_is_waited_for(
    open_one: Callable[[str], AbstractContextManager[int]], tmp_path: Path
) -> None:
    with open_url(POSTGRESQL, tmp_path) as url, open_one(url) as number:
        one = socket.socket(fileno=number)
        try:
            if one.family == socket.AF_UNIX:
                pytest.skip("a server on this machine's own socket cannot be cut off")
            idle, apart, count = (
                one.getsockopt(socket.IPPROTO_TCP, option)
                for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            )
            assert one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        finally:
            one.detach()
    assert idle + apart * count <= MOST_SECONDS


def test_what_the_address_says_itself_is_kept(tmp_path: Path) -> None:
    with open_url(POSTGRESQL, tmp_path) as url:
        own = make_url(url).update_query_dict({"keepalives_idle": "7"}).render_as_string(False)
        for open_one in (open_store, open_driver):
            with open_one(own) as number:
                one = socket.socket(fileno=number)
                try:
                    assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 7
                finally:
                    one.detach()
