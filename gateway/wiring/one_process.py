"""One process that does all: the embedded engine and what runs beside it, and the steps of a virtual clock."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from contracts.legal.calendar import load_calendar
from gateway.clock import Clock
from gateway.engine.embedded import EmbeddedEngine
from gateway.engine.owed import OwedWork
from gateway.engine.periodic import Periodic
from gateway.engine.time_steps import Steppable, TimeSteps
from gateway.followers import ClockFollower
from gateway.gathering.arrivals import Arrivals
from gateway.pushed.taking import PushedIntake
from gateway.settings import Settings
from gateway.stopping import Stop
from gateway.store.recounting import wake_recount
from gateway.store.wakeups import Wakeups
from gateway.virtual_clock import VirtualClock
from gateway.webhooks.sweeper import WebhookSweeper
from gateway.wiring.house import House
from gateway.wiring.sweeps import make_sweeps
from gateway.wiring.webhooks import build_webhooks


@dataclass(frozen=True)
class OneProcess:
    engine: EmbeddedEngine
    time: TimeSteps | None
    """None where the time is real."""


def run_alone(stack: ExitStack, house: House, stop: Stop) -> OneProcess:
    """Carry applications forward until the stack is closed; the database is this process's alone."""
    settings, clock, base = house.settings, house.clock, house.base
    gathering, way = house.gathering, house.way
    engine = EmbeddedEngine(Wakeups(base.database), house.advance, clock)
    base.applications.listen(engine.poke)
    gathering.arrivals.recover()
    wake_recount(base.database, load_calendar(settings.passports).version, clock())
    way.intake.settling.recover()
    webhooks = build_webhooks(stack, base, settings, clock, way.telling.send)
    base.applications.follow(webhooks.poke)
    workers: list[EmbeddedEngine | Periodic | WebhookSweeper] = [engine, webhooks, *make_sweeps(house)]
    stop.listen(engine.hold)
    stop.hand_back_by(Wakeups(base.database).release_all)
    for worker in workers:
        worker.start()
        stack.callback(worker.stop)
    return OneProcess(engine, _make_steps(stack, settings, clock, engine, webhooks, gathering.arrivals, way.intake))


def _make_steps(
    stack: ExitStack,
    settings: Settings,
    clock: Clock,
    engine: EmbeddedEngine,
    webhooks: Steppable,
    arrivals: Arrivals,
    intake: PushedIntake,
) -> TimeSteps | None:
    """The steps of a virtual clock, with the clocks that follow; None where the time is real."""
    if not isinstance(clock, VirtualClock):
        return None
    followers = [ClockFollower(url) for url in settings.clock_follower]
    for follower in followers:
        stack.callback(follower.close)
    owed = OwedWork(arrivals.kept.next_owed, arrivals.finish_owed, clock)
    pushes = OwedWork(intake.kept.next_owed, intake.settling.settle_owed, clock)
    return TimeSteps(clock, [engine, webhooks, owed, pushes], followers, hold=engine.hold_looks)
