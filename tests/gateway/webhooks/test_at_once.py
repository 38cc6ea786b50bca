"""Many at once: a portal that hangs holds its own places, never another portal's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.store.webhook_queue import Owed
from gateway.webhooks.sweeper import AT_ONCE, AT_ONCE_PER_CLIENT, WebhookSweeper
from tests.gateway.webhooks.desk import Desk
from tests.support.waiting import wait_until

SLOW, QUICK = "https://portal.test/events", "https://other.test/events"


class Line:
    """Sends to QUICK go through; those to SLOW hang until `release` is set."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.hanging: list[str] = []
        self.sent: list[str] = []

    def send(self, owed: Owed) -> None:
        if owed.url == SLOW:
            self.hanging.append(owed.application_id)
            assert self.release.wait(20)
        self.sent.append(owed.application_id)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def sweeper(desk: Desk, line: Line) -> Iterator[WebhookSweeper]:
    sweeper = WebhookSweeper(desk.queue, line.send, desk.clock, ThreadPoolExecutor(AT_ONCE), look_every=0.02)
    sweeper.start()
    yield sweeper
    line.release.set()
    sweeper.stop()


def test_a_portal_that_hangs_holds_a_few_places_and_nobody_else_s_events(
    desk: Desk, line: Line, sweeper: WebhookSweeper
) -> None:
    slow, _ = desk.add_client(SLOW)
    quick, _ = desk.add_client(QUICK)
    stuck = [desk.accept(slow) for _ in range(AT_ONCE_PER_CLIENT + 3)]
    wait_until(lambda: len(line.hanging) == AT_ONCE_PER_CLIENT)
    going = {desk.accept(quick) for _ in range(6)}
    wait_until(lambda: set(line.sent) == going)
    assert len(line.hanging) == AT_ONCE_PER_CLIENT
    assert not sweeper.is_quiet()
    line.release.set()
    wait_until(lambda: set(line.sent) == going | set(stuck))
    wait_until(sweeper.is_quiet)
    assert len(line.sent) == len(set(line.sent))


def test_a_clock_that_leaps_over_a_lease_does_not_send_what_is_under_way_twice(
    desk: Desk, line: Line, sweeper: WebhookSweeper
) -> None:
    slow, _ = desk.add_client(SLOW)
    application = desk.accept(slow)
    wait_until(lambda: line.hanging == [application])
    desk.clock.now = desk.clock.now.replace(year=2027)
    other = desk.accept(slow)
    wait_until(lambda: other in line.hanging)
    assert line.hanging == [application, other]


def test_a_secret_that_cannot_be_opened_stops_no_other_client(desk: Desk) -> None:
    broken, _ = desk.add_client(SLOW)
    whole, _ = desk.add_client(QUICK)
    desk.accept(broken)
    mine = desk.accept(whole)
    spoil = "UPDATE webhooks SET sealed_secret = zeroblob(60) WHERE url = ?"
    desk.database.write(lambda connection: connection.exec_driver_sql(spoil, (SLOW,)))
    desk.sweep()
    assert [got.event["application"] for got in desk.got] == [mine]
