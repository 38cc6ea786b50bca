"""Whether the engine works: what readiness asks, and what it does with rounds that could not be handed back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import StoreUnavailable
from gateway.core.steps import WakeAt
from gateway.engine.embedded import EmbeddedEngine
from gateway.store.wakeups import Claim
from tests.support.waiting import wait_until

NOW = datetime(2026, 10, 5, 5, 0, tzinfo=UTC)


class Wakeups:
    """Wake-ups in memory: what is due is claimed once; each method fails as often as it is told."""

    def __init__(self, *due: str) -> None:
        self.due = [Claim(one, 0) for one in due]
        self.looks = 0
        self.most_asked_for = 0
        self.failures: dict[str, list[Exception]] = {"claim": [], "hand_back": []}
        self.handed_back: list[tuple[str, datetime | None, str]] = []

    def claim_due(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        self.looks += 1
        self.most_asked_for = limit
        if self.failures["claim"]:
            raise self.failures["claim"].pop()
        taken, self.due = self.due[:limit], self.due[limit:]
        return tuple(taken)

    def hand_back(self, claim: Claim, due_at: datetime | None, reason: str) -> None:
        if self.failures["hand_back"]:
            raise self.failures["hand_back"].pop()
        self.handed_back.append((claim.application_id, due_at, reason))

    def next_ahead(self) -> datetime | None:
        return None

    def release_all(self) -> None:
        pass


def engine_over(wakeups: Wakeups, **given: object) -> EmbeddedEngine:
    def advance(application_id: str) -> WakeAt | None:
        return WakeAt(NOW + timedelta(hours=1), "next_round")

    return EmbeddedEngine(wakeups, advance, lambda: NOW, workers=3, look_every=0.01, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", [StoreUnavailable(), ZeroDivisionError()])
def test_after_looks_that_failed_it_has_all_its_workers_again(fault: Exception) -> None:
    wakeups = Wakeups("a", "b", "c", "d")
    wakeups.failures["claim"] = [fault] * 5
    engine = engine_over(wakeups)
    engine.start()
    try:
        wait_until(lambda: len(wakeups.handed_back) == 4)
        wait_until(lambda: wakeups.most_asked_for == 3)
        assert engine.is_working()
    finally:
        engine.stop()


@pytest.mark.parametrize("fault", [StoreUnavailable(), ZeroDivisionError()])
def test_a_round_that_could_not_be_handed_back_is_handed_back_later(fault: Exception) -> None:
    wakeups = Wakeups("a")
    wakeups.failures["hand_back"] = [fault] * 3
    engine = engine_over(wakeups)
    engine.start()
    try:
        wait_until(lambda: wakeups.handed_back == [("a", NOW + timedelta(hours=1), "next_round")])
    finally:
        engine.stop()


def test_it_works_while_its_scheduler_looks_and_not_before_or_after() -> None:
    engine = engine_over(Wakeups())
    assert not engine.is_working()
    engine.start()
    assert engine.is_working()
    engine.stop()
    assert not engine.is_working()


def test_a_scheduler_that_has_not_looked_for_long_is_no_working_one() -> None:
    times = [0.0]
    wakeups = Wakeups()
    engine = EmbeddedEngine(wakeups, lambda one: None, lambda: NOW, look_every=3600, monotonic=lambda: times[0])
    engine.start()
    try:
        wait_until(lambda: wakeups.looks == 1)
        assert engine.is_working()
        times[0] = 1000.0
        assert not engine.is_working()
    finally:
        engine.stop()
