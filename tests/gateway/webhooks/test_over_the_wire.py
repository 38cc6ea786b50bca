"""Over a real socket: what a portal's server gets, and what its answers may do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.http import WEBHOOK_ANSWER_BYTES, PortalUnreached, WebhookLine
from gateway.webhooks.addresses import WebhookHosts
from gateway.webhooks.messages import sign
from gateway.webhooks.sending import Sender
from gateway.webhooks.sweeper import AT_ONCE, WebhookSweeper
from tests.adapters.stub_server import Asked, Behaviour, Conversation, StubServer, always, http, serving
from tests.gateway.webhooks.desk import Desk, Got
from tests.support.waiting import wait_until


@pytest.fixture
def line() -> Iterator[WebhookLine]:
    line = WebhookLine(seconds=0.5)
    yield line
    line.close()


def own_host(server: StubServer) -> WebhookHosts:
    return WebhookHosts(frozenset({server.url.split("/")[2]}), https_only=False)


def test_a_portal_s_server_is_told_in_order_signed_and_again_after_its_fault(desk: Desk, line: WebhookLine) -> None:
    def behave(asked: Asked, _: Conversation) -> bytes:
        return http(503 if len(server.asked) == 1 else 204, b"")

    with serving(behave) as server:
        sender = Sender(own_host(server), line.post, desk.clock)
        sweeper = WebhookSweeper(desk.queue, sender.send, desk.clock, ThreadPoolExecutor(AT_ONCE), look_every=0.02)
        desk.applications.follow(sweeper.poke)
        client, secret = desk.add_client(server.url + "events")
        sweeper.start()
        try:
            application = desk.accept(client)
            desk.tell(application, "notice_issued", notice=1)
            wait_until(lambda: sweeper.is_quiet() and bool(server.asked))
            assert len(server.asked) == 1
            desk.clock.now = sweeper.next_due() or desk.clock.now
            wait_until(lambda: len(server.asked) == 3 and sweeper.is_quiet())
        finally:
            sweeper.stop()
    told = [Got(desk.clock(), asked.path, asked.body, {}).event for asked in server.asked]
    assert [one["seq"] for one in told] == [1, 1, 2]
    assert told[0] == told[1]
    for asked in server.asked:
        assert asked.head.startswith("POST /events HTTP/1.1\r\n")
        expected = sign(secret.encode(), asked.header("Asp-Timestamp"), asked.body)
        assert asked.header("Asp-Signature") == f"v1={expected}"
        assert asked.header("Authorization") == ""


def test_a_redirect_is_not_followed_and_no_cookie_is_brought_back(line: WebhookLine) -> None:
    with serving(always(http(204, b""))) as elsewhere:
        head = f"HTTP/1.1 307 X\r\nLocation: {elsewhere.url}\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
        with serving(always(head.encode())) as server:
            assert [line.post(server.url, b"{}", {}) for _ in range(2)] == [307, 307]
            assert [asked.header("Cookie") for asked in server.asked] == ["", ""]
        assert not elsewhere.asked


def test_a_redirect_counts_as_a_refusal(desk: Desk) -> None:
    client, _ = desk.add_client("https://portal.test/events")
    desk.accept(client)
    desk.answers["https://portal.test/events"] = lambda _: 302
    desk.sweep()
    assert desk.store.read_state(client.id).failing == 1


@pytest.mark.parametrize(
    "behave",
    [
        lambda asked, talk: talk.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 5000),
        lambda asked, talk: talk.drip(http(200, b"a" * 5000)),
        lambda asked, talk: talk.stall(),
    ],
    ids=["head in drops", "body in drops", "silence"],
)
def test_a_portal_that_does_not_end_is_left_at_the_deadline(line: WebhookLine, behave: Behaviour) -> None:
    with serving(behave) as server:
        began = time.monotonic()
        with pytest.raises(PortalUnreached):
            line.post(server.url, b"{}", {})
        assert 0.4 < time.monotonic() - began < 3


def test_an_answer_is_not_read_beyond_its_bound(line: WebhookLine) -> None:
    with serving(always(http(200, b"a" * (WEBHOOK_ANSWER_BYTES + 1)))) as server, pytest.raises(PortalUnreached):
        line.post(server.url, b"{}", {})


def test_a_portal_that_is_not_there_is_unreached(line: WebhookLine) -> None:
    with serving(always(b"")) as server:
        url = server.url
    with pytest.raises(PortalUnreached):
        line.post(url, b"{}", {})


def test_a_certificate_that_nobody_vouches_for_is_not_believed(line: WebhookLine, tmp_path: Path) -> None:
    """Not TLS at all, and authorities that are none: neither is taken for a portal."""
    with serving(always(http(204, b""))) as server, pytest.raises(PortalUnreached):
        line.post(server.url.replace("http://", "https://"), b"{}", {})
    (tmp_path / "none.pem").write_text("no certificate", encoding="utf-8")
    with serving(always(http(204, b""))) as server:
        other = WebhookLine(str(tmp_path / "none.pem"), seconds=0.5)
        with pytest.raises(PortalUnreached):
            other.post(server.url.replace("http://", "https://"), b"{}", {})
        other.close()
