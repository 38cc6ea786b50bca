"""Replies that are none of HTTP, and what is said of the connection after one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.registries_mock.web.bare_lines import LAST, Start, ask, connected, echo, post


def says_nothing(_environ: dict[str, Any], _start: Start) -> Iterable[bytes]:
    return [b"x"]


def finds_no_file(_environ: dict[str, Any], _start: Start) -> Iterable[bytes]:
    raise FileNotFoundError(2, "secret")


def breaks_a_header(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [("X", "a\r\nEvil: secret")])
    return [b"x"]


def breaks_the_status(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK\r\nEvil: secret", [])
    return [b"x"]


def writes_cyrillic(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [("X", "я")])
    return [b"x"]


def tells_too_much(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", "9")])
    return [b"x"]


def tells_too_little(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", "1")])
    return [b"xyz"]


@pytest.mark.parametrize(
    "app",
    [
        says_nothing,
        finds_no_file,
        breaks_a_header,
        breaks_the_status,
        writes_cyrillic,
        tells_too_much,
        tells_too_little,
    ],
)
def test_what_is_no_reply_of_http_is_an_error_of_the_server_and_logged(
    app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(app) as line:
        came = ask(line, post(b"") + post(b""))
    assert came.startswith(b"HTTP/1.1 500 ")
    assert came.count(b"HTTP/1.1") == 1
    assert "a request failed: " in caplog.text
    assert b"Evil" not in came
    assert "secret" not in caplog.text


@pytest.mark.parametrize(("told", "seen"), [("9", b"onetwo"), ("4", b"one")])
def test_pieces_that_are_not_as_long_as_was_told_end_the_connection(told: str, seen: bytes) -> None:
    """Else the next reply would be taken for the rest of this one, or its rest for the next."""

    def app(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", told)])
        yield from (b"one", b"two")

    with connected(app) as line:
        came = ask(line, post(b"") + post(b""))
    assert came.count(b"HTTP/1.1") == 1
    assert came.endswith(b"\r\n\r\n" + seen)


def test_what_is_written_at_once_comes_before_what_is_returned() -> None:
    def app(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])(b"one")
        return [b"two"]

    with connected(app) as line:
        assert ask(line, post(b"", LAST)).endswith(b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")


def test_an_old_client_that_wants_to_go_on_is_told_that_it_may() -> None:
    with connected(echo) as line:
        came = ask(line, b"GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", b"GET /end HTTP/1.0\r\n\r\n")
    assert came.count(b"Connection: keep-alive\r\n") == 1
    assert came.count(b"Connection: close\r\n") == 1
