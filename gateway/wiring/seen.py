"""What is seen of a house: its figures, and what readiness looks at."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from gateway.alone import find_file
from gateway.bus_signatures import load_bus_key
from gateway.clock import Clock
from gateway.own_keys import find_unfitness
from gateway.payload_signatures import load_payload_key
from gateway.setting_rows import VIRTUAL
from gateway.signature_policy import MakePolicy, make_message_policy
from gateway.store.backlog import BacklogReader
from gateway.store.standing import read_standing
from gateway.watching.checks import (
    JudgeKey,
    check_clock,
    check_database,
    check_disk,
    check_keys,
    remember,
)
from gateway.watching.readiness import Check, Readiness
from gateway.watching.readings import Readings
from gateway.wiring.house import House
from signing.keys import SigningKey


def make_write_figures(house: House) -> Callable[[], bytes]:
    """The whole page in Prometheus's text form."""
    base, adapters, meters = house.base, house.adapters, house.eyes.meters
    count_workers = base.queue.count_workers if base.queue else None
    backlog = BacklogReader(base.database, tuple(base.catalogue.passports), count_workers)
    snapshot, read_budgets = adapters.breakers.snapshot, adapters.read_budgets
    meters.add(Readings(backlog.read, snapshot, read_budgets, house.clock, time.monotonic))
    return meters.write


def build_readiness(house: House, check_work: Check) -> Readiness:
    """`check_work`: whether what this process does by itself goes on."""
    settings, clock = house.settings, house.clock
    read = partial(read_standing, house.base.database)
    file = find_file(settings.database_url)
    folders = [settings.revocation_folder, *([file.parent] if file else [])]
    judges = _make_judges(house)
    checks: dict[str, Check] = {
        "database": lambda: check_database(read),
        "disk": lambda: check_disk(folders, settings.disk_free_mb),
        "keys": lambda: check_keys(settings.key_file, judges),
        "engine": check_work,
    }
    if settings.clock != VIRTUAL:
        checks["clock"] = lambda: check_clock(read, clock, timedelta(seconds=settings.clock_skew_seconds))
    return Readiness(checks, time.monotonic)


def _make_judges(house: House) -> Mapping[str, JudgeKey]:
    """Outside of production an unfit key works on, and the log says so at the start."""
    settings = house.settings
    if not settings.is_production:
        return {}
    found: dict[str, tuple[SigningKey | None, MakePolicy]] = {
        "bus": (load_bus_key(settings), make_message_policy(house.policy)),
        "payload": (load_payload_key(settings, house.base.catalogue), house.policy),
    }
    return {
        name: remember(partial(_judge, key, judged_by, house.clock), time.monotonic)
        for name, (key, judged_by) in found.items()
        if key is not None
    }


def _judge(key: SigningKey, policy: MakePolicy, clock: Clock) -> str | None:
    return find_unfitness(key, policy(clock()))
