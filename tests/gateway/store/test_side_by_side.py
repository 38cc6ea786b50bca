"""Several processes on one PostgreSQL: who may stand beside whom, who waits for whom, and who hears whom."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from contracts.errors import SettingInvalid, StoreUnavailable, TooManyRequests
from contracts.exchange import Arrival
from gateway.core.case import ExchangeState
from gateway.store import tables as t
from gateway.store.account_checks import AccountCheckStore
from gateway.store.arrivals import ArrivalStore
from gateway.store.bell import Bell
from gateway.store.database import Database, T, Write
from gateway.store.gathering import GatheringStore
from gateway.store.results import ExchangeResult
from gateway.store.sealing import Sealer
from tests.gateway.store.desk import KEY, open_store_desk
from tests.gateway.store.places import HOLDING, WAITING, ask, cut_all, named, stand, taken_over, url
from tests.support.waiting import wait_until

__all__ = ["named", "url"]
pytestmark = pytest.mark.needs_postgresql
RUNG = "select count(*) filter (where query like 'SELECT pg_notify%%')"
AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def test_any_number_stand_side_by_side_and_one_that_is_alone_stands_beside_nobody(url: str) -> None:
    with (
        stand(url, alone=False),
        stand(url, alone=False),
        pytest.raises(SettingInvalid, match="another gateway"),
        stand(url, alone=True),
    ):
        pass
    with (
        stand(url, alone=True),
        pytest.raises(SettingInvalid, match="embedded"),
        stand(url, alone=False),
    ):
        pass


def test_who_lost_the_place_with_the_connection_takes_it_again(named: str, url: str) -> None:
    with stand(named, alone=False), stand(named, alone=False):
        cut_all(named)
        wait_until(lambda: ask(named, HOLDING) == 2, 10)
        with pytest.raises(SettingInvalid, match="another gateway"), stand(url, alone=True):
            pass


def test_who_is_cut_off_again_while_it_takes_the_place_again_is_not_told_to_end(named: str, url: str) -> None:
    told = threading.Event()
    with stand(named, alone=False, ousted=told.set, wait_seconds=20):
        with taken_over(named, url, alone=True):
            wait_until(lambda: ask(named, WAITING) == 1, 10)
            cut_all(named)
            wait_until(lambda: ask(named, WAITING) == 1, 10)
        wait_until(lambda: ask(named, HOLDING) == 1, 10)
        assert not told.is_set()


def test_who_lost_the_place_to_another_is_told_to_end(named: str, url: str) -> None:
    told = threading.Event()
    with stand(named, alone=False, ousted=told.set), taken_over(named, url, alone=True):
        assert told.wait(10)


def test_whoever_ends_gives_way_to_who_waits_for_it(url: str) -> None:
    """A process that was killed just now may still hold the database for a moment."""
    stands, leave = threading.Event(), threading.Event()

    def stand_first() -> None:
        with stand(url, alone=True):
            stands.set()
            assert leave.wait(20)

    def stand_after() -> bool:
        with stand(url, alone=True, wait_seconds=5):
            return leave.is_set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(stand_first)
        assert stands.wait(20)
        with pytest.raises(SettingInvalid), stand(url, alone=False):
            pass
        second = pool.submit(stand_after)
        leave.set()
        assert second.result(20)
        first.result(20)


def test_a_file_is_no_matter_of_it_and_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    with stand(f"sqlite:///{tmp_path}/x.db", alone=True):
        pass
    with (
        pytest.raises(StoreUnavailable),
        stand("postgresql+psycopg://nobody@127.0.0.1:1/none", alone=False),
    ):
        pass


class SlowToCommit(Database):
    """Of a process that is held up between the last word of a write and its commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.is_said, self.go_on = threading.Event(), threading.Event()

    def write(self, change: Write[T]) -> T:
        def hold(connection: Connection) -> T:
            result = change(connection)
            self.is_said.set()
            assert self.go_on.wait(20)
            return result

        return super().write(hold)


@pytest.mark.parametrize("first", ["reply", "acceptance"])
def test_a_reply_kept_while_its_awaiting_is_written_down_elsewhere_is_matched(url: str, first: str) -> None:
    """One process keeps the message, another commits at the same time that the bus has the question."""
    sealer = Sealer(KEY)
    with open_store_desk(url) as desk, SlowToCommit(url) as slow, ThreadPoolExecutor(2) as pool:
        case = desk.open(1)
        (exchange_id,) = case.exchanges
        arrival = Arrival("message", "chain", "a service", "RESPONSE", AT, exchange_id, b"an invented message")
        result = ExchangeResult(
            exchange_id, ExchangeState.PENDING, AT, correlation_id="chain", awaited_service="a service"
        )

        def keep(database: Database) -> object:
            return ArrivalStore(database, sealer).keep(arrival, AT)

        def save(database: Database) -> object:
            return GatheringStore(database, sealer).save_results(case.id, [result], AT, lambda _: ())

        earlier, later = (keep, save) if first == "reply" else (save, keep)
        held = pool.submit(earlier, slow)
        assert slow.is_said.wait(20)
        beside = pool.submit(later, desk.database)
        wait_until(lambda: beside.done() or is_waited_for(desk.database), 10)
        slow.go_on.set()
        held.result(20)
        beside.result(20)
        (found,) = ArrivalStore(desk.database, sealer).list_unanswered([exchange_id])
        assert found.arrival.message_id == "message"


def test_of_checks_at_two_gateways_at_once_no_more_pass_than_the_day_has(url: str) -> None:
    sealer = Sealer(KEY)
    with open_store_desk(url) as desk, SlowToCommit(url) as slow, ThreadPoolExecutor(2) as pool:
        client_id = desk.client.id

        def check(database: Database) -> None:
            checks = AccountCheckStore(database, sealer)
            checks.count(client_id, "900101490009", "KZ71563D601200019058", AT, a_day=1, of_client=9)

        held = pool.submit(check, slow)
        assert slow.is_said.wait(20)
        beside = pool.submit(check, desk.database)
        wait_until(lambda: beside.done() or is_waited_for(desk.database), 10)
        slow.go_on.set()
        assert held.exception(20) is None
        assert isinstance(beside.exception(20), TooManyRequests)


def is_waited_for(database: Database) -> bool:
    """Whether a write stands before a word that another holds."""
    with database.read() as connection:
        waiting = "select 1 from pg_locks where locktype = 'advisory' and not granted"
        return connection.exec_driver_sql(waiting).first() is not None


def test_of_two_writes_that_wait_for_each_other_both_are_committed(url: str) -> None:
    """PostgreSQL ends one of them; it is tried once more, alone."""
    with Database(url) as one, Database(url) as two, ThreadPoolExecutor(2) as pool:
        for name in "ab":
            row = {"id": name, "name": name, "kind": "portal", "channel": "p", "key_sha256": name, "created_at": AT}
            one.write(lambda c, row=row: c.execute(insert(t.clients).values(row)))  # type: ignore[misc]
        both = threading.Barrier(2)
        tries: list[str] = []

        def rename(order: str) -> None:
            def change(connection: Connection) -> None:
                tries.append(order)
                for n, name in enumerate(order):
                    connection.execute(update(t.clients).where(t.clients.c.id == name).values(name=order))
                    if n == 0 and tries.count(order) == 1:
                        both.wait(20)

            (one if order == "ab" else two).write(change)

        for done in [pool.submit(rename, "ab"), pool.submit(rename, "ba")]:
            done.result(30)
        assert len(tries) > 2


def test_a_bell_whose_hand_was_cut_is_still_heard(named: str) -> None:
    """The hand finds its connection broken at its next ring, when the ear has long listened again."""
    bell = Bell(named, "one", lambda: None)
    bell.start()
    try:
        wait_until(bell.is_working)
        wait_until(lambda: ask(named, "select count(*)") == 2)
        cut_all(named)
        wait_until(lambda: not bell.is_working())
        wait_until(bell.is_working)
        bell.ring()
        wait_until(lambda: ask(named, RUNG) > 0)
        assert bell.is_working()
    finally:
        bell.stop()


def test_a_ring_is_heard_by_the_others_and_not_by_the_one_who_rang(url: str) -> None:
    heard: list[str] = []
    bells = [Bell(url, name, lambda name=name: heard.append(name)) for name in ("first", "second")]  # type: ignore[misc]
    for bell in bells:
        bell.start()
    try:
        wait_until(lambda: all(bell.is_working() for bell in bells) and len(heard) >= 2)
        heard.clear()
        bells[0].ring()
        wait_until(lambda: "second" in heard)
        bells[1].ring()
        wait_until(lambda: "first" in heard)
        assert heard == ["second", "first"]
    finally:
        for bell in bells:
            bell.stop()
