"""What every command that touches the store needs, and the law of a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.catalogue import Catalogue, load_catalogue
from contracts.errors import SettingInvalid
from contracts.legal.calendar import CalendarData, load_calendar
from contracts.legal.rules import load_rules
from gateway.clock import Clock, now
from gateway.core.law import FindLaw, Law
from gateway.setting_rows import DISTRIBUTED
from gateway.settings import Settings
from gateway.store.applications import Applications
from gateway.store.bus_clients import BusClients
from gateway.store.database import Database, make_folder_of
from gateway.store.key_check import has_key, refuse_other_key
from gateway.store.sealing import Sealer, create_key_file
from gateway.store.webhooks import WebhookStore
from gateway.traces import tell_traceparent

if TYPE_CHECKING:
    from gateway.store.job_queue import JobQueue


@dataclass(frozen=True)
class Foundation:
    """What every command that touches the store needs."""

    catalogue: Catalogue
    database: Database
    sealer: Sealer
    applications: Applications
    queue: JobQueue | None
    """Of jobs for workers; None where one process does all."""


@contextmanager
def open_store(settings: Settings, clock: Clock = now) -> Iterator[Applications]:
    """The store alone, for the commands that keep clients."""
    with open_foundation(settings, clock) as foundation:
        yield foundation.applications


@contextmanager
def open_foundation(settings: Settings, clock: Clock) -> Iterator[Foundation]:
    catalogue = load_catalogue(settings.passports, profiles=settings.profiles)
    if not settings.is_production:
        _make("ASP_DATABASE_URL", lambda: make_folder_of(settings.database_url))
    queue = _make_queue() if settings.engine == DISTRIBUTED else None
    with Database(settings.database_url, tell_due=queue.defer if queue else None) as database:
        sealer = _read_key(settings, database)
        if queue is not None:
            queue.prepare(database)
        applications = Applications(database, sealer, catalogue.services, clock, tell_traceparent)
        yield Foundation(catalogue, database, sealer, applications, queue)


def _read_key(settings: Settings, database: Database) -> Sealer:
    """The key of this database. One is made for an empty one alone: a mistyped path would make another, and be kept."""
    if not settings.is_production and not settings.key_file.exists():
        # Who begins beside this one makes the file before it writes with the key: it is looked for again.
        if has_key(database) and not settings.key_file.exists():
            raise SettingInvalid("ASP_KEY_FILE is not there, and this database was written with a key")
        _make("ASP_KEY_FILE", lambda: create_key_file(settings.key_file))
    sealer = Sealer.from_file(settings.key_file)
    refuse_other_key(database, sealer)
    return sealer


def _make_queue() -> JobQueue:
    try:
        # With one process it need not be installed.
        from gateway.store.job_queue import JobQueue
    except ImportError as error:
        raise SettingInvalid("ASP_ENGINE=distributed wants what asp-gateway[postgresql] installs") from error
    return JobQueue()


def _make(variable: str, make: Callable[[], None]) -> None:
    try:
        make()
    except OSError as error:
        raise SettingInvalid(f"{variable}: the folder or file cannot be made: {error.strerror}") from error


@contextmanager
def open_webhooks(settings: Settings, clock: Clock = now) -> Iterator[WebhookStore]:
    """Where clients are told of events, for the command that sets it."""
    with open_foundation(settings, clock) as foundation:
        yield WebhookStore(foundation.database, foundation.sealer, clock)


@contextmanager
def open_bus_clients(settings: Settings, clock: Clock = now) -> Iterator[BusClients]:
    """Which participant of the bus is which client, for the command that sets it."""
    with open_foundation(settings, clock) as foundation:
        yield BusClients(foundation.database, foundation.sealer, clock)


def make_find_law(catalogue: Catalogue, folders: Sequence[Path] = (), calendar: CalendarData | None = None) -> FindLaw:
    """The law of a service on a day: its rules in force, the calendar, the deployment's folders laid over both."""
    days = calendar or load_calendar(folders)

    @lru_cache(maxsize=512)
    def find_law(service: str, on: date) -> Law:
        return Law(load_rules(service, on, folders), days, catalogue.passports)

    return find_law
