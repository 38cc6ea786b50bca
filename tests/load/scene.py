"""The scene of the load: one gateway and one mock suite, processes of their own on the real wire, and who looks on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from contracts.catalogue import Catalogue, load_catalogue
from gateway.clock import now
from tests.chaos.opening import MockProcess, open_mock_process
from tests.load.judges import LATE_SECONDS
from tests.support.authority import Registrar
from tests.support.databases import SQLITE, open_url
from tests.support.deployment import copy_passports
from tests.support.fleet import Fleet, Member
from tests.support.house import Caller, add_clients, describe

_METRICS_TOKEN: Final = "0123456789abcdefLOAD"
UNKNOWN_PER_MINUTE: Final = 600
"""At which pace the gateway wakes what waited for a registry of which no quota is known."""


@dataclass(frozen=True)
class Setup:
    """What one run differs in from another."""

    down: str
    """The registry that is away for a while."""
    per_minute: int
    """Its quota, as the passports of this deployment say it."""
    database: str = SQLITE
    is_signed: bool = False
    """Messages on the bus, by RSA keys."""
    late_seconds: float = LATE_SECONDS
    """How much later than its turn a message may be seen."""
    has_quota: bool = True
    """False: the gateway is told of no quota, as by the passports that are shipped."""

    @property
    def most_a_minute(self) -> int:
        """What the registry may be asked when it is back."""
        return self.per_minute if self.has_quota else UNKNOWN_PER_MINUTE

    def __str__(self) -> str:
        signs = "signed (RSA)" if self.is_signed else "unsigned"
        quota = f"takes {self.per_minute} messages a minute" if self.has_quota else "has no quota that is known"
        return f"{signs}, {self.database}, {self.down} {quota}"


@dataclass(frozen=True)
class Scene:
    """Everything runs; nothing has been sent."""

    setup: Setup
    fleet: Fleet
    mock: MockProcess
    gateway: Member
    passports: Sequence[str]
    """Of the registry that will be down."""

    @property
    def portal(self) -> Caller:
        return Caller(self.gateway.url, self.fleet.other_keys[0])

    @property
    def pids(self) -> dict[str, int]:
        return {"gateway": self.gateway.process.pid, "mock suite": self.mock.pid}

    def read_metrics(self) -> str:
        headers = {"Authorization": f"Bearer {_METRICS_TOKEN}"}
        answer = requests.get(f"{self.gateway.url}/metrics", headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.text

    def look(self, query: str, **values: Any) -> list[Any]:
        return self.fleet.look(query, **values)


@contextmanager
def open_scene(folder: Path, setup: Setup) -> Iterator[Scene]:
    """Until the context ends."""
    with ExitStack() as stack:
        registrar = Registrar(folder / "authority", now())
        mock = stack.enter_context(open_mock_process(registrar, latency=0.0))
        url = stack.enter_context(open_url(setup.database, folder, durable=True))
        engine = create_engine(url, poolclass=NullPool)
        stack.callback(engine.dispose)
        passports = find_passports(load_catalogue(), setup.down)
        told = describe(folder, registrar, mock.url) | {"ASP_DATABASE_URL": url, "ASP_METRICS_TOKEN": _METRICS_TOKEN}
        if not setup.is_signed:
            told["ASP_SHEP_KEY_FILE"] = "none"
        if setup.has_quota:
            limits = f"per_minute = {setup.per_minute}"
            told["ASP_PASSPORTS"] = str(copy_passports(folder / "deployment", limits=limits, only=passports))
        keys = add_clients(told, now)
        fleet = Fleet(told, folder, mock, registrar, engine, keys[0], keys[1:])
        stack.callback(fleet.close)
        gateway = fleet.start("serve", "--port", "0")
        mock.push_to(gateway.url)
        yield Scene(setup, fleet, mock, gateway, passports)


def find_passports(catalogue: Catalogue, registry: str) -> tuple[str, ...]:
    """Raises LookupError where no passport is of the registry."""
    found = tuple(sorted(one.key for one in catalogue.passports.values() if one.registry == registry))
    if not found:
        raise LookupError(f"no registry {registry!r}")
    return found
