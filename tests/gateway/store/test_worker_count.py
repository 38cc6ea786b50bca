"""How many workers take jobs, what of a quota is theirs, and what they have under their leases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from contracts.catalogue import load_catalogue
from gateway.clock import now
from gateway.store.backlog import BacklogReader
from gateway.store.sealing import Sealer
from gateway.wiring.foundation import Foundation
from gateway.wiring.waking import read_part
from tests.gateway.store.test_fleet import Desk, take
from tests.support.databases import POSTGRESQL, open_url

pytestmark = pytest.mark.needs_postgresql
LATE_HEART = "update procrastinate_workers set last_heartbeat = now() - interval '11 seconds' where id = 1"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_url(POSTGRESQL, tmp_path) as url:
        desk = Desk(url)
        yield desk
        desk.database.close()


def begin_worker(desk: Desk) -> None:
    desk.database.write(lambda c: c.execute(text("insert into procrastinate_workers default values")))


def test_a_worker_whose_heart_has_not_beaten_for_long_counts_no_more(desk: Desk) -> None:
    def count() -> int:
        with desk.database.read() as connection:
            return desk.queue.count_workers(connection)

    assert count() == 0
    begin_worker(desk)
    begin_worker(desk)
    assert count() == 2
    desk.database.write(lambda c: c.execute(text(LATE_HEART)))
    assert count() == 1


@pytest.mark.parametrize(("share", "workers", "part"), [(1, 3, 1.0), (4, 2, 0.5), (4, 0, 0.25), (2, 4, 1.0)])
def test_the_workers_part_of_a_quota_is_theirs_together_and_never_more_than_all(
    desk: Desk, share: int, workers: int, part: float
) -> None:
    for _ in range(workers):
        begin_worker(desk)
    base = Foundation(load_catalogue(), desk.database, Sealer(bytes(32)), desk.applications, desk.queue)
    assert read_part(base, share) == part
    assert read_part(replace(base, queue=None), share) == 1 / share


def test_what_a_worker_has_under_a_lease_is_being_carried_forward_and_not_due(desk: Desk) -> None:
    for application_id in (desk.submit(), desk.submit()):
        last = application_id
    take(desk.ours, last)
    backlog = BacklogReader(desk.database, ["mvd-vehicles"], desk.queue.count_workers).read(now())
    assert (backlog.wakeups_due, backlog.wakeups_leased, backlog.workers) == (1, 1, 0)
