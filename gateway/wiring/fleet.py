"""One of several processes on one PostgreSQL: it serves callers, or it carries applications forward."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from contracts.errors import SettingInvalid
from contracts.legal.calendar import load_calendar
from gateway.engine.distributed import LEASE_SECONDS, DistributedEngine
from gateway.engine.duty import Duty
from gateway.engine.job_worker import JobWorker
from gateway.engine.periodic import Periodic
from gateway.store.bell import Bell
from gateway.store.fleet import Fleet
from gateway.store.job_queue import QUEUE, TASK, open_queue
from gateway.store.recounting import wake_recount
from gateway.telling import tell_changes
from gateway.webhooks.sweeper import WebhookSweeper
from gateway.wiring.house import House
from gateway.wiring.sweeps import make_sweeps
from gateway.wiring.webhooks import build_webhooks

_ROUNDS_AT_ONCE = 32
_CONNECTIONS = 8
"""Of the queue; rounds read and write over the store's own."""
_DUTY = "duty:sweeps"
_DUTY_SECONDS = 2.0
_TRUSTED_SECONDS = LEASE_SECONDS - 3


@dataclass(frozen=True)
class Worker:
    """One of several that carry applications forward."""

    name: str
    """As the holder of leases."""
    is_working: Callable[[], bool]


def serve_beside(stack: ExitStack, house: House) -> Callable[[], bool]:
    """Hear of events that others commit, and tell them of ours; whether that works at this moment."""
    bell = _hang_bell(stack, house, _name_holder(), lambda: None)
    return bell.is_working


def work_beside(stack: ExitStack, house: House) -> Worker:
    """Carry applications forward beside other workers until the stack is closed."""
    settings, clock, base = house.settings, house.clock, house.base
    if base.queue is None:
        raise SettingInvalid("a worker wants a queue of jobs")
    holder = _name_holder()
    fleet = Fleet(base.database, base.queue, holder, LEASE_SECONDS)
    calendar = load_calendar(settings.passports).version
    duty = Duty(
        fleet,
        _DUTY,
        on_taken=lambda: wake_recount(base.database, calendar, clock()),
        trusted_seconds=_TRUSTED_SECONDS,
    )
    webhooks = build_webhooks(stack, base, settings, clock, house.way.telling.send, duty.is_mine)
    base.applications.follow(webhooks.poke)
    _hang_bell(stack, house, holder, webhooks.poke)
    engine = DistributedEngine(fleet, house.advance, clock, partial(_open_jobs, house))
    stack.callback(duty.leave)
    look = Periodic("duty", _DUTY_SECONDS, tell_changes("duty", duty.look))
    workers: list[DistributedEngine | Periodic | WebhookSweeper] = [
        look, webhooks, *make_sweeps(house, duty.only), engine
    ]  # fmt: skip
    for worker in workers:
        worker.start()
        stack.callback(worker.stop)
    return Worker(holder, engine.is_working)


def _open_jobs(house: House, work: Callable[[str], None]) -> JobWorker:
    settings = house.settings
    return JobWorker(
        partial(open_queue, settings.database_url, _CONNECTIONS),
        TASK,
        QUEUE,
        work,
        at_once=_ROUNDS_AT_ONCE,
        grace_seconds=settings.grace_seconds,
    )


def _hang_bell(stack: ExitStack, house: House, holder: str, heard: Callable[[], None]) -> Bell:
    applications = house.base.applications

    def hear() -> None:
        applications.hear()
        heard()

    bell = Bell(house.settings.database_url, holder, hear)
    applications.follow(bell.ring)
    bell.start()
    stack.callback(bell.stop)
    return bell


def _name_holder() -> str:
    """A name that no process ever had."""
    return secrets.token_hex(12)
