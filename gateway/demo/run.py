"""The demo's story: mock suite and gateway as processes, a family of five, its signed application, its dossier.

Everything goes over HTTP between three processes; the mock is never imported. The persona, its key and its
application come from the mock; the signature is made here, as a center would make it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from gateway.clock import now
from gateway.demo.folder import prepare_folder
from gateway.demo.processes import DemoFailed, Server, run_command
from gateway.demo.screen import Screen
from gateway.http import GatewayClient
from gateway.settings import bare_environment
from signing.cms.making import sign_detached
from signing.keys import load_p12

PERSONA = "family-of-five"
_SENDER = "asp-gateway"
_CLERK = "ДЕМОНСТРАТОВА А.Б."
_COMPLETE_SECONDS = 60.0


def run_demo(folder: Path, out: TextIO = sys.stdout, seed: int = 1, language: str = "ru") -> int:
    """Exit code 0 where the dossier read back from its file is complete; raises GatewayError where a step fails."""
    prepare_folder(folder)
    password = secrets.token_urlsafe(18)
    with ExitStack() as stack:
        run_command(["registries-mock", "ca", "init", "--out", str(folder / "ca")], bare_environment())
        mock = stack.enter_context(_start_mock(folder, password, seed))
        mock_url = mock.wait_for_address()
        environ = bare_environment() | _describe_settings(folder, mock_url, password)
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
        registry_pages.post("/_mock/participants", {"sender_id": _SENDER, "url": f"{gateway_url}/shep/async-client"})
        screen = Screen(
            {row["number"]: row["title"][language] for row in client.get("/v1/requests").json()["requests"]}, out
        )
        screen.say(f"registries-mock {mock_url}, asp-gateway {gateway_url}")
        submission = _sign(folder, registry_pages.get(f"/_mock/people/{PERSONA}").json())
        seconds, application_id = _follow(client, submission, screen)
        _keep(client, application_id, folder, language)
    return _report(folder / "dossier.json", seconds, screen)


def _start_mock(folder: Path, password: str, seed: int) -> Server:
    command = [
        "registries-mock", "serve", "--port", "0", "--seed", str(seed), "--ca", str(folder / "ca"),
        "--sender", f"{_SENDER}:{password}",
    ]  # fmt: skip
    return Server(command, bare_environment(), folder / "mock.log")


def _describe_settings(folder: Path, mock_url: str, password: str) -> dict[str, str]:
    run_command(
        ["registries-mock", "ca", "issue", "--ca", str(folder / "ca"), "--role", "information-system",
         "--bin", "990140009992", "--out", str(folder / "organisation.p12"), "--password", password],
        bare_environment(),
    )  # fmt: skip
    return {
        "ASP_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "ASP_KEY_FILE": str(folder / "store.key"),
        "ASP_TRUST_FOLDER": str(folder / "ca" / "trust"),
        "ASP_SHEP_SYNC_URL": f"{mock_url}/bip-sync-wss-gost/",
        "ASP_SHEP_ASYNC_URL": f"{mock_url}/bip-async-wss-gost/",
        "ASP_SOAP_BASE": f"{mock_url}/soap",
        "ASP_REST_BASE": f"{mock_url}/rest",
        "ASP_SENDER_ID": _SENDER,
        "ASP_SENDER_PASSWORD": password,
        "ASP_SMS_LOGIN": _SENDER,
        "ASP_SMS_PASSWORD": password,
        "ASP_SHEP_KEY_FILE": str(folder / "organisation.p12"),
        "ASP_SHEP_KEY_PASSWORD": password,
        "ASP_PAYLOAD_KEY_FILE": str(folder / "organisation.p12"),
        "ASP_PAYLOAD_KEY_PASSWORD": password,
    }


def _sign(folder: Path, persona: Mapping[str, Any]) -> dict[str, Any]:
    """The submission of a center: the exact bytes, the applicant's detached CMS over them, and who accepted them."""
    applicant = persona["applicant"]
    key_file, password = folder / "applicant.p12", secrets.token_urlsafe(12)
    run_command(
        ["registries-mock", "ca", "issue", "--ca", str(folder / "ca"), "--iin", applicant["iin"],
         "--surname", applicant["surname"], "--name", applicant["name"],
         "--out", str(key_file), "--password", password],
        bare_environment(),
    )  # fmt: skip
    body = json.dumps(persona, ensure_ascii=False).encode()
    key = load_p12(key_file.read_bytes(), password)
    signature = sign_detached(body, key, now())
    return {
        "application": base64.b64encode(body).decode(),
        "signature": {"method": "eds", "format": "cms", "value": base64.b64encode(signature).decode()},
        "accepted_by": _CLERK,
    }


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
