"""A fleet in real processes on one PostgreSQL: gateways and workers that tests start, pause and kill."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.databases import POSTGRESQL, open_url
from tests.support.house import CLERK, Caller, MockServer, add_clients, describe

PROGRAM = "from gateway.cli import main; main()"


@dataclass(frozen=True)
class Member:
    """One process of the fleet."""

    process: subprocess.Popen[str]
    told: str
    """Its first line."""
    log: Path

    @property
    def url(self) -> str:
        """Of a gateway."""
        return self.told.split()[-1]

    @property
    def name(self) -> str:
        """Of a worker, as the holder of leases."""
        return self.told.split()[-1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self, seconds: float = 60.0) -> int:
        """As an orchestrator does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def read_log(self) -> str:
        return self.log.read_text(encoding="utf-8")


@dataclass
class Fleet:
    environ: dict[str, str]
    folder: Path
    mock: MockServer
    registrar: Registrar
    database: Engine
    key: str = field(repr=False)
    other_keys: Sequence[str] = field(repr=False, default=())
    members: list[Member] = field(default_factory=list)

    def serve(self, *, push: bool = True) -> Caller:
        member = self.start("serve", "--port", "0")
        if push:
            self.mock.push_to(member.url)
        return Caller(member.url, self.key, CLERK)

    def work(self, **environ: str) -> Member:
        return self.start("worker", environ=environ)

    def start(
        self,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        tree: Path | None = None,
        program: Sequence[str] = ("-c", PROGRAM),
        name: str = "",
    ) -> Member:
        """A process of this program, or of another version's in the folder `tree`, once it has told its first line.

        `program`: what Python runs in its place; `name`: of its log.
        """
        bare = {name: value for name, value in os.environ.items() if not name.startswith("ASP_")}
        path = {"PYTHONPATH": str(tree)} if tree else {}
        log = self.folder / f"{name or arguments[0]}-{len(self.members)}.log"
        with log.open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, *program, *arguments],
                env=bare | self.environ | path | dict(environ or {}),
                cwd=tree or Path.cwd(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert process.stdout is not None
        member = Member(process, process.stdout.readline().strip(), log)
        self.members.append(member)
        assert member.told, log.read_text(encoding="utf-8")
        return member

    def submit(self, caller: Caller, persona: str = "family-of-five") -> str:
        return caller.submit(self.registrar.submission(self.mock.application(persona)))

    def look(self, query: str, **values: Any) -> list[Any]:
        """Rows of the database, for what no caller may see."""
        with self.database.connect() as connection:
            return list(connection.execute(text(query), values).all())

    def drop_connections(self) -> int:
        """What a restart of the database does to its clients; how many connections there were."""
        ended = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = :name"
        return len(self.look(ended, name=self.environ["PGAPPNAME"]))

    def find_holder(self, application_id: str) -> Member | None:
        """The worker that has the application at this moment."""
        query = "select holder from leases where name = :id and held_until is not null"
        holders = {str(row.holder) for row in self.look(query, id=application_id)}
        return next((member for member in self.members if member.name in holders), None)

    def close(self) -> None:
        for member in self.members:
            member.process.kill()
            member.process.wait(20)
            if member.process.stdout is not None:
                member.process.stdout.close()


@contextmanager
def open_fleet(folder: Path, registrar: Registrar, mock: MockServer, **environ: str) -> Iterator[Fleet]:
    """No process yet; clients and tables are there. What the test leaves running is killed."""
    with ExitStack() as stack:
        url = stack.enter_context(open_url(POSTGRESQL, folder, tables=False))
        engine = create_engine(url)
        stack.callback(engine.dispose)
        told = describe(folder, registrar, mock.url) | {"ASP_DATABASE_URL": url, "ASP_ENGINE": "distributed"}
        # The driver's own variable: by it the connections of this fleet are known.
        told |= {"PGAPPNAME": f"fleet-{secrets.token_hex(6)}"} | environ
        keys = add_clients(told, MovableClock())
        fleet = Fleet(told, folder, mock, registrar, engine, keys[0], keys[1:])
        stack.callback(fleet.close)
        yield fleet
