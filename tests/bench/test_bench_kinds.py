"""A floor is looked at: a fault or a refusal in place of a reply ends the benchmark, it is not a quick reply."""

from __future__ import annotations

import socket

import pytest

from tests.bench.kinds import check_kinds, name_kind
from tests.bench.raw import ask, ask_at_once, connections, http_post
from tests.bench.stub import stub_process

_ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'


def envelope(body: str) -> bytes:
    return _ENVELOPE.format(body).encode()


RIGHT = envelope('<a:reply xmlns:a="urn:a"><responseInfo><status><code>OK</code></status></responseInfo></a:reply>')


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (RIGHT, "{urn:a}reply OK"),
        (envelope("<reply/>"), "reply"),
        (
            envelope("<s:Fault><faultcode>s:Server</faultcode></s:Fault>"),
            "{http://schemas.xmlsoap.org/soap/envelope/}Fault",
        ),
        (b'{"code": 0, "account": null}', "JSON account code"),
        (b"<html/>", "html"),
    ],
)
def test_the_kind_of_a_reply_is_what_stands_in_its_body(reply: bytes, kind: str) -> None:
    assert name_kind(reply) == kind


@pytest.mark.parametrize(
    "came", [envelope("<s:Fault/>"), RIGHT.replace(b"OK", b"SCSS002"), b"<html/>", b'{"error": "no"}']
)
def test_a_reply_of_another_kind_ends_the_benchmark(came: bytes) -> None:
    check_kinds([(RIGHT, RIGHT)])
    with pytest.raises(RuntimeError, match="would mean nothing"):
        check_kinds([(RIGHT, RIGHT), (came, RIGHT)])


def test_a_reply_with_another_status_ends_the_benchmark() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\nfine")
        with pytest.raises(RuntimeError, match="500 Internal Server Error"):
            ask(here, b"")


def test_replies_come_back_in_the_order_of_their_messages() -> None:
    bodies = [f"<{n}>".encode() for n in range(8)]
    with stub_process([(body, b"reply " + body) for body in bodies]) as url, connections(url, len(bodies)) as opened:
        replies = ask_at_once(opened, [http_post(url, body, {}) for body in bodies])
    assert replies == [b"reply " + body for body in bodies]
