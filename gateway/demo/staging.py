"""What the demonstrations share: the mock suite as a process, settings towards it, a signed application."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.clock import Clock, now
from gateway.demo.processes import Server, run_command
from gateway.settings import bare_environment
from signing.cms.making import sign_detached
from signing.keys import load_p12

SENDER = "asp-gateway"
CLERK = "ДЕМОНСТРАТОВА А.Б."


def start_mock(folder: Path, password: str, seed: int, *more: str) -> Server:
    command = [
        "registries-mock", "serve", "--port", "0", "--seed", str(seed), "--ca", str(folder / "ca"),
        "--sender", f"{SENDER}:{password}", *more,
    ]  # fmt: skip
    return Server(command, bare_environment(), folder / "mock.log")


def describe_settings(folder: Path, mock_url: str, password: str) -> dict[str, str]:
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
        "ASP_SENDER_ID": SENDER,
        "ASP_SENDER_PASSWORD": password,
        "ASP_SMS_LOGIN": SENDER,
        "ASP_SMS_PASSWORD": password,
        "ASP_SHEP_KEY_FILE": str(folder / "organisation.p12"),
        "ASP_SHEP_KEY_PASSWORD": password,
        "ASP_PAYLOAD_KEY_FILE": str(folder / "organisation.p12"),
        "ASP_PAYLOAD_KEY_PASSWORD": password,
    }


def sign_application(
    folder: Path, persona: Mapping[str, Any], clerk: str = CLERK, clock: Clock = now
) -> dict[str, Any]:
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
    signature = sign_detached(body, key, clock())
    return {
        "application": base64.b64encode(body).decode(),
        "signature": {"method": "eds", "format": "cms", "value": base64.b64encode(signature).decode()},
        "accepted_by": clerk,
    }
