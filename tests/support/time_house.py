"""The whole house in virtual time: mock suite and gateway over real sockets, stepped together by one clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import requests

from gateway.api.app import MOST_BYTES
from gateway.api.server import open_server
from gateway.followers import write_duration
from gateway.settings import read_settings
from gateway.wiring import open_gateway
from registries_mock.app import create_app
from registries_mock.settings import Settings as MockSettings
from registries_mock.suite import Suite, real_world
from registries_mock.web.beside import serving
from registries_mock.web.connection import Bounds
from tests.support.authority import Registrar
from tests.support.clock import MONDAY
from tests.support.house import (
    CLERK,
    SEED,
    SENDER,
    SENDER_PASSWORD,
    Caller,
    MockServer,
    add_clients,
    describe,
)
from tests.support.serving import serve

SPECIALIST = "МАМАН М.М."
NOTHING: Mapping[str, str] = MappingProxyType({})
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
"""A document that somebody brings: a PDF by its content."""


@dataclass
class TimeHouse:
    """A caller that knows only HTTP, and the two programs behind it; `restart` ends the gateway and begins it again."""

    mock: MockServer
    registrar: Registrar
    folder: Path
    started_at: datetime
    environ: Mapping[str, str]
    url: str = ""
    keys: tuple[str, str, str] = ("", "", "")
    _stack: ExitStack = field(default_factory=ExitStack, repr=False)

    def start(self, environ: Mapping[str, str] = NOTHING) -> None:
        """Begin the gateway where the mock's clock stands."""
        now = self.mock.get("/dev/clock")["now"]
        told = describe(self.folder, self.registrar, self.mock.url) | {
            "ASP_CLOCK": "virtual",
            "ASP_CLOCK_START": now,
            "ASP_CLOCK_FOLLOWER": self.mock.url,
        }
        told |= {**self.environ, **environ}
        if not self.keys[0]:
            moment = datetime.fromisoformat(now)
            self.keys = add_clients(told, lambda: moment)
        app = self._stack.enter_context(open_gateway(read_settings(told)))
        server = open_server(app, host="127.0.0.1", port=0, threads=16, max_body_bytes=app.config[MOST_BYTES])
        self.url = self._stack.enter_context(serve(server))
        self.mock.push_to(self.url)

    def stop(self) -> None:
        self._stack.close()

    def restart(self, environ: Mapping[str, str] = NOTHING) -> None:
        """The same database, perhaps under other settings."""
        self.stop()
        self.start(environ)

    @property
    def provider(self) -> Caller:
        return Caller(self.url, self.keys[0], CLERK)

    @property
    def portal(self) -> Caller:
        return Caller(self.url, self.keys[1])

    @property
    def other_portal(self) -> Caller:
        return Caller(self.url, self.keys[2])

    def now(self) -> datetime:
        return datetime.fromisoformat(self.provider.get("/dev/clock")["now"])

    def step(self, step: timedelta) -> datetime:
        """Let so much time pass, and all that is due in it be done; the moment after it."""
        answer = self.provider.call("POST", "/dev/clock", json={"step": write_duration(step)})
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["quiet"], told
        return datetime.fromisoformat(told["now"])

    def step_to(self, moment: datetime) -> datetime:
        return self.step(moment - self.now())

    def settle(self) -> datetime:
        """Until nothing is under way at this moment; a late reply of the usual kind is there too."""
        return self.step(timedelta(seconds=2))

    def submit(self, application: Mapping[str, Any], caller: Caller | None = None) -> Case:
        client = caller or self.provider
        return Case(self, client.submit(self.registrar.submission(application)), client)

    def family(self, persona: str = "lone-pensioner") -> dict[str, Any]:
        return self.mock.application(persona)

    def phones(self) -> list[dict[str, Any]]:
        """What phones got, the newest first; questions for consent stand apart."""
        return [one for one in self.mock.get("/_mock/sms") if not _asks_consent(one)]

    def consent_messages(self) -> list[dict[str, Any]]:
        return [one for one in self.mock.get("/_mock/sms") if _asks_consent(one)]

    def people_do(self, iin: str, **what: str) -> None:
        """What a person does when asked for consent (`does`), or with what was asked before (`now`)."""
        answer = requests.post(f"{self.mock.url}/_mock/consents", json={"iin": iin, **what}, timeout=20)
        assert answer.status_code == 200, answer.text


def _asks_consent(message: Mapping[str, Any]) -> bool:
    return str(message["id"]).startswith("consent-")


@dataclass(frozen=True)
class Case:
    """One application, as its provider and its submitter see it."""

    house: TimeHouse
    id: str
    submitter: Caller

    def get(self, path: str = "") -> Any:
        return self.house.provider.get(f"/v1/applications/{self.id}{path}")

    def post(self, path: str, expect: int = 200, **body: Any) -> Any:
        """An act of the specialist."""
        wanted = {"acted_by": SPECIALIST} | body
        answer = self.house.provider.call("POST", f"/v1/applications/{self.id}{path}", json=wanted)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def status(self) -> str:
        return str(self.get()["status"]["code"])

    def letters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/letters")["letters"]
        return found

    def letter_states(self) -> list[tuple[str, str]]:
        return [(letter["owner"], letter["state"]) for letter in self.letters()]

    def send(self, n: int = 1, number: str = "7-1") -> dict[str, Any]:
        """The draft is signed by hand and goes out on paper."""
        sent: dict[str, Any] = self.post(f"/letters/{n}/sent", channel="paper", number=number)
        return sent

    def notices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/notices")["notices"]
        return found

    def notice_kinds(self) -> list[str]:
        return [notice["kind"] for notice in self.notices()]

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """In their order; those of the kinds, or all."""
        return [one for one in self.get("/events")["events"] if not kinds or one["kind"] in kinds]

    def cells(self, number: int) -> list[dict[str, Any]]:
        """The inquiries of one request."""
        rows = self.get("/inquiries")["requests"]
        return [cell for row in rows if row["number"] == number for cell in row["cells"]]

    def cell(self, number: int) -> dict[str, Any]:
        found = self.cells(number)
        assert len(found) == 1, found
        return found[0]

    def open_numbers(self) -> list[int]:
        """Requests of which something is not answered yet."""
        rows = self.get("/inquiries")["requests"]
        return [row["number"] for row in rows if any(not cell["closed"] or cell["gap"] for cell in row["cells"])]

    def tasks(self) -> list[tuple[str, str]]:
        """What waits for a person in this case, and its subject."""
        listed = self.house.provider.get("/v1/worklist")["tasks"]
        return [(task["kind"], task["subject"]) for task in listed if task["application"] == self.id]


@contextmanager
def open_time_house(
    folder: Path,
    registrar: Registrar,
    start: datetime = MONDAY,
    environ: Mapping[str, str] = NOTHING,
    **mock: Any,
) -> Iterator[TimeHouse]:
    """Mock suite and gateway over a new database in `folder`; both clocks stand at `start` until they are stepped."""
    with open_virtual_mock(registrar, start, **mock) as server:
        house = TimeHouse(server, registrar, folder, start, dict(environ))
        try:
            house.start()
            yield house
        finally:
            server.suite.failures.reset()
            house.stop()


@contextmanager
def open_virtual_mock(registrar: Registrar, start: datetime, **settings: Any) -> Iterator[MockServer]:
    usual: dict[str, Any] = {"reply_delay_seconds": 1.0, "senders": {SENDER: SENDER_PASSWORD}}
    told = MockSettings(
        seed=SEED,
        clock_start=start,
        authority=registrar.folder,
        **(usual | settings),
    )
    app = create_app(told, real_world(told))
    suite: Suite = app.extensions["suite"]
    with serving(app, Bounds(body_bytes=told.body_bytes)) as url:
        try:
            yield MockServer(url, suite)
        finally:
            suite.close()
