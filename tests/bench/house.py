"""A gateway as a process beside the registries, over a database of either kind, signing on the bus or not."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.demo.processes import Server, run_command
from gateway.http import GatewayClient
from gateway.settings import bare_environment
from tests.bench.processes import cpu_seconds
from tests.bench.registries import OURS, PASSWORD, RSA, SENDER, Registries
from tests.support.databases import SQLITE, open_url


@dataclass(frozen=True)
class Setup:
    """What one gateway differs in from another."""

    database: str = SQLITE
    algorithm: str = ""
    """Of its signatures on the bus; empty: it signs nothing there."""
    passports: Path | None = None
    """A folder of a deployment's own."""
    bus: str = ""
    """The address of SyncChannel; empty: the mock suite's."""
    has_worker: bool = False
    """The distributed engine: a gateway that accepts, and a worker that gathers."""
    program: tuple[str, ...] = ("asp-gateway",)
    """What the gateway is begun by; it takes the command and its options behind."""

    def __str__(self) -> str:
        signs = {"": "unsigned", RSA: "signed (RSA)"}.get(self.algorithm, "signed (GOST)")
        told = f"{signs}, {'SQLite' if self.database == SQLITE else 'PostgreSQL'}"
        return f"{told}, a gateway and a worker" if self.has_worker else told

    def name(self, section: str) -> str:
        """The key of a section that is measured with it."""
        words = (section, self.algorithm, self.database, "fleet" if self.has_worker else "")
        return "-".join(word for word in words if word)


@dataclass(frozen=True)
class House:
    """What a measurement holds of the two processes."""

    folder: Path
    registries: Registries
    setup: Setup
    database_url: str = field(repr=False)
    gateway_url: str
    gateway_pids: tuple[int, ...]
    """The gateway's, and where there is a worker, that one's."""
    key: str = field(repr=False)

    @property
    def pids(self) -> tuple[int, ...]:
        return *self.gateway_pids, self.registries.pid

    def cpu_seconds(self) -> float:
        """Of the gateway so far, and of its worker."""
        return sum(map(cpu_seconds, self.gateway_pids))

    @property
    def submission(self) -> Mapping[str, Any]:
        return self.sign("asp")

    def sign(self, service: str) -> dict[str, Any]:
        """The same family, signed anew: a signature is accepted once."""
        return self.registries.signer.sign(service=service)

    @property
    def key_file(self) -> Path:
        return self.folder / "store.key"

    def push_here(self) -> None:
        """From now on the mock pushes late replies to this gateway."""
        self.registries.push_to(f"{self.gateway_url}/shep/async-client")


@contextmanager
def open_house(folder: Path, registries: Registries, setup: Setup) -> Iterator[House]:
    """A gateway with an empty database, until the context ends."""
    folder.mkdir()
    with open_url(setup.database, folder, durable=True) as database_url:
        environ = bare_environment() | _describe_settings(folder, registries, setup, database_url)
        client = ["--name", "Bench", "--kind", "provider", "--channel", "center", "--json"]
        key = json.loads(run_command(["asp-gateway", "clients", "add", *client], environ))["key"]
        with ExitStack() as stack:
            serve = [*setup.program, "serve", "--port", "0"]
            gateway = stack.enter_context(Server(serve, environ, folder / "gateway.log"))
            url, pids = gateway.wait_for_address(), [gateway.pid]
            if setup.has_worker:
                worker = Server(["asp-gateway", "worker"], environ, folder / "worker.log")
                pids.append(stack.enter_context(worker).pid)
            house = House(folder, registries, setup, database_url, url, tuple(pids), key)
            house.push_here()
            yield house


def _describe_settings(folder: Path, registries: Registries, setup: Setup, database_url: str) -> dict[str, str]:
    url, signing = registries.url, setup.algorithm
    told = {
        "ASP_DATABASE_URL": database_url,
        "ASP_KEY_FILE": str(folder / "store.key"),
        "ASP_TRUST_FOLDER": str(registries.trust_folder),
        "ASP_SHEP_SYNC_URL": setup.bus or f"{url}/bip-sync-wss-gost/",
        "ASP_SHEP_ASYNC_URL": f"{url}/bip-async-wss-gost/",
        "ASP_SOAP_BASE": f"{url}/soap",
        "ASP_REST_BASE": f"{url}/rest",
        "ASP_SENDER_ID": SENDER,
        "ASP_SENDER_PASSWORD": PASSWORD,
        "ASP_SHEP_KEY_FILE": str(registries.key_file(OURS, signing)) if signing else "none",
        "ASP_SHEP_KEY_PASSWORD": PASSWORD,
        "ASP_PAYLOAD_KEY_FILE": str(registries.key_file(OURS, signing or RSA)),
        "ASP_PAYLOAD_KEY_PASSWORD": PASSWORD,
    }
    told |= {"ASP_ENGINE": "distributed"} if setup.has_worker else {}
    return told | ({"ASP_PASSPORTS": str(setup.passports)} if setup.passports else {})


def submit(client: GatewayClient, house: House, submission: Mapping[str, Any] | None = None) -> str:
    """The id of a new application: the same family, another signature and Idempotency-Key."""
    body = submission or house.submission
    accepted = client.post("/v1/applications", body, {"Idempotency-Key": secrets.token_hex(8)})
    return str(accepted.json()["id"])
