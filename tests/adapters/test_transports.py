"""Either transport is over by its deadline, whatever the server does, and says whose fault it was."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from adapters.http.curl import CurlTransport
from adapters.http.sessions import SessionTransport
from adapters.ports import Deadline, HttpReply, Transport
from contracts.errors import ContractBroken, RegistryTimedOut, RegistryUnavailable, SettingInvalid
from tests.adapters.stub_server import Asked, Behaviour, Conversation, always, http, serving

LONG = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 1000\r\n\r\n"
CLOSED = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
SECONDS = 0.4
GRACE = 0.1


@pytest.fixture(params=[CurlTransport, SessionTransport], ids=["curl", "requests"])
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    made: Transport = request.param(connect_seconds=2.0)
    yield made
    made.close()


def post(transport: Transport, url: str, *, seconds: float = 5.0, max_bytes: int = 100_000) -> HttpReply:
    return transport.post(
        url, b"<q>\xd3\x98</q>", {"Content-Type": "text/xml"}, deadline=Deadline(seconds), max_bytes=max_bytes
    )


def test_a_reply_of_any_status_comes_back_whole(transport: Transport) -> None:
    with serving(always(http(503, b"busy", "text/plain"))) as server:
        reply = post(transport, server.url + "a/b?wsdl")
        assert (reply.status, reply.content_type, reply.body) == (503, "text/plain", b"busy")
        assert server.asked[0].path == "/a/b?wsdl"
        assert server.asked[0].body == b"<q>\xd3\x98</q>"
        assert server.asked[0].header("Content-Type") == "text/xml"


def test_a_connection_is_used_again(transport: Transport) -> None:
    with serving(always(http(200, b"<a/>"))) as server:
        for _ in range(5):
            post(transport, server.url)
        assert server.connections == 1


def test_redirects_are_not_followed(transport: Transport) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with serving(always(moved)) as server:
        assert post(transport, server.url).status == 302
        assert len(server.asked) == 1


def test_no_proxy_is_taken_from_the_environment(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(always(http(200, b"<a/>"))) as server:
        assert post(transport, server.url).status == 200


def drip_body(asked: Asked, conversation: Conversation) -> None:
    conversation.send(LONG)
    conversation.drip(b"x" * 1000)


def drip_head(asked: Asked, conversation: Conversation) -> None:
    conversation.drip(LONG + b"x" * 1000)


def drip_many_headers(asked: Asked, conversation: Conversation) -> None:
    conversation.send(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        if conversation.stopped.wait(0.05):
            return
        conversation.send(b"X-A: b\r\n")


def stall_in_body(asked: Asked, conversation: Conversation) -> None:
    conversation.send(LONG + b"half")
    conversation.stall()


def drip_then_stall(asked: Asked, conversation: Conversation) -> None:
    conversation.send(LONG)
    conversation.drip(b"x" * 5)
    conversation.stall()


def silence(asked: Asked, conversation: Conversation) -> None:
    conversation.stall()


SLOW = [drip_then_stall, drip_body, drip_head, drip_many_headers, stall_in_body, silence]


@pytest.mark.parametrize("behave", SLOW, ids=lambda each: each.__name__)
def test_a_slow_server_costs_no_more_than_the_deadline(transport: Transport, behave: Behaviour) -> None:
    took = list[float]()
    with serving(behave) as server:
        # A busy machine may wake this thread late: the best of three is what the transport itself takes.
        while len(took) < 3 and not (took and min(took) <= SECONDS + GRACE):
            started = time.monotonic()
            with pytest.raises(RegistryTimedOut):
                post(transport, server.url, seconds=SECONDS)
            took.append(time.monotonic() - started)
    assert SECONDS - 0.05 <= min(took) <= SECONDS + GRACE


def reset(asked: Asked, conversation: Conversation) -> None:
    conversation.reset()


def reset_in_body(asked: Asked, conversation: Conversation) -> None:
    conversation.send(LONG + b"half")
    conversation.reset()


def truncated(asked: Asked, conversation: Conversation) -> None:
    conversation.send(LONG + b"half")


def hang_up(asked: Asked, conversation: Conversation) -> None:
    return None


def nonsense(asked: Asked, conversation: Conversation) -> None:
    conversation.send("880314490010 это не HTTP\r\n\r\n".encode())


BROKEN = [reset, reset_in_body, truncated, hang_up, nonsense]


@pytest.mark.parametrize("behave", BROKEN, ids=lambda each: each.__name__)
def test_a_broken_exchange_is_unavailable_and_may_have_arrived(transport: Transport, behave: Behaviour) -> None:
    with serving(behave) as server, pytest.raises(RegistryUnavailable) as caught:
        post(transport, server.url)
    assert caught.value.may_have_arrived
    assert "880314490010" not in "".join(_texts(caught.value))


def _texts(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield f"{error} {error!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_a_refused_connection_is_unavailable_and_surely_did_not_arrive(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RegistryUnavailable) as caught:
        post(transport, f"http://127.0.0.1:{port}/")
    assert not caught.value.may_have_arrived


def endless(asked: Asked, conversation: Conversation) -> None:
    conversation.send(CLOSED)
    while not conversation.stopped.is_set():
        conversation.send(b"x" * 65536)


@pytest.mark.parametrize("behave", [endless, always(http(200, b"x" * 100_001))], ids=["endless", "declared"])
def test_an_oversized_reply_is_cut_off_and_is_a_broken_contract(transport: Transport, behave: Behaviour) -> None:
    with serving(behave) as server, pytest.raises(ContractBroken, match="longer than 100000 bytes"):
        post(transport, server.url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "nothing at all"])
def test_only_http_and_https_are_spoken(transport: Transport, url: str) -> None:
    with pytest.raises(SettingInvalid):
        post(transport, url)


def test_an_expired_deadline_sends_nothing(transport: Transport) -> None:
    with serving(always(http(200, b"<a/>"))) as server:
        with pytest.raises(RegistryTimedOut):
            post(transport, server.url, seconds=0.0)
        assert server.asked == []


def test_96_threads_share_one_transport(transport: Transport) -> None:
    barrier = threading.Barrier(96)

    def echo(asked: Asked, conversation: Conversation) -> bytes:
        return http(200, asked.header("X-Number").encode())

    answers: dict[int, bytes] = {}

    def ask(number: int, url: str) -> None:
        barrier.wait()
        for _ in range(3):
            reply = transport.post(url, b"q", {"X-Number": str(number)}, deadline=Deadline(20), max_bytes=100)
            answers[number] = reply.body

    with serving(echo) as server:
        threads = [threading.Thread(target=ask, args=(number, server.url)) for number in range(96)]
        _run(threads)
    assert answers == {number: str(number).encode() for number in range(96)}


def _run(threads: list[threading.Thread]) -> None:
    start: Callable[[threading.Thread], None] = threading.Thread.start
    for thread in threads:
        start(thread)
    for thread in threads:
        thread.join(30)
