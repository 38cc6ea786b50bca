"""The database that is killed: a PostgreSQL server of its own where one can be begun, else a database, closed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg

from tests.chaos.ports import find_port
from tests.support.databases import make_server_database
from tests.support.waiting import wait_until

_OWNER = "postgres"
_START_SECONDS = 60.0


def find_programs() -> Path | None:
    """The folder of the server's programs; None where only a client is installed."""
    found = shutil.which("pg_config")
    if found is None:
        return None
    told = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
    return Path(told) if (Path(told) / "initdb").is_file() else None


class DatabaseServer(Protocol):
    """Port: `kill` takes every connection away at once and lets none in, until `start`."""

    @property
    def url(self) -> str: ...

    @property
    def told(self) -> str:
        """What is killed, and how."""

    def start(self) -> None: ...

    def kill(self) -> int:
        """How many that was: processes, or connections."""

    def cut_connections(self) -> int:
        """Every connection of a client is ended by the server; how many."""


class OwnServer:
    """In a temporary folder and on a free port. `kill` leaves no process of it.

    `start` begins it again over what is on the disk.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._data = folder / "data"
        self._port = find_port()
        self._process: subprocess.Popen[bytes] | None = None
        # The server refuses to run as root.
        self._user = _OWNER if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        made = [str(programs / "initdb"), "-D", str(self._data), "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*made, "--no-locale"], user=self._user, cwd=folder, capture_output=True, check=True)

    told = "every process of it, SIGKILL"

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{_OWNER}@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Comes back once it can be asked."""
        options = ["-D", str(self._data), "-p", str(self._port), "-h", "127.0.0.1", "-k", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), *options], user=self._user, cwd=self._folder, stdout=log, stderr=log
            )
        wait_until(self.answers, _START_SECONDS, lambda: "the database server did not start")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def kill(self) -> int:
        """SIGKILL to every process of it; the first one is held meanwhile, so that it begins no other."""
        process = self._process
        if process is None or process.poll() is not None:
            return 0
        process.send_signal(signal.SIGSTOP)
        children = _children(process.pid)
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        process.kill()
        process.wait(20)
        return len(children) + 1

    def cut_connections(self) -> int:
        with psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=5) as connection:
            return _cut(connection, "postgres")


@dataclass(frozen=True)
class ClosedDatabase:
    """A database of a server that is others' too: it is closed, and those who were in it are put out."""

    url: str
    told = "all connections of it ended, and none let in"

    def start(self) -> None:
        self._allow("true")

    def kill(self) -> int:
        self._allow("false")
        return self.cut_connections()

    def cut_connections(self) -> int:
        with self._connect() as connection:
            return _cut(connection, self._name)

    @property
    def _name(self) -> str:
        return self.url.rpartition("/")[2]

    def _allow(self, allowed: str) -> None:
        with self._connect() as connection:
            connection.execute(f"alter database {self._name} allow_connections {allowed}")

    def _connect(self) -> psycopg.Connection:
        server = self.url.rpartition("/")[0].replace("+psycopg", "")
        return psycopg.connect(f"{server}/postgres", connect_timeout=5, autocommit=True)


def _cut(connection: psycopg.Connection, database: str) -> int:
    query = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
        "where pid <> pg_backend_pid() and backend_type = 'client backend' and datname = %s"
    )
    row = connection.execute(query, [database]).fetchone()
    return row[0] if row else 0


@contextmanager
def open_server(programs: Path | None) -> Iterator[DatabaseServer]:
    """Started; gone at the end with its folder, or the database with what is in it. `programs`: see find_programs."""
    if programs is None:
        with make_server_database() as url:
            yield ClosedDatabase(url)
        return
    folder = Path(tempfile.mkdtemp(prefix="asp-chaos-server-"))
    try:
        server = OwnServer(programs, folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
