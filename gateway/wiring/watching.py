"""The eyes over the settings: spans, figures, and what readiness looks at."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

from adapters.assemble import Adapters
from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid
from gateway.alone import find_file
from gateway.api.table import ROUTES
from gateway.bus_signatures import load_bus_key
from gateway.clock import Clock
from gateway.own_keys import find_unfitness
from gateway.payload_signatures import load_payload_key
from gateway.setting_rows import VIRTUAL
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy, make_message_policy
from gateway.store.backlog import BacklogReader
from gateway.store.standing import read_standing
from gateway.watching.checks import (
    JudgeKey,
    check_clock,
    check_database,
    check_disk,
    check_engine,
    check_keys,
    remember,
)
from gateway.watching.eyes import Eyes
from gateway.watching.meters import Meters
from gateway.watching.readiness import Check, Readiness
from gateway.watching.readings import Readings
from gateway.watching.spans import PlainSpans, Spans
from gateway.wiring.foundation import Foundation
from signing.keys import SigningKey


def build_eyes(stack: ExitStack, settings: Settings, catalogue: Catalogue) -> Eyes:
    """Raises SettingInvalid where spans are wanted and what sends them is not installed."""
    spans = _open_spans(settings)
    stack.callback(spans.close)
    meters = Meters(catalogue.passports.values(), [route.name for route in ROUTES])
    return Eyes(spans, meters, time.monotonic)


def _open_spans(settings: Settings) -> Spans:
    if not settings.otlp_url:
        return PlainSpans(secrets.token_bytes)
    try:
        # Imported where it is wanted: the extra `otel` need not be there.
        from gateway.watching.otel import open_collected_spans
    except ImportError as error:
        raise SettingInvalid("ASP_OTLP_URL wants the extra `otel`, which is not installed") from error
    return open_collected_spans(settings.otlp_url)


def make_write_figures(eyes: Eyes, base: Foundation, adapters: Adapters, clock: Clock) -> Callable[[], bytes]:
    """The whole page in Prometheus's text form."""
    backlog = BacklogReader(base.database, tuple(base.catalogue.passports))
    snapshot, read_budgets = adapters.breakers.snapshot, adapters.read_budgets
    eyes.meters.add(Readings(backlog.read, snapshot, read_budgets, clock, time.monotonic))
    return eyes.meters.write


def build_readiness(
    settings: Settings, base: Foundation, policy: MakePolicy, clock: Clock, is_working: Callable[[], bool]
) -> Readiness:
    read = partial(read_standing, base.database)
    file = find_file(settings.database_url)
    folders = [settings.revocation_folder, *([file.parent] if file else [])]
    judges = _make_judges(settings, base.catalogue, policy, clock)
    checks: dict[str, Check] = {
        "database": lambda: check_database(read),
        "disk": lambda: check_disk(folders, settings.disk_free_mb),
        "keys": lambda: check_keys(settings.key_file, judges),
        "engine": lambda: check_engine(is_working),
    }
    if settings.clock != VIRTUAL:
        checks["clock"] = lambda: check_clock(read, clock, timedelta(seconds=settings.clock_skew_seconds))
    return Readiness(checks, time.monotonic)


def _make_judges(settings: Settings, catalogue: Catalogue, policy: MakePolicy, clock: Clock) -> Mapping[str, JudgeKey]:
    """Outside of production an unfit key works on, and the log says so at the start."""
    if not settings.is_production:
        return {}
    found: dict[str, tuple[SigningKey | None, MakePolicy]] = {
        "bus": (load_bus_key(settings), make_message_policy(policy)),
        "payload": (load_payload_key(settings, catalogue), policy),
    }
    return {
        name: remember(partial(_judge, key, judged_by, clock), time.monotonic)
        for name, (key, judged_by) in found.items()
        if key is not None
    }


def _judge(key: SigningKey, policy: MakePolicy, clock: Clock) -> str | None:
    return find_unfitness(key, policy(clock()))
