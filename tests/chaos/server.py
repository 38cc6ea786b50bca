"""A PostgreSQL server of its own, in a temporary folder and on a free port: one that may be killed whole."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

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


class DatabaseServer:
    """`kill` leaves no process of it; `start` begins it again over what is on the disk."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._data = folder / "data"
        self._port = _find_port()
        self._process: subprocess.Popen[bytes] | None = None
        # The server refuses to run as root.
        self._user = _OWNER if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        made = [str(programs / "initdb"), "-D", str(self._data), "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*made, "--no-locale"], user=self._user, cwd=folder, capture_output=True, check=True)

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

    def kill(self) -> None:
        """SIGKILL to every process of it; the first one is held meanwhile, so that it begins no other."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGSTOP)
        for pid in _children(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.kill()
        process.wait(20)

    def cut_connections(self) -> int:
        """Every connection to it is ended by the server; how many."""
        query = "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid()"
        with psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=5) as connection:
            row = connection.execute(f"{query} and backend_type = 'client backend'").fetchone()
        return row[0] if row else 0


@contextmanager
def open_server(programs: Path) -> Iterator[DatabaseServer]:
    """Started; gone with its folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="asp-chaos-server-"))
    try:
        server = DatabaseServer(programs, folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port
