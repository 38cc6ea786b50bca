"""The backlog as numbers, on both databases: what is open and owed is counted, what is over is not."""

from __future__ import annotations

from datetime import timedelta

from gateway.core.case import ExchangeState
from gateway.store.backlog import BacklogReader
from gateway.store.database import Database
from gateway.store.standing import Schema, read_standing
from gateway.store.wakeups import Wakeups
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import StoreDesk, inquiry


def test_what_is_open_is_counted_and_what_is_over_is_not(desk: StoreDesk) -> None:
    case = desk.open(1, 2)
    passport = {number: case.exchanges[str(inquiry(case, number).parts[0].exchange_id)].passport for number in (1, 2)}
    reader = BacklogReader(desk.database, tuple(passport.values()))
    before = reader.read(T0 + timedelta(seconds=5))
    assert (before.wakeups_due, before.wakeups_leased, before.wakeups_oldest) == (1, 0, T0)
    assert before.inquiries == {1: 1, 2: 1}
    assert before.exchanges == {(one, ExchangeState.WAITING.value): 1 for one in passport.values()}
    desk.answer(case, 1)
    assert len(Wakeups(desk.database).claim_due(T0, 1, timedelta(minutes=1))) == 1
    after = reader.read(T0 + timedelta(seconds=5))
    assert (after.wakeups_due, after.wakeups_leased, after.wakeups_oldest) == (0, 1, None)
    assert after.inquiries == {2: 1}
    assert after.exchanges == {(passport[2], ExchangeState.WAITING.value): 1}
    assert (after.extensions, after.terms_passed, after.webhooks_owed, after.arrivals_unmatched) == (0, 0, 0, 0)


def test_the_database_says_that_it_is_current_and_can_be_written(database: Database) -> None:
    standing = read_standing(database)
    assert (standing.schema, standing.writable) == (Schema.CURRENT, True)
    assert standing.clock is None or standing.clock.tzinfo is not None
