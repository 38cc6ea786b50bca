"""The place beside others on one PostgreSQL, where the way to it is at fault and one end does not know."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import URL, make_url

from gateway.store.side_by_side import stand_side_by_side
from tests.gateway.store.test_side_by_side import HOLDING, WAITING, ask, cut_all, named, stand, url
from tests.support.waiting import wait_until

__all__ = ["named", "url"]
pytestmark = pytest.mark.needs_postgresql
CANCEL = "select count(pg_cancel_backend(pid)) filter (where wait_event_type = 'Lock')"


class Relay:
    """Between a process and its database: of what it does to the one side, the other is not told."""

    def __init__(self, server: URL) -> None:
        self._server = (server.host or "127.0.0.1", server.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sides: list[tuple[socket.socket, socket.socket]] = []
        self._is_silent, self.has_kept = threading.Event(), threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """The process finds its connections closed; the server keeps their sessions."""
        for near, _ in self._sides:
            with suppress(OSError):
                near.shutdown(socket.SHUT_RDWR)

    def fall_silent(self) -> None:
        """Whatever is said is taken, and nobody hears of it."""
        self._is_silent.set()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        for side in (self._listener, *(one for both in self._sides for one in both)):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._server)
            self._sides.append((near, far))
            for here, there in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(here, there), daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while said := here.recv(65_536):
                if self._is_silent.is_set():
                    self.has_kept.set()
                else:
                    there.sendall(said)


@pytest.fixture
def relay(url: str) -> Iterator[Relay]:
    relay = Relay(make_url(url))
    yield relay
    relay.close()


def lead_over(relay: Relay, named: str) -> str:
    return make_url(named).set(host="127.0.0.1", port=relay.port).render_as_string(False)


@pytest.mark.parametrize("alone", [True, False])
def test_who_is_cut_off_and_whose_server_does_not_know_is_not_ousted_by_what_it_left_there(
    alone: bool, relay: Relay, named: str
) -> None:
    told = threading.Event()
    with stand(lead_over(relay, named), alone=alone, ousted=told.set):
        before = ask(named, "select min(pid)")
        relay.cut()
        wait_until(lambda: told.is_set() or (ask(named, HOLDING) == 1 and ask(named, "select min(pid)") != before), 10)
        assert not told.is_set()


def test_who_was_called_off_while_it_took_the_place_again_does_not_take_itself_to_stand_there(
    named: str, url: str
) -> None:
    with stand(named, alone=False, wait_seconds=20):
        cut_all(named)
        with stand(url, alone=True, wait_seconds=0.8):
            wait_until(lambda: ask(named, WAITING) == 1, 10)
            assert ask(named, CANCEL) == 1
        wait_until(lambda: ask(named, HOLDING) == 1, 10)


def test_a_server_that_says_nothing_any_more_is_not_waited_for_at_the_end(relay: Relay, named: str) -> None:
    with stand_side_by_side(lead_over(relay, named), alone=True, ousted=lambda: None, leave_seconds=0.5):
        relay.fall_silent()
        assert relay.has_kept.wait(10), "the next look"
        began = time.monotonic()
    assert time.monotonic() - began < 5
