"""A bell between processes on one PostgreSQL: whoever commits an event rings, and who waits for events looks again.

It is a hint, as everything over LISTEN and NOTIFY: a ring that is lost is made up for by the looks that happen anyway.
Rings are few a second, however many events there are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from logging import WARNING

import psycopg
from psycopg import sql

from gateway.logs import log_event
from gateway.store.bounded_connections import BoundedConnection
from gateway.store.conninfo import write_conninfo

_CHANNEL = "asp_gateway_events"
_APART_SECONDS = 0.05
_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 1.0


class _Line(BoundedConnection):
    wait_seconds = 5.0
    """Nothing that is said over it takes long, and where it is silent others are not heard."""


class Bell:
    """`ring` tells the other processes; `heard` is called where another rang."""

    def __init__(self, url: str, holder: str, heard: Callable[[], None]) -> None:
        self._conninfo = write_conninfo(url)
        self._holder = holder
        self._heard = heard
        self._rung = threading.Event()
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._threads = (
            threading.Thread(target=self._keep, args=(self._listen,), name="bell-ear", daemon=True),
            threading.Thread(target=self._keep, args=(self._tell,), name="bell-hand", daemon=True),
        )

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._rung.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)

    def ring(self) -> None:
        """Tell soon that there are new events; it does not wait."""
        self._rung.set()

    def is_working(self) -> bool:
        """Whether the database is listened to at this moment."""
        return self._listening.is_set()

    def _keep(self, work: Callable[[psycopg.Connection], None]) -> None:
        while not self._stopping.is_set():
            try:
                with _Line.connect(self._conninfo, autocommit=True) as connection:
                    work(connection)
            except psycopg.Error as error:
                log_event("bell_broken", level=WARNING, error=type(error).__name__)
                self._stopping.wait(_AGAIN_SECONDS)

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(_CHANNEL)))
        self._listening.set()
        try:
            # What was rung while nobody listened was not heard.
            self._heard()
            while not self._stopping.is_set():
                rung = [one.payload for one in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1)]
                if any(payload != self._holder for payload in rung):
                    self._heard()
                elif not rung:
                    connection.execute("SELECT 1")
        finally:
            # Here, and not where a connection is opened anew: the hand's may break while the ear's is well.
            self._listening.clear()

    def _tell(self, connection: psycopg.Connection) -> None:
        while not self._stopping.is_set():
            if self._rung.wait(_LOOK_SECONDS) and not self._stopping.is_set():
                self._rung.clear()
                try:
                    connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, self._holder))
                except psycopg.Error:
                    self._rung.set()
                    raise
                self._stopping.wait(_APART_SECONDS)
