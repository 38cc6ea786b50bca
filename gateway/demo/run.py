"""The demo's story: mock suite and gateway as processes, a family of five, its signed application, its dossier.

Everything goes over HTTP between three processes; the mock is never imported. The persona, its key and its
application come from the mock; the signature is made here, as a center would make it.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from gateway.demo.folder import prepare_folder
from gateway.demo.processes import DemoFailed, Server, run_command
from gateway.demo.screen import Screen
from gateway.demo.staging import SENDER, describe_settings, sign_application, start_mock
from gateway.http import GatewayClient
from gateway.settings import bare_environment

PERSONA = "family-of-five"
_COMPLETE_SECONDS = 60.0


def run_demo(
    folder: Path, out: TextIO = sys.stdout, seed: int = 1, language: str = "ru", passports: Sequence[Path] = ()
) -> int:
    """Exit code 0 where the dossier read back from its file is complete; raises GatewayError where a step fails.

    `passports` are a deployment's folders, which mock and gateway follow.
    """
    prepare_folder(folder)
    password = secrets.token_urlsafe(18)
    with ExitStack() as stack:
        run_command(["registries-mock", "ca", "init", "--out", str(folder / "ca")], bare_environment())
        mock = stack.enter_context(start_mock(folder, password, seed, *_laid_over(passports)))
        mock_url = mock.wait_for_address()
        environ = bare_environment() | describe_settings(folder, mock_url, password)
        environ |= {"ASP_PASSPORTS": os.pathsep.join(map(str, passports))} if passports else {}
        key = json.loads(run_command(
            ["asp-gateway", "clients", "add", "--name", "Demo center", "--kind", "provider",
             "--channel", "center", "--json"],
            environ,
        ))["key"]  # fmt: skip
        gateway = stack.enter_context(Server(["asp-gateway", "serve", "--port", "0"], environ, folder / "gateway.log"))
        gateway_url = gateway.wait_for_address()
        registry_pages, client = GatewayClient(mock_url), GatewayClient(gateway_url, key)
        stack.callback(registry_pages.close)
        stack.callback(client.close)
        registry_pages.post("/_mock/participants", {"sender_id": SENDER, "url": f"{gateway_url}/shep/async-client"})
        screen = Screen(
            {row["number"]: row["title"][language] for row in client.get("/v1/requests").json()["requests"]}, out
        )
        screen.say(f"registries-mock {mock_url}, asp-gateway {gateway_url}")
        submission = sign_application(folder, registry_pages.get(f"/_mock/people/{PERSONA}").json())
        seconds, application_id = _follow(client, submission, screen)
        _keep(client, application_id, folder, language)
    return _report(folder / "dossier.json", seconds, screen)


def _laid_over(passports: Sequence[Path]) -> list[str]:
    return [word for folder in passports for word in ("--passports", str(folder))]


def _follow(client: GatewayClient, submission: Mapping[str, Any], screen: Screen) -> tuple[float, str]:
    """Submit, and show the inquiries as they are answered; the seconds until the package was registered."""
    started = time.monotonic()
    accepted = client.post("/v1/applications", submission, {"Idempotency-Key": secrets.token_hex(8)}).json()
    screen.say(f"application {accepted['number']} accepted")
    for event in client.follow_events(accepted["id"], seconds=_COMPLETE_SECONDS):
        if event["kind"] in ("inquiry_closed", "inquiry_waits"):
            data = event["data"]
            screen.show(data["number"], data["subject"], data["outcome"], data["cause"])
        if event["kind"] == "package_registered":
            return time.monotonic() - started, accepted["id"]
    raise DemoFailed(f"the package was not complete after {time.monotonic() - started:.0f} s")


def _keep(client: GatewayClient, application_id: str, folder: Path, language: str) -> None:
    path = f"/v1/applications/{application_id}/dossier"
    (folder / "dossier.json").write_bytes(client.get(path).content)
    (folder / "dossier.html").write_bytes(client.get(path, "text/html").content)


def _report(file: Path, seconds: float, screen: Screen) -> int:
    """The last line, out of the file as it lies on disk."""
    dossier = json.loads(file.read_bytes())
    rows = dossier["requests"]
    accounted = [row["number"] for row in rows if row["inquiries"]]
    inquiries = sum(len(row["inquiries"]) for row in rows)
    closed = all(inquiry["closed"] and not inquiry["gap"] for row in rows for inquiry in row["inquiries"])
    complete = closed and dossier["summary"]["complete"] and len(accounted) == len(rows)
    screen.say(f"{os.path.relpath(file)} and {os.path.relpath(file.with_suffix('.html'))} are written")
    word = "complete" if complete else "NOT complete"
    screen.say(f"dossier {word}: {len(accounted)} of {len(rows)} requests, {inquiries} inquiries, {seconds:.1f} s")
    return 0 if complete else 1
