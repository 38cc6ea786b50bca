"""An exchange ends in a whole answer with status 200, or in time with an error: no server holds its caller."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from signing.errors import RevocationUnavailable
from signing.fetching import AnsweredWithStatus, FetchRequest
from signing.http import fetch
from tests.signing.revocation.fetching import Served, Visit, serve

DEADLINE = 0.4
GRACE = 1.0
OK = b"HTTP/1.1 200 OK\r\n"
MANY = 1_000_000


def get(served: Served, **changes: Any) -> bytes:
    asked: dict[str, Any] = {"url": served.url, "max_bytes": 1000, "deadline_seconds": 5.0}
    return fetch(FetchRequest(**(asked | changes)))


def answer(*pieces: bytes) -> Callable[[Visit], None]:
    """Read the request, and say the pieces at once."""

    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.say(*pieces)

    return behave


def test_a_document_is_brought() -> None:
    with serve(answer(OK, b"Content-Length: 5\r\n\r\n", b"bytes")) as served:
        assert get(served) == b"bytes"
    request = served.visits[0].request
    assert request.startswith(b"GET /list.crl?part=1 HTTP/1.1\r\n")
    assert b"Accept-Encoding: identity" in request


def test_a_question_is_posted_with_its_kind() -> None:
    with serve(answer(OK, b"Content-Length: 2\r\n\r\n", b"ok")) as served:
        assert get(served, body=b"question", content_type="application/ocsp-request") == b"ok"
    request = served.visits[0].request
    assert request.startswith(b"POST ")
    assert b"Content-Type: application/ocsp-request\r\n" in request
    assert b"Content-Length: 8\r\n" in request


def test_an_answer_in_chunks_or_to_the_end_of_the_line_is_whole_too() -> None:
    with serve(answer(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"3\r\nbyt\r\n2\r\nes\r\n0\r\n\r\n")) as served:
        assert get(served) == b"bytes"
    with serve(answer(b"HTTP/1.0 200 OK\r\n\r\n", b"bytes")) as served:
        assert get(served) == b"bytes"


def test_an_answer_that_ends_is_enough_though_the_line_stays_open() -> None:
    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.say(OK, b"Content-Length: 5\r\n\r\n", b"bytes")
        visit.over.wait()

    with serve(behave) as served:
        assert get(served) == b"bytes"


REFUSED = {
    "an error": (b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\n\r\nbytes", "status 500"),
    "nothing new": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "status 304"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", "status 204"),
    "no HTTP": (b"SSH-2.0-server\r\n", "could not be asked: it does not speak HTTP"),
    "nothing at all": (b"", "could not be asked: the line to it broke off"),
    "less than announced": (OK + b"Content-Length: 9\r\n\r\nbytes", "cut off"),
    "a chunk cut off": (OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nbytes", "could not be asked"),
    "more than the bound": (OK + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001, "too large"),
    "more than the bound in chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"9\r\nxxxxxxxxx\r\n" * 200,
        "too large",
    ),
    "headers without end": (OK + b"A: b\r\n" * 1000, "could not be asked"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_whole_answer_is_an_error(case: str) -> None:
    said, why = REFUSED[case]
    with serve(answer(said)) as served, pytest.raises(RevocationUnavailable, match=why):
        get(served)


def test_another_status_is_told_apart_from_no_answer() -> None:
    """Who has answered is there, and may well answer the next question."""
    for case in ("an error", "nothing new", "no content"):
        with serve(answer(REFUSED[case][0])) as served, pytest.raises(AnsweredWithStatus):
            get(served)
    for case in ("no HTTP", "nothing at all", "less than announced"):
        with serve(answer(REFUSED[case][0])) as served, pytest.raises(RevocationUnavailable) as caught:
            get(served)
        assert type(caught.value) is RevocationUnavailable


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serve(answer(OK, b"Content-Length: 5\r\n\r\nbytes")) as other:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n"
        with serve(answer(moved.encode())) as served, pytest.raises(RevocationUnavailable, match=f"status {status}"):
            get(served)
    assert other.visits == []


def be_silent(visit: Visit) -> None:
    visit.over.wait()


def drip_headers(visit: Visit) -> None:
    visit.say(*itertools.chain([OK], itertools.repeat(b"A", MANY)), pause=0.02)


def drip_many_headers(visit: Visit) -> None:
    visit.say(*itertools.chain([OK], itertools.repeat(b"A: b\r\n", MANY)), pause=0.02)


def drip_body(visit: Visit) -> None:
    visit.read_request()
    visit.say(OK, b"Content-Length: 900\r\n\r\n")
    visit.say(*itertools.repeat(b"x", MANY), pause=0.02)


def drip_chunks(visit: Visit) -> None:
    visit.read_request()
    visit.say(OK, b"Transfer-Encoding: chunked\r\n\r\n")
    visit.say(*itertools.repeat(b"1\r\nx\r\n", 800), pause=0.02)


RUDE = [be_silent, drip_headers, drip_many_headers, drip_body, drip_chunks]


@pytest.mark.parametrize("behave", RUDE)
def test_no_server_holds_its_caller_past_the_deadline(behave: Callable[[Visit], None]) -> None:
    with serve(behave) as served:
        began = time.monotonic()
        with pytest.raises(RevocationUnavailable, match="in time"):
            get(served, deadline_seconds=DEADLINE)
        assert time.monotonic() - began < DEADLINE + GRACE


def test_a_server_that_does_not_begin_with_tls_holds_nobody_either() -> None:
    with serve(be_silent) as served:
        began = time.monotonic()
        with pytest.raises(RevocationUnavailable):
            get(served, url=f"https://127.0.0.1:{served.port}/", deadline_seconds=DEADLINE)
        assert time.monotonic() - began < DEADLINE + GRACE


@pytest.mark.parametrize("behave", RUDE)
def test_a_line_that_was_given_up_is_cut_and_its_thread_ends(behave: Callable[[Visit], None]) -> None:
    """Even where bytes go on coming, so that no single read takes long."""
    left = threading.Event()

    def watch(visit: Visit) -> None:
        visit.read_request()
        behave(visit)
        if not visit.over.is_set():
            left.set()

    with serve(watch) as served, pytest.raises(RevocationUnavailable, match="in time"):
        try:
            get(served, deadline_seconds=DEADLINE)
        finally:
            if behave is not be_silent:
                assert left.wait(GRACE)
            for thread in [one for one in threading.enumerate() if one.name == "fetch"]:
                thread.join(GRACE)
                assert not thread.is_alive()


def test_a_server_that_speaks_no_tls_is_refused() -> None:
    def behave(visit: Visit) -> None:
        visit.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serve(behave) as served, pytest.raises(RevocationUnavailable, match="no safe line \\(TLS\\)"):
        get(served, url=f"https://127.0.0.1:{served.port}/")


def test_a_closed_door_is_an_error() -> None:
    with serve(be_silent) as served:
        pass
    with pytest.raises(RevocationUnavailable, match="could not be asked: nobody listens there"):
        get(served)


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(answer(b"HTTP/1.1 500 Proxy\r\n\r\n")) as proxy, serve(answer(OK, b"\r\nbytes")) as served:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert get(served) == b"bytes"
    assert proxy.visits == []


ADDRESSES = [
    "",
    "list.crl",
    "file:///etc/hostname",
    "ftp://127.0.0.1/list.crl",
    "http://",
    "http:///list.crl",
    "http://user:word@127.0.0.1/list.crl",
    "http://127.0.0.1:none/list.crl",
    "http://127.0.0.1:99999/list.crl",
    "http://[127.0.0.1/list.crl",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(RevocationUnavailable, match="no http or https address"):
        fetch(FetchRequest(url, 10, DEADLINE))


def test_a_line_break_in_an_address_reaches_no_server() -> None:
    with serve(answer(OK, b"\r\nbytes")) as served, pytest.raises(RevocationUnavailable):
        get(served, url=f"http://127.0.0.1:{served.port}/a b\x7f")
    assert served.visits == []
