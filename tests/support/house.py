"""The whole house in this process: mock suite and gateway over real sockets, and a caller that knows only HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import requests

from gateway.api.app import MOST_BYTES
from gateway.api.server import open_server
from gateway.settings import read_settings
from gateway.store.rows import ClientKind
from gateway.wiring import open_gateway, open_store
from registries_mock.app import create_app
from registries_mock.settings import Settings as MockSettings
from registries_mock.suite import Suite, real_world
from registries_mock.web.beside import serving
from registries_mock.web.connection import Bounds
from tests.support.authority import PASSWORD, Registrar
from tests.support.clock import MovableClock
from tests.support.databases import place_tables
from tests.support.serving import serve
from tests.support.waiting import wait_until

SENDER, SENDER_PASSWORD = "asp-gateway", "invented-bus-password"
CLERK = "ПРИЁМНАЯ А.Б."
OVER = "package_registered"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
SEED = 7


@dataclass(frozen=True)
class MockServer:
    """The mock suite: its address, and its control API."""

    url: str
    inside: Suite | None = None
    """Of a suite in this process: for what no registry would tell."""

    @property
    def suite(self) -> Suite:
        assert self.inside is not None
        return self.inside

    def get(self, path: str) -> Any:
        answer = requests.get(self.url + path, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def application(self, persona: str) -> dict[str, Any]:
        described: dict[str, Any] = self.get(f"/_mock/people/{persona}")
        return described

    def personas(self) -> list[str]:
        """Those about whom every registry answers."""
        return [one["name"] for one in self.get("/_mock/personas") if not one["failures"]]

    def counts(self) -> dict[str, int]:
        tally: dict[str, int] = self.get("/_mock/counts")
        return tally

    def fail(self, **row: Any) -> None:
        answer = requests.post(f"{self.url}/_mock/failures", json=row, timeout=20)
        assert answer.status_code == 201, answer.text

    def mend(self) -> None:
        assert requests.delete(f"{self.url}/_mock/failures", timeout=20).status_code == 204

    def push_to(self, gateway_url: str) -> None:
        wanted = {"sender_id": SENDER, "url": f"{gateway_url}/shep/async-client"}
        assert requests.post(f"{self.url}/_mock/participants", json=wanted, timeout=20).status_code == 201


@dataclass
class Caller:
    """A client of the gateway with its key."""

    url: str
    key: str = field(repr=False)
    clerk: str = ""
    """Who accepts applications, where a person does: named in each submission."""

    def call(self, method: str, path: str, **given: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key}"} | given.pop("headers", {})
        if self.clerk and path == "/v1/applications" and isinstance(given.get("json"), dict):
            given["json"] = {"accepted_by": self.clerk} | given["json"]
        return requests.request(method, self.url + path, headers=headers, timeout=30, **given)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def submit(self, submission: Mapping[str, Any], **headers: str) -> str:
        answer = self.call("POST", "/v1/applications", json=submission, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def wait(self, application_id: str, seconds: float = 30.0) -> None:
        """Until the package is registered."""
        path = f"/v1/applications/{application_id}"

        def tell() -> str:
            rows = self.get(f"{path}/inquiries")["requests"] if self.key else []
            missing = [
                (row["number"], cell) for row in rows for cell in row["cells"] if not cell["closed"] or cell["gap"]
            ]
            return f"the package was not registered in time: {missing}"

        wait_until(lambda: self.get(path)["status"]["code"] == OVER, seconds, tell)

    def dossier(self, application_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/v1/applications/{application_id}/dossier")
        return found


@dataclass(frozen=True)
class House:
    mock: MockServer
    gateway_url: str
    clock: MovableClock
    registrar: Registrar
    provider: Caller
    portal: Caller
    other_portal: Caller
    folder: Path
    """Where its database lies."""

    def settled(self, application_id: str, seconds: float = 30.0, *, silent: str = "") -> dict[str, Any]:
        """The dossier once no machine can do more now; the late replies of the passport `silent` do not come."""
        wait_until(lambda: self._rests(application_id, silent), seconds, lambda: "the gathering did not come to rest")
        return self.provider.dossier(application_id)

    def look(self, query: str, *values: Any) -> list[Any]:
        """Rows of the database, for what no caller may see."""
        connection = sqlite3.connect(self.folder / "gateway.db")
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def _rests(self, application_id: str, silent: str) -> bool:
        now = int(self.clock().timestamp() * 1_000_000)
        under_way = self.look(
            "SELECT 1 FROM wakeups WHERE application_id = ? AND (leased_until IS NOT NULL OR due_at <= ?)",
            application_id,
            now,
        )
        pending = self.look(
            "SELECT 1 FROM exchanges WHERE application_id = ? AND state = 'pending' AND passport != ?",
            application_id,
            silent,
        )
        return not under_way and not pending

    def gather(self, application: Mapping[str, Any], seconds: float = 30.0) -> dict[str, Any]:
        """Submit, wait for the registration, and give the dossier."""
        application_id = self.provider.submit(self.registrar.submission(application))
        self.provider.wait(application_id, seconds)
        return self.provider.dossier(application_id)


def inquiries_of(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All inquiries, each with the number and the key of its request."""
    return [
        {"number": row["number"], "key": row["key"], **inquiry}
        for row in dossier["requests"]
        for inquiry in row["inquiries"]
    ]


def parts_of(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All parts that were asked, each with the number of its request and the reference of its subject."""
    return [
        {"number": inquiry["number"], "subject": inquiry["subject"]["ref"], **part}
        for inquiry in inquiries_of(dossier)
        if inquiry["subject"]
        for part in inquiry["parts"]
        if part["exchange"]
    ]


@contextmanager
def open_mock(clock: MovableClock, registrar: Registrar, **settings: Any) -> Iterator[MockServer]:
    """The mock suite on a free port, on the day of the clock."""
    told = MockSettings(
        seed=SEED,
        today=clock().date(),
        senders={SENDER: SENDER_PASSWORD},
        authority=registrar.folder,
        **({"reply_delay_seconds": 0.02} | settings),
    )
    app = create_app(told, replace(real_world(told), clock=clock))
    suite: Suite = app.extensions["suite"]
    with serving(app, Bounds(body_bytes=told.body_bytes)) as url:
        try:
            yield MockServer(url, suite)
        finally:
            suite.close()


@contextmanager
def open_house(
    folder: Path,
    registrar: Registrar,
    clock: MovableClock,
    mock: MockServer,
    environ: Mapping[str, str] = _NOTHING,
    *,
    push: bool = True,
) -> Iterator[House]:
    """A gateway over its own database in `folder`, beside a mock suite that runs."""
    told = describe(folder, registrar, mock.url) | dict(environ)
    settings = read_settings(told)
    with ExitStack() as stack:
        keys = add_clients(told, clock)
        app = stack.enter_context(open_gateway(settings, clock))
        server = open_server(app, host="127.0.0.1", port=0, threads=24, max_body_bytes=app.config[MOST_BYTES])
        url = stack.enter_context(serve(server))
        if push:
            mock.push_to(url)
        provider, portal, other = Caller(url, keys[0], CLERK), Caller(url, keys[1]), Caller(url, keys[2])
        yield House(mock, url, clock, registrar, provider, portal, other, folder)


def add_clients(environ: Mapping[str, str], clock: Any) -> tuple[str, str, str]:
    """Keys of a provider and of two portals."""
    with open_store(read_settings(environ), clock) as store:
        _, provider = store.add_client("Center", ClientKind.PROVIDER, "center")
        _, portal = store.add_client("Portal", ClientKind.PORTAL, "portal")
        _, other = store.add_client("Other portal", ClientKind.PORTAL, "portal")
    return provider, portal, other


def describe(folder: Path, registrar: Registrar, mock_url: str) -> dict[str, str]:
    """The environment of a gateway in `folder` that asks this mock suite; its database has the tables already."""
    return {
        "ASP_DATABASE_URL": place_tables(folder / "gateway.db"),
        "ASP_KEY_FILE": str(folder / "store.key"),
        "ASP_TRUST_FOLDER": str(registrar.trust),
        "ASP_SHEP_SYNC_URL": f"{mock_url}/bip-sync-wss-gost/",
        "ASP_SHEP_ASYNC_URL": f"{mock_url}/bip-async-wss-gost/",
        "ASP_SOAP_BASE": f"{mock_url}/soap",
        "ASP_REST_BASE": f"{mock_url}/rest",
        "ASP_SENDER_ID": SENDER,
        "ASP_SENDER_PASSWORD": SENDER_PASSWORD,
        "ASP_SMS_LOGIN": SENDER,
        "ASP_SMS_PASSWORD": SENDER_PASSWORD,
        "ASP_SHEP_KEY_FILE": str(registrar.payload_key),
        "ASP_SHEP_KEY_PASSWORD": PASSWORD,
        "ASP_PAYLOAD_KEY_FILE": str(registrar.payload_key),
        "ASP_PAYLOAD_KEY_PASSWORD": PASSWORD,
    }
