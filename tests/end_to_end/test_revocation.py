"""Intake where revocation is required: good is taken, revoked refused, and an authority's silence is nobody's fault."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.authority import Registrar, envelope, write_application
from tests.support.clock import MovableClock
from tests.support.house import House, MockServer, open_house

PERSONA = "family-of-five"


@contextmanager
def publishing(**lists: bytes) -> Iterator[str]:
    """A server that gives out lists by name; its address."""

    class Publisher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = lists.get(self.path.strip("/"))
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silence() -> Iterator[str]:
    """A server that takes calls and never answers; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.fixture
def applicant(mock: MockServer) -> str:
    return str(mock.application(PERSONA)["applicant"]["iin"])


@contextmanager
def requiring(
    folder: Path, registrar: Registrar, clock: MovableClock, mock: MockServer, **addresses: str
) -> Iterator[House]:
    """The bus's own signature is not under test here: what it signs would be asked about as well."""
    environ = {"ASP_REVOCATION": "require", "ASP_REVOCATION_FOLDER": str(folder / "lists")} | addresses
    with open_house(folder, registrar, clock, mock, environ) as house:
        yield house


def submit(house: House, language: str = "ru") -> requests.Response:
    body = write_application(house.mock.application(PERSONA) | {"language": language})
    iin = house.mock.application(PERSONA)["applicant"]["iin"]
    return house.provider.call("POST", "/v1/applications", json=envelope(body, house.registrar.sign(body, iin)))


def test_who_is_on_no_list_is_taken_and_who_is_on_one_is_refused(
    tmp_path: Path, registrar: Registrar, clock: MovableClock, mock: MockServer, applicant: str
) -> None:
    lists = {"root": registrar.revocation_list(by_root=True), "issuing": registrar.revocation_list()}
    for name, expected in (("good", (202, None)), ("revoked", (422, "signature-revoked"))):
        if name == "revoked":
            lists["issuing"] = registrar.revocation_list(applicant)
        folder = tmp_path / name
        folder.mkdir()
        with (
            publishing(**lists) as url,
            requiring(folder, registrar, clock, mock, ASP_CRL_URLS=f"{url}/root,{url}/issuing") as house,
        ):
            answer = submit(house)
            assert (answer.status_code, answer.json().get("code")) == expected
            kept = house.look("SELECT count(*) FROM applications")
            assert kept == [(1 if name == "good" else 0,)]


def test_a_list_of_the_root_that_is_missing_leaves_the_issuing_authority_in_doubt(
    tmp_path: Path, registrar: Registrar, clock: MovableClock, mock: MockServer
) -> None:
    with (
        publishing(issuing=registrar.revocation_list()) as url,
        requiring(tmp_path, registrar, clock, mock, ASP_CRL_URLS=f"{url}/issuing") as house,
    ):
        answer = submit(house)
    assert (answer.status_code, answer.json()["code"]) == (503, "signature-revocation-unknown")


def test_a_silent_authority_is_waited_for_once_by_all_who_ask_and_nothing_is_kept(
    tmp_path: Path, registrar: Registrar, clock: MovableClock, mock: MockServer
) -> None:
    with silence() as url, requiring(tmp_path, registrar, clock, mock, ASP_OCSP_URL=url, ASP_THREADS="8") as house:
        started = time.monotonic()
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: submit(house), range(12)))
        waited = time.monotonic() - started
        assert {(one.status_code, one.json()["code"]) for one in answers} == {(503, "signature-revocation-unknown")}
        # One deadline of 5 s, and then the responder is left alone for a while.
        assert waited < 20
        assert requests.get(f"{house.gateway_url}/health/live", timeout=5).status_code == 200
        assert house.look("SELECT count(*) FROM applications") == [(0,)]
