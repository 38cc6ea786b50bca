"""Mock suite and gateway as processes, a client's key, and the family of five's signed application, ready to post."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from contracts.application import SCHEMA_ID
from gateway.clock import now
from gateway.demo.processes import Server, run_command
from gateway.http import GatewayClient
from gateway.settings import bare_environment
from signing.cms.making import sign_detached
from signing.keys import SigningKey, load_p12

PERSONA = "family-of-five"
_SENDER = "asp-gateway"
_PASSWORD = "bench-only"


@dataclass(frozen=True)
class Signer:
    """The applicant with the key: each submission is other bytes, by blanks behind the JSON."""

    body: bytes = field(repr=False)
    key: SigningKey = field(repr=False)
    numbers: Iterator[int] = field(default_factory=count)

    def sign(self) -> dict[str, Any]:
        body = self.body + b" " * next(self.numbers)
        signature = base64.b64encode(sign_detached(body, self.key, now())).decode()
        return {
            "application": base64.b64encode(body).decode(),
            "signature": {"method": "eds", "format": "cms", "value": signature},
            "accepted_by": "ПРОВЕРКИНА А.Б.",
        }


@dataclass(frozen=True)
class House:
    """What a measurement holds of the two processes."""

    folder: Path
    mock_url: str
    mock_pid: int
    gateway_url: str
    gateway_pid: int
    key: str = field(repr=False)
    signer: Signer = field(repr=False)

    @property
    def submission(self) -> Mapping[str, Any]:
        """The same family, signed anew: a signature is accepted once."""
        return self.signer.sign()

    @property
    def database(self) -> Path:
        return self.folder / "gateway.db"

    @property
    def key_file(self) -> Path:
        return self.folder / "store.key"

    def push_to(self, url: str = "") -> None:
        """From now on the mock pushes late replies to this address; without one, to the gateway."""
        pages = GatewayClient(self.mock_url)
        pages.post("/_mock/participants", {"sender_id": _SENDER, "url": url or f"{self.gateway_url}/shep/async-client"})
        pages.close()

    def count_exchanges(self) -> dict[str, int]:
        """Exchanges that the mock has had so far, by passport."""
        pages = GatewayClient(self.mock_url)
        counts: dict[str, int] = pages.get("/_mock/counts").json()
        pages.close()
        return counts


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """Both processes, until the context ends. Late replies come at once: what is measured is work, not waiting."""
    environ = bare_environment()
    with ExitStack() as stack:
        run_command(["registries-mock", "ca", "init", "--out", str(folder / "ca")], environ)
        _issue(folder, "organisation", "--role", "information-system", "--bin", "990140009992")
        command = ["registries-mock", "serve", "--port", "0", "--async-delay", "0", "--ca", str(folder / "ca")]
        command += ["--sender", f"{_SENDER}:{_PASSWORD}"]
        mock = stack.enter_context(Server(command, environ, folder / "mock.log"))
        mock_url = mock.wait_for_address()
        environ |= _describe_settings(folder, mock_url)
        client = ["--name", "Bench", "--kind", "provider", "--channel", "center", "--json"]
        key = json.loads(run_command(["asp-gateway", "clients", "add", *client], environ))["key"]
        gateway = stack.enter_context(Server(["asp-gateway", "serve", "--port", "0"], environ, folder / "gateway.log"))
        gateway_url = gateway.wait_for_address()
        house = House(folder, mock_url, mock.pid, gateway_url, gateway.pid, key, _find_signer(folder, mock_url))
        house.push_to()
        yield house


def _describe_settings(folder: Path, mock_url: str) -> dict[str, str]:
    return {
        "ASP_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "ASP_KEY_FILE": str(folder / "store.key"),
        "ASP_TRUST_FOLDER": str(folder / "ca" / "trust"),
        "ASP_SHEP_SYNC_URL": f"{mock_url}/bip-sync-wss-gost/",
        "ASP_SHEP_ASYNC_URL": f"{mock_url}/bip-async-wss-gost/",
        "ASP_SOAP_BASE": f"{mock_url}/soap",
        "ASP_REST_BASE": f"{mock_url}/rest",
        "ASP_SENDER_ID": _SENDER,
        "ASP_SENDER_PASSWORD": _PASSWORD,
        # The bare wire that is measured beside it carries no signatures either.
        "ASP_SHEP_KEY_FILE": "none",
        "ASP_PAYLOAD_KEY_FILE": str(folder / "organisation.p12"),
        "ASP_PAYLOAD_KEY_PASSWORD": _PASSWORD,
    }


def _issue(folder: Path, name: str, *described: str) -> Path:
    file = folder / f"{name}.p12"
    kept = ["--ca", str(folder / "ca"), "--out", str(file), "--password", _PASSWORD]
    run_command(["registries-mock", "ca", "issue", *kept, *described], bare_environment())
    return file


def _find_signer(folder: Path, mock_url: str) -> Signer:
    pages = GatewayClient(mock_url)
    declared = pages.get(f"/_mock/people/{PERSONA}").json()
    pages.close()
    person = declared["applicant"]
    described = ("--iin", person["iin"], "--surname", person["surname"], "--name", person["name"])
    key = load_p12(_issue(folder, "applicant", *described).read_bytes(), _PASSWORD)
    body = json.dumps({"schema": SCHEMA_ID, "service": "asp", **declared}, ensure_ascii=False).encode()
    return Signer(body, key)


def submit(client: GatewayClient, house: House, submission: Mapping[str, Any] | None = None) -> str:
    """The id of a new application: the same family, another signature and Idempotency-Key."""
    body = submission or house.submission
    accepted = client.post("/v1/applications", body, {"Idempotency-Key": secrets.token_hex(8)})
    return str(accepted.json()["id"])
