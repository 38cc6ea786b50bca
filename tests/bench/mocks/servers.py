"""The servers that are compared, each a process on a free port of this machine: ours, its floor, and its peers.

All find the service by an expression on the parsed message, and answer a reply of the same length; ours looks the
person up and writes the reply as the passport says, the others send what they were given.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contracts.shep import sync_wsdl

PEERS: Final = Path(__file__).parent / "peers"
PATH: Final = "/bip-sync-wss-gost/"
_MODULES: Final = PEERS / "node_modules"
_START_SECONDS: Final = 60.0
_NEVER: Final = threading.Event()


@dataclass(frozen=True)
class Server:
    """A server that takes requests."""

    pid: int
    url: str
    """Of SyncChannel."""
    start_ms: float
    """From its command to its first answer."""


@dataclass(frozen=True)
class Exchange:
    """What all are asked, and how they find it."""

    request: bytes
    service_id: str
    reply: bytes


Start = Callable[[float], AbstractContextManager[Server]]
"""With a delay of each reply in seconds."""


def ours(*options: str) -> Start:
    """`registries-mock serve`, its journal on."""

    def start(delay: float) -> AbstractContextManager[Server]:
        command = [sys.executable, "-c", "from registries_mock.cli import main; main()", "serve"]
        return _run(lambda port: [*command, "--port", str(port), "--latency", str(delay), *options], "/_mock/health")

    return start


def floor(reply: Path, *options: str) -> Start:
    """The bare path of tests/bench/mocks/floor.py."""

    def start(delay: float) -> AbstractContextManager[Server]:
        command = [
            sys.executable,
            "-m",
            "tests.bench.mocks.floor",
            "--reply",
            str(reply),
            "--delay",
            str(delay),
            *options,
        ]
        return _run(lambda port: [*command, "--port", str(port)], "/")

    return start


def wiremock(exchange: Exchange) -> Start:
    """In its asynchronous mode, without which it holds a thread for each reply that waits."""

    @contextmanager
    def start(delay: float) -> Iterator[Server]:
        (jar,) = (_MODULES / "wiremock" / "build").glob("wiremock-standalone-*.jar")
        options = [
            "--bind-address",
            "127.0.0.1",
            "--async-response-enabled",
            "true",
            "--max-request-journal-entries",
            "2000",
        ]
        with (
            tempfile.TemporaryDirectory() as folder,
            _run(
                lambda port: ["java", "-jar", str(jar), "--port", str(port), "--root-dir", folder, *options],
                "/__admin/health",
            ) as server,
        ):
            found = {"expression": "//serviceId/text()", "equalTo": exchange.service_id}
            reply = {"status": 200, "body": exchange.reply.decode(), "fixedDelayMilliseconds": int(delay * 1000)}
            stub = {
                "request": {"method": "POST", "urlPath": PATH, "bodyPatterns": [{"matchesXPath": found}]},
                "response": reply | {"headers": {"Content-Type": "text/xml; charset=utf-8"}},
            }
            _post(server.url.removesuffix(PATH) + "/__admin/mappings", stub)
            yield server

    return start


def mountebank(exchange: Exchange) -> Start:
    """An imposter of its own for the service."""

    @contextmanager
    def start(delay: float) -> Iterator[Server]:
        command = ["node", str(_MODULES / ".bin" / "mb"), "--host", "127.0.0.1", "--localOnly", "--nologfile"]
        with _run(lambda port: [*command, "--port", str(port)], "/") as server:
            port = _free_port()
            found = {"equals": {"body": exchange.service_id}, "xpath": {"selector": "//serviceId"}}
            answer = {"statusCode": 200, "headers": {"Content-Type": "text/xml"}, "body": exchange.reply.decode()}
            behaviours = [{"wait": int(delay * 1000)}] if delay else []
            stub = {"predicates": [found], "responses": [{"is": answer, "behaviors": behaviours}]}
            imposter = {"port": port, "host": "127.0.0.1", "protocol": "http", "stubs": [stub], "recordRequests": False}
            _post(server.url.removesuffix(PATH) + "/imposters", imposter)
            yield Server(server.pid, f"http://127.0.0.1:{port}{PATH}", server.start_ms)

    return start


def node_soap(exchange: Exchange) -> Start:
    """A server of the same published contract, with a reply as long as ours."""

    def start(delay: float) -> AbstractContextManager[Server]:
        words = ["node", str(PEERS / "node_soap.js"), str(sync_wsdl())]
        return _run(lambda port: [*words, str(port), str(int(delay * 1000)), str(len(exchange.reply))], f"{PATH}?wsdl")

    return start


def are_peers_installed() -> bool:
    """Whether `npm ci` was run in the folder of the peers."""
    return _MODULES.is_dir()


@contextmanager
def _run(command: Callable[[int], Sequence[str]], health: str) -> Iterator[Server]:
    port = _free_port()
    begun = time.monotonic()
    process = subprocess.Popen(
        command(port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
        env=_environ(),
    )
    try:
        base = f"http://127.0.0.1:{port}"
        while not _is_there(base + health):
            if process.poll() is not None or time.monotonic() - begun > _START_SECONDS:
                raise RuntimeError(f"{command(port)[:3]} does not start")
            _NEVER.wait(0.005)
        yield Server(process.pid, base + PATH, (time.monotonic() - begun) * 1000)
    finally:
        process.terminate()
        process.wait(20)


def _environ() -> dict[str, str]:
    """Ours: modules are compiled when a package is installed, and no start of it compiles them anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _is_there(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310 - an address of our own
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _post(url: str, body: object) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as reply:  # noqa: S310 - an address of our own
        reply.read()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
