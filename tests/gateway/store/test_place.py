"""The place beside others on one PostgreSQL, where the way to it is at fault and one end does not know."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url, text

from gateway.store.side_by_side import stand_side_by_side
from tests.gateway.store.places import HOLDING, WAITING, ask, named, stand, taken_over, url
from tests.gateway.store.relay import Relay
from tests.support.waiting import wait_until

__all__ = ["named", "url"]
pytestmark = pytest.mark.needs_postgresql
CANCEL = "select count(pg_cancel_backend(pid)) filter (where wait_event_type = 'Lock')"


@pytest.fixture
def relay(url: str) -> Iterator[Relay]:
    relay = Relay(make_url(url))
    yield relay
    relay.close()


@pytest.mark.parametrize("alone", [True, False])
def test_who_is_cut_off_and_whose_server_does_not_know_is_not_ousted_by_what_it_left_there(
    alone: bool, relay: Relay, named: str
) -> None:
    told = threading.Event()
    with stand(relay.lead(named), alone=alone, ousted=told.set):
        before = ask(named, "select min(pid)")
        relay.cut()
        wait_until(lambda: told.is_set() or (ask(named, HOLDING) == 1 and ask(named, "select min(pid)") != before), 10)
        assert not told.is_set()


def test_who_was_called_off_while_it_took_the_place_again_does_not_take_itself_to_stand_there(
    named: str, url: str
) -> None:
    with stand(named, alone=False, wait_seconds=20):
        with taken_over(named, url, alone=True):
            wait_until(lambda: ask(named, WAITING) == 1, 10)
            assert ask(named, CANCEL) == 1
        wait_until(lambda: ask(named, HOLDING) == 1, 10)


def test_a_server_that_says_nothing_any_more_is_not_waited_for_at_the_end(relay: Relay, named: str) -> None:
    with stand_side_by_side(relay.lead(named), alone=True, ousted=lambda: None, leave_seconds=0.5):
        relay.fall_silent()
        assert relay.has_kept.wait(10), "the next look"
        began = time.monotonic()
    assert time.monotonic() - began < 5


def test_who_is_cut_off_before_it_hears_that_the_place_is_its_own_again_is_not_ousted_by_itself(
    relay: Relay, named: str
) -> None:
    told = threading.Event()
    with stand(relay.lead(named), alone=True, ousted=told.set):
        relay.keep_answers_to(b"hashtext")
        relay.cut()
        assert relay.has_kept.wait(10), "the server's answer, that the place is taken"
        before = ask(named, "select max(pid)")
        relay.cut()
        wait_until(lambda: told.is_set() or (ask(named, HOLDING) == 1 and ask(named, "select max(pid)") != before), 10)
        assert not told.is_set()


def test_who_may_not_end_its_own_session_waits_for_it_and_takes_nobody_for_another(
    relay: Relay, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.side_by_side._END_LEFT", text("SELECT not_granted(:mark, :number)"))
    told = threading.Event()
    with stand(relay.lead(named), alone=True, ousted=told.set):
        before = ask(named, "select min(pid)")
        relay.cut()
        wait_until(lambda: ask(named, WAITING) == 1, 10)
        assert not told.wait(1.5)
        ask(named, f"select count(pg_terminate_backend(pid)) filter (where pid = {before})")
        wait_until(lambda: ask(named, HOLDING) == 1 and ask(named, "select min(pid)") != before, 10)
        assert not told.is_set()
