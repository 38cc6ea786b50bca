"""The web server over a real socket: limits, a live stream, and refusals that have the shape of all others."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import request

from gateway.api.server import SPARE_BYTES, open_server
from gateway.http import Answer, CallFailed, CallRefused, GatewayClient
from gateway.store.rows import Audience
from tests.gateway.api.bench import LIMIT, Bench
from tests.gateway.sample_case import NOW, make_body
from tests.support.serving import serve


class Served:
    def __init__(self, request_seconds: float = 60.0) -> None:
        self.bench = Bench()
        self.server = open_server(
            self.bench.app,
            host="127.0.0.1",
            port=0,
            threads=2,
            max_body_bytes=LIMIT,
            request_seconds=request_seconds,
        )
        self.url = f"http://127.0.0.1:{self.server.effective_port}"

    def send_raw(self, data: bytes) -> tuple[str, str]:
        """The first line and the whole of the answer to these bytes."""
        with socket.create_connection(("127.0.0.1", self.server.effective_port), timeout=10) as connection:
            connection.sendall(data)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        return answer.decode().splitlines()[0], answer.decode()


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    with serve(served.server):
        yield served


@pytest.fixture
def hasty() -> Iterator[Served]:
    """A request has no time to come in more than two pieces."""
    served = Served(request_seconds=0.0)
    with serve(served.server):
        yield served


def test_an_application_goes_in_and_its_events_come_out_live(served: Served) -> None:
    bench = served.bench
    with GatewayClient(served.url, bench.portal_key) as client:
        accepted = client.post("/v1/applications", json.loads(make_body()), {"Idempotency-Key": "one"})
        assert accepted.status == 202

        def happen() -> None:
            bench.store.add_event("app_1", NOW, "package_registered", Audience.ALL)
            bench.store.change_case("app_1", lambda case: replace(case, registered_at=NOW))

        bench.store.waits = [happen]
        kinds = [event["kind"] for event in client.follow_events(accepted.json()["id"])]
    assert kinds == ["application_accepted", "package_registered"]


def test_following_ends_in_time_though_nothing_happens(served: Served) -> None:
    asked: list[str] = []
    served.bench.app.before_request(lambda: asked.append(request.path))
    seconds = iter(range(0, 1_000_000, 5))
    with GatewayClient(served.url, served.bench.portal_key, lambda: float(next(seconds))) as client:
        application_id = client.post("/v1/applications", json.loads(make_body())).json()["id"]
        kinds = [event["kind"] for event in client.follow_events(application_id, seconds=60)]
    assert kinds == ["application_accepted"]
    # Within one stream, which says 20 times that it is still there: not only when it stops and the next one would open.
    assert len(asked) == 2


def test_a_refusal_comes_with_its_problem(served: Served) -> None:
    with GatewayClient(served.url, "wrong") as client, pytest.raises(CallRefused, match="caller-unknown") as caught:
        client.get("/v1/applications/app_1")
    assert caught.value.answer.status == 401


def test_nobody_there_is_told_without_the_address() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/?secret"
        with GatewayClient(url) as client, pytest.raises(CallFailed) as caught:
            client.get("/health/live")
    assert "secret" not in str(caught.value)


def test_an_answer_that_is_no_json_is_a_failed_call() -> None:
    with pytest.raises(CallFailed):
        Answer(200, "text/html", b"<p>").json()


def test_the_server_refuses_what_is_far_too_large_before_it_is_sent(served: Served) -> None:
    size = LIMIT + SPARE_BYTES + 1
    head = f"POST /v1/applications HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    status, answer = served.send_raw(head.encode())
    assert status.startswith("HTTP/1.1 413")
    assert "application/problem+json" in answer
    assert json.loads(answer.split("\r\n\r\n")[1])["code"] == "body-too-large"


@pytest.mark.parametrize(("pieces", "code"), [(LIMIT // 1000 + 1, "body-too-large"), (3, "malformed-json")])
def test_a_chunked_body_is_counted_too(served: Served, pieces: int, code: str) -> None:
    head = (
        "POST /v1/applications HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {served.bench.portal_key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    body = (b"3e8\r\n" + b"{" * 1000 + b"\r\n") * pieces + b"0\r\n\r\n"
    _, answer = served.send_raw(head.encode() + body)
    assert json.loads(answer.split("\r\n\r\n")[1])["code"] == code


def test_what_is_not_http_is_a_problem_without_a_name_of_the_server(served: Served) -> None:
    status, answer = served.send_raw(b"NONSENSE\r\n\r\n")
    assert " 400 " in status
    assert "malformed-input" in answer
    assert "waitress" not in answer.lower()


def test_a_good_answer_does_not_name_the_server_either(served: Served) -> None:
    _, answer = served.send_raw(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert "\r\nserver:" not in answer.lower()


def test_who_comes_beside_many_that_are_silent_is_answered(served: Served) -> None:
    place = ("127.0.0.1", served.server.effective_port)
    with ExitStack() as stack:
        silent = [stack.enter_context(socket.create_connection(place, timeout=10)) for _ in range(150)]
        assert served.send_raw(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0].endswith(
            "200 OK"
        )
        for line in silent[:75]:
            line.sendall(b"POST /v1/applications HTTP/1.1\r\n")
        assert served.send_raw(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0].endswith(
            "200 OK"
        )


@pytest.mark.parametrize(
    "begun", ["GET /health/live HTTP/1.1\r\nX: ", "POST /v1/applications HTTP/1.1\r\nContent-Length: 900\r\n\r\n"]
)
def test_a_request_that_comes_byte_by_byte_is_not_waited_for_without_end(hasty: Served, begun: str) -> None:
    with socket.create_connection(("127.0.0.1", hasty.server.effective_port), timeout=0.05) as connection:
        connection.sendall(begun.encode())
        assert any(is_closed_after(connection, b"a") for _ in range(200))


def test_a_long_body_that_comes_steadily_is_waited_for(hasty: Served) -> None:
    with socket.create_connection(("127.0.0.1", hasty.server.effective_port), timeout=10) as connection:
        head = f"POST /v1/applications HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {LIMIT}\r\n\r\n"
        connection.sendall(head.encode())
        for start in range(0, LIMIT, LIMIT // 5):
            connection.sendall(b"{" * min(LIMIT // 5, LIMIT - start))
        assert connection.recv(12) == b"HTTP/1.1 401"


def is_closed_after(connection: socket.socket, piece: bytes) -> bool:
    try:
        connection.sendall(piece)
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_a_coding_of_the_body_that_nobody_reads_is_the_callers_fault(served: Served) -> None:
    status, answer = served.send_raw(b"POST /v1/applications HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n")
    assert status == "HTTP/1.1 501 Refused"
    assert json.loads(answer.split("\r\n\r\n")[1])["code"] == "malformed-input"
