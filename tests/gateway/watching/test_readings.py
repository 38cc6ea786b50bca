"""Figures that are read of database, breakers and budgets; a database that hangs is told, never shown as 0."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest

from adapters.breakers import Reading
from contracts.errors import StoreUnavailable
from gateway.store.backlog import Backlog
from gateway.watching.readings import Readings

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BACKLOG = Backlog(
    wakeups_due=3, wakeups_oldest=NOW - timedelta(seconds=90), wakeups_leased=2,
    exchanges={("gbdfl", "waiting"): 5}, inquiries={4: 6}, extensions=1, terms_passed=2, arrivals_due=0,
    arrivals_unmatched=7, incidents=1, webhooks_owed=8, webhooks_failing=4, workers=2,
)  # fmt: skip


class Desk:
    def __init__(self) -> None:
        self.asked = 0
        self.now = 0.0
        self.failing = False
        self.hanging: threading.Event | None = None
        self.registry = CollectorRegistry()
        breakers = [Reading("gbdfl", "open", 8, 3.0), Reading("bank", "closed", 0, 0.0)]
        self.registry.register(
            Readings(self.read, lambda: breakers, lambda: {"bank": 9.5}, lambda: NOW, lambda: self.now, seconds=0.1)
        )

    def read(self, now: datetime) -> Backlog:
        self.asked += 1
        if self.failing:
            raise StoreUnavailable
        if self.hanging:
            self.hanging.wait(30)
        return BACKLOG

    def page(self) -> list[str]:
        return generate_latest(self.registry).decode().splitlines()


def test_backlog_breakers_and_budgets_are_told() -> None:
    page = Desk().page()
    for line in (
        "asp_wakeups_due 3.0", "asp_wakeups_leased 2.0", "asp_wakeups_oldest_seconds 90.0", "asp_extensions 1.0",
        'asp_exchanges_open{passport="gbdfl",state="waiting"} 5.0', 'asp_inquiries_open{request="4"} 6.0',
        "asp_terms_passed 2.0", "asp_webhooks_owed 8.0", "asp_webhooks_failing 4.0", "asp_arrivals_unmatched 7.0",
        'asp_breaker{registry="gbdfl",state="open"} 1.0', 'asp_breaker{registry="gbdfl",state="closed"} 0.0',
        'asp_breaker{registry="bank",state="closed"} 1.0', 'asp_retry_budget{registry="bank"} 9.5',
        "asp_backlog_up 1.0", "asp_workers 2.0",
    ):  # fmt: skip
        assert line in page


def test_collectors_that_come_together_ask_the_database_once() -> None:
    desk = Desk()
    for _ in range(5):
        desk.page()
    assert desk.asked == 1
    desk.now = 11.0
    desk.page()
    assert desk.asked == 2


def test_a_database_that_fails_or_hangs_leaves_its_figures_out_and_the_others_in() -> None:
    desk, hanging = Desk(), threading.Event()
    desk.failing = True
    failed = desk.page()
    desk.failing, desk.hanging = False, hanging
    hung = [desk.page() for _ in range(3)]
    for page in (failed, *hung):
        assert "asp_backlog_up 0.0" in page
        assert not [line for line in page if line.startswith("asp_wakeups_due")]
        assert 'asp_retry_budget{registry="bank"} 9.5' in page
    assert desk.asked == 2
    hanging.set()
