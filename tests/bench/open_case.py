"""One real case in the middle of its extension: gathered over the wire in virtual time, a letter sent, days gone by."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from gateway.clock import now
from gateway.core.calendar import ALMATY
from gateway.demo.processes import Server, run_command
from gateway.demo.staging import CLERK, SENDER, describe_settings, sign_application, start_mock
from gateway.http import GatewayClient
from gateway.settings import bare_environment

PERSONA = "family-of-five"
_PASSWORD = "bench-only"
SILENT = ("mvd-vehicles", "efarm-2014")
"""Two owners that do not answer: two letters, and their cells are tried again twice a working day."""
_SILENCE = {"kind": "html_503"}
_SPECIALIST = "МАМАН М.М."
_UNTIL_LETTERS = timedelta(hours=6)
_DAYS = 2
"""Working days under the letters: by then further tries and their events are in the record."""


@dataclass(frozen=True)
class OpenCase:
    """Where the case lies, and the mock suite that would be asked for it."""

    folder: Path
    database_url: str
    id: str
    quiet_at: datetime
    """A moment at which nothing of it is due."""
    due_at: datetime
    """Its next wake-up: the next try under its letters."""
    mock_pid: int
    mock_url: str
    environ: Mapping[str, str] = field(repr=False)
    """Settings of a gateway that asks this mock suite; the clock is not among them."""

    def fail(self, failure: Mapping[str, str]) -> None:
        """From now on its silent registries fail in this way."""
        failures = f"{self.mock_url}/_mock/failures"
        requests.delete(failures, timeout=20).raise_for_status()
        for passport in SILENT:
            requests.post(failures, json={"passport": passport, **failure}, timeout=20).raise_for_status()

    def serve_at(self, moment: datetime, database_url: str) -> Server:
        """The real program over a database, its clock standing at the moment."""
        told = {"ASP_CLOCK": "virtual", "ASP_CLOCK_START": moment.isoformat(), "ASP_DATABASE_URL": database_url}
        command = ["asp-gateway", "serve", "--port", "0"]
        return Server(command, {**self.environ, **told}, self.folder / "measured.log")


@contextmanager
def open_case(folder: Path) -> Iterator[OpenCase]:
    """The case at rest in a database of its own; the mock suite runs until the context ends."""
    start = _a_monday(now())
    with ExitStack() as stack:
        run_command(["registries-mock", "ca", "init", "--out", str(folder / "ca")], bare_environment())
        clock = ("--clock", "virtual", "--clock-start", start.isoformat())
        server = stack.enter_context(start_mock(folder, _PASSWORD, 1, *clock))
        mock_url = server.wait_for_address()
        mock = GatewayClient(mock_url)
        stack.callback(mock.close)
        body = mock.get(f"/_mock/people/{PERSONA}").json()
        environ = bare_environment() | describe_settings(folder, mock_url, _PASSWORD)
        client = ["--name", "Bench", "--kind", "provider", "--channel", "center", "--json"]
        key = json.loads(run_command(["asp-gateway", "clients", "add", *client], environ))["key"]
        submission = sign_application(folder, body, clock=lambda: start) | {"accepted_by": CLERK}
        case_id, quiet_at, due_at = _gather(folder, environ, start, mock, mock_url, key, submission)
        yield OpenCase(folder, environ["ASP_DATABASE_URL"], case_id, quiet_at, due_at, server.pid, mock_url, environ)


def _gather(
    folder: Path,
    environ: Mapping[str, str],
    start: datetime,
    mock: GatewayClient,
    mock_url: str,
    key: str,
    submission: Mapping[str, Any],
) -> tuple[str, datetime, datetime]:
    told = {"ASP_CLOCK": "virtual", "ASP_CLOCK_START": start.isoformat(), "ASP_CLOCK_FOLLOWER": mock_url}
    with Server(["asp-gateway", "serve", "--port", "0"], {**environ, **told}, folder / "gathering.log") as gateway:
        url = gateway.wait_for_address()
        mock.post("/_mock/participants", {"sender_id": SENDER, "url": f"{url}/shep/async-client"})
        for passport in SILENT:
            mock.post("/_mock/failures", {"passport": passport, **_SILENCE})
        client = GatewayClient(url, key)
        accepted = client.post("/v1/applications", submission, {"Idempotency-Key": secrets.token_hex(8)}).json()
        path = f"/v1/applications/{accepted['id']}"
        _step(client, _UNTIL_LETTERS)
        for letter in client.get(f"{path}/letters").json()["letters"]:
            sent = {"acted_by": _SPECIALIST, "channel": "paper", "number": f"7-{letter['n']}"}
            client.post(f"{path}/letters/{letter['n']}/sent", sent)
        standing = _step(client, timedelta(days=_DAYS))
        status = client.get(path).json()["status"]["code"]
        client.close()
    if status != "extended":
        raise RuntimeError(f"the case is not in its extension: {status}")
    return str(accepted["id"]), datetime.fromisoformat(standing["now"]), datetime.fromisoformat(standing["next"])


def _step(client: GatewayClient, step: timedelta) -> dict[str, Any]:
    told: dict[str, Any] = client.post("/dev/clock", {"step": f"PT{int(step.total_seconds())}S"}).json()
    return told


def _a_monday(today: datetime) -> datetime:
    """Ten o'clock of the next Monday: keys that are made today are good then."""
    local = today.astimezone(ALMATY)
    ahead = timedelta(days=7 - local.weekday())
    return (local + ahead).replace(hour=10, minute=0, second=0, microsecond=0)
