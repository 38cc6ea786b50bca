"""The doctor's looks at the house itself: settings, sealing key, disk, database and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from contracts.errors import GatewayError, StoreUnavailable
from gateway.alone import find_file
from gateway.cli.doctoring.findings import FAULT, OK, WARNING, Finding, Visit
from gateway.clock import now
from gateway.setting_rows import DISTRIBUTED, TABLE
from gateway.settings import Settings, given_names
from gateway.store.key_check import reach_has_key, reach_key
from gateway.store.sealing import Sealer
from gateway.store.standing import DatabaseStanding, Schema, reach_database
from gateway.unknown_settings import find_unknown
from gateway.watching.checks import check_clock, check_disk

_SCHEMAS = {
    Schema.CURRENT: (OK, "it answers; its tables are of this release"),
    Schema.BEHIND: (WARNING, "it answers; its tables are of an earlier release, and the next start changes them"),
    Schema.AHEAD: (FAULT, "it answers; its tables are of a later release, and this one will not start with them"),
}


def look_at_settings(visit: Visit) -> Iterator[Finding]:
    settings = visit.settings
    if settings.is_production:
        yield Finding("settings", OK, "production")
        return
    trial = [row.variable for row in TABLE if row.secret and row.default and getattr(settings, row.name) == row.default]
    told = f"; passwords of the trial stand in {', '.join(trial)}" if trial else ""
    yield Finding("settings", WARNING, f"{settings.environment}: what is fit for trying out alone is let pass{told}")


def look_at_unknown_settings(visit: Visit) -> Iterator[Finding]:
    for name, nearest in find_unknown(given_names()):
        told = f"is no setting, and has no effect{f': {nearest}?' if nearest else ''}"
        yield Finding(f"variable {name}", WARNING, told)


def look_at_sealing_key(visit: Visit) -> Iterator[Finding]:
    file = visit.settings.key_file
    if not file.is_file():
        if visit.settings.is_production:
            yield Finding("sealing key", FAULT, "its file is not there, and production makes none")
        else:
            yield Finding("sealing key", OK, "its file is not there; a first start over an empty database makes it")
        return
    Sealer.from_file(file)
    others = file.stat().st_mode & 0o077
    told = "others than its owner may reach it" if others else "it can be read; back it up apart from the database"
    yield Finding("sealing key", WARNING if others else OK, told)


def look_at_disk(visit: Visit) -> Iterator[Finding]:
    settings = visit.settings
    file = find_file(settings.database_url)
    folders = [settings.revocation_folder, *([file.parent] if file else [])]
    problems = check_disk(folders, settings.disk_free_mb)
    yield Finding("disk", FAULT if problems else OK, "; ".join(one.detail for one in problems) or "there is room")


def look_at_database(visit: Visit) -> Iterator[Finding]:
    settings = visit.settings
    standing = reach_database(settings.database_url)
    if standing is None:
        yield Finding("database", OK, "its file is not there yet; the first start makes it")
        return
    state, told = _SCHEMAS[standing.schema]
    if standing.writable:
        yield Finding("database", state, told)
    else:
        yield Finding("database", FAULT, "it answers, and takes no writes")
    yield from _judge_key(settings)
    if standing.clock is None:
        yield Finding("clock", OK, "the database's clock is this machine's")
        return
    most = timedelta(seconds=settings.clock_skew_seconds)
    problems = check_clock(lambda: _ask_again(settings.database_url), now, most)
    yield Finding("clock", FAULT if problems else OK, "; ".join(p.detail for p in problems) or "as the database's")


def _judge_key(settings: Settings) -> Iterator[Finding]:
    """What is amiss with the key is no fault of the database."""
    subject = "database's key"
    try:
        if settings.key_file.is_file():
            fits = reach_key(settings.database_url, Sealer.from_file(settings.key_file))
            told = "it is the sealing key" if fits else "it was written with another key than that of ASP_KEY_FILE"
            yield Finding(subject, OK if fits else FAULT, told)
        elif reach_has_key(settings.database_url):
            yield Finding(subject, FAULT, "it was written with a key, and the file of ASP_KEY_FILE is not there")
    except GatewayError as error:
        yield Finding(subject, FAULT, error.detail)


def look_at_workers(visit: Visit) -> Iterator[Finding]:
    if visit.settings.engine != DISTRIBUTED:
        return
    # Its library is not loaded where one process does all.
    from gateway.store.job_queue import reach_workers

    count = reach_workers(visit.settings.database_url)
    if count is None:
        yield Finding("workers", OK, "their tables are not there yet; the first start makes them")
    elif count == 0:
        yield Finding("workers", WARNING, "none takes jobs: what is accepted is carried forward once one does")
    else:
        yield Finding("workers", OK, f"taking jobs at this moment: {count}")


def _ask_again(url: str) -> DatabaseStanding:
    """For its clock: what the first look waited for is no skew."""
    standing = reach_database(url)
    if standing is None:
        raise StoreUnavailable("the database's file is gone")
    return standing
