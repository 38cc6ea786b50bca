"""Back-up and restore by the commands of docs/backup.md: copied under load, restored elsewhere, and gone on with."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import create_engine, text

from gateway.store.sealing import create_key_file
from tests.repository.files import ROOT
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.databases import POSTGRESQL, SQLITE, make_server_database
from tests.support.gateway_process import COMMAND, gateway_process
from tests.support.house import CLERK, OVER, Caller, MockServer, add_clients, describe, open_mock
from tests.support.waiting import wait_until

LATENCY = 0.3
LOADERS = 2
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SOURCE, _TARGET = "postgresql://gateway@db.example/gateway", "postgresql://gateway@db.example/gateway_restored"


def read_commands(heading: str) -> list[str]:
    """The commands that the page shows under a heading, in their order."""
    page = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line[2:] for block in _BLOCK.findall(section) for line in block.splitlines()]


def run(command: str, places: Mapping[str, str]) -> str:
    """What a command prints, run with the places of this test in the page's."""
    longest_first = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    command = re.sub(longest_first, lambda found: places[found.group()], command)
    return subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=60, check=True).stdout


@dataclass(frozen=True)
class Two:
    """The house that is lost, and the one that goes on; URLs as SQLAlchemy names them."""

    first: str
    second: str
    places: Mapping[str, str]
    """What stands in the page -> what it is here."""
    back_up: list[str]
    restore: list[str]


@contextmanager
def two_houses(kind: str, folder: Path) -> Iterator[Two]:
    if kind == SQLITE:
        first, second = folder / "first.db", folder / "second" / "gateway.db"
        places = {"var/gateway.db": str(first), "backup/gateway.db": str(second)}
        yield Two(f"sqlite:///{first}", f"sqlite:///{second}", places, read_commands("SQLite"), [])
        return
    with make_server_database() as first_url, make_server_database(only_name=True) as second_url:
        plain = {_SOURCE: first_url, _TARGET: second_url}
        places = {name: url.replace("+psycopg", "") for name, url in plain.items()} | {
            "backup/gateway.dump": str(folder / "gateway.dump"),
            "postgresql://admin@db.example/postgres gateway_restored": (
                f"{first_url.replace('+psycopg', '')} {second_url.rpartition('/')[2]}"
            ),
        }
        back_up, *restore = read_commands("PostgreSQL")
        yield Two(first_url, second_url, places, [back_up], restore)


@dataclass
class Load:
    """Applications that come in without a pause until told to stop."""

    caller: Caller
    registrar: Registrar
    mock: MockServer
    ids: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        for _ in range(LOADERS):
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        application = self.mock.application("family-of-five")
        # The house is killed, and may be gone at any moment: before an answer, or in the middle of one.
        with suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            while not self.stopping.is_set():
                self.ids.append(self.caller.submit(self.registrar.submission(application)))


def rows(url: str, query: str) -> list[Any]:
    engine = create_engine(url)
    try:
        with closing(engine.connect()) as connection:
            return list(connection.execute(text(query)).all())
    finally:
        engine.dispose()


KINDS = [
    pytest.param(SQLITE, marks=(pytest.mark.needs_sqlite3, pytest.mark.long)),
    pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_made_under_load_is_read_and_gone_on_with_elsewhere(
    kind: str, registrar: Registrar, tmp_path: Path
) -> None:
    clock = MovableClock()
    (tmp_path / "second").mkdir()
    with (
        two_houses(kind, tmp_path) as two,
        open_mock(clock, registrar, latency_seconds=LATENCY, reply_delay_seconds=0.1) as mock,
    ):
        environ = describe(tmp_path, registrar, mock.url) | {"ASP_DATABASE_URL": two.first}
        key = add_clients(environ, clock)[0]
        with gateway_process(environ, tmp_path / "log") as (process, url):
            mock.push_to(url)
            caller = Caller(url, key, CLERK)
            settled = caller.submit(registrar.submission(mock.application("family-of-five")))
            caller.wait(settled, 60)
            before = caller.dossier(settled)
            load = Load(caller, registrar, mock)
            load.start()
            wait_until(lambda: len(load.ids) >= 2)
            printed = [run(command, two.places) for command in two.back_up]
            known = len(load.ids)
            wait_until(lambda: len(load.ids) > known, 20, lambda: "the copy kept the gateway from its work")
            load.stopping.set()
            process.kill()
        if kind == SQLITE:
            assert printed[-1].strip() == "ok"
        for command in two.restore:
            run(command, two.places)
        # Another machine: the first database and the key's old place are gone, the key came from its own keeping.
        shutil.copy(tmp_path / "store.key", tmp_path / "second" / "store.key")
        elsewhere = environ | {"ASP_DATABASE_URL": two.second, "ASP_KEY_FILE": str(tmp_path / "second" / "store.key")}
        under_way = [row[0] for row in rows(two.second, "select id from applications where registered_at is null")]
        assert under_way, "the copy was made while applications were under way"
        refuse_another_key(elsewhere, tmp_path)
        with gateway_process(elsewhere, tmp_path / "log") as (_, url):
            mock.push_to(url)
            caller = Caller(url, key, CLERK)
            after = caller.dossier(settled)
            for part in ("application", "requests", "findings", "events"):
                assert after[part] == before[part], part
            for application_id in under_way:
                caller.wait(application_id, 120)
                assert caller.dossier(application_id)["summary"]["accounted"] == 24
            fresh = caller.submit(registrar.submission(mock.application("family-of-five")))
            wait_until(lambda: caller.get(f"/v1/applications/{fresh}")["status"]["code"] == OVER, 60)


def refuse_another_key(environ: Mapping[str, str], folder: Path) -> None:
    """Without its key a database is not opened at all, where a new one would be made in silence."""
    create_key_file(folder / "other.key")
    told = subprocess.run(
        COMMAND,
        env=dict(environ) | {"ASP_KEY_FILE": str(folder / "other.key"), "PATH": "/usr/bin:/bin"},
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert told.returncode == 2
    assert "ASP_KEY_FILE is not the key" in told.stderr


def test_every_command_of_the_page_is_run_by_a_test() -> None:
    page = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
    shown = [line[2:] for block in _BLOCK.findall(page) for line in block.splitlines()]
    assert sorted(shown) == sorted([*read_commands("SQLite"), *read_commands("PostgreSQL"), "asp-gateway doctor"])
