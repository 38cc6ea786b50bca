"""The doctor's look at the way out: every registry and authority is called on once, side by side, and asked nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from adapters.addresses import list_addresses
from adapters.http.reaching import Reached, reach_server
from contracts.catalogue import load_catalogue
from contracts.errors import GatewayError
from gateway.cli.doctoring.findings import FAULT, OK, WARNING, Finding, Visit, judge_end
from gateway.clock import now
from gateway.settings import Settings
from gateway.watching.bounded import BoundedLook
from gateway.wiring import describe_adapters

_PART = 0.75
_WORST = (FAULT, WARNING, OK)


def look_at_registries(visit: Visit) -> Iterator[Finding]:
    """One finding a registry; an address that many share is called on once."""
    settings = visit.settings
    catalogue = load_catalogue(settings.passports, profiles=settings.profiles)
    by_registry = list_addresses(describe_adapters(settings, catalogue), catalogue)
    reached = _call_on({url for urls in by_registry.values() for url in urls}, visit, str(settings.ca_file or ""))
    for registry, urls in by_registry.items():
        yield _join(f"registry {registry}", [_judge(url, reached[url], visit) for url in urls])
    yield from _compare_clocks(settings, reached)


def look_at_authorities(visit: Visit) -> Iterator[Finding]:
    """The servers that say what is revoked."""
    settings = visit.settings
    wanted = {*settings.crl_urls, *settings.crl_delta_urls, *([settings.ocsp_url] if settings.ocsp_url else [])}
    reached = _call_on(wanted, visit, "")
    for url in sorted(wanted):
        yield _join("authority", [_judge(url, reached[url], visit)])


def _call_on(urls: set[str], visit: Visit, ca_file: str) -> Mapping[str, Future[Reached]]:
    """Begun all at once; each ends while there is time left to tell of it."""
    deadline = visit.deadline.within(visit.deadline.remaining() * _PART)
    calls = {url: partial(reach_server, url, deadline=deadline, ca_file=ca_file) for url in sorted(urls)}
    return {url: BoundedLook(call, "reach").begin() for url, call in calls.items()}


def _judge(url: str, call: Future[Reached], visit: Visit) -> tuple[str, str]:
    """State and words; the address without its path and whatever else may stand in it."""
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"
    try:
        # The call bounds itself; what hangs past its deadline (a resolver) is left behind.
        found = call.result(visit.deadline.remaining() * _PART)
    except WaitedTooLong:
        return FAULT, f"{where}: no answer in time"
    except GatewayError as error:
        return FAULT, f"{where}: {error.detail}"
    told = f"{where}: HTTP {found.status} in {found.seconds * 1000:.0f} ms"
    if found.certificate_ends is None:
        return OK, told
    return judge_end(
        found.certificate_ends, visit.at
    ), f"{told}, TLS certificate until {found.certificate_ends:%Y-%m-%d}"


def _join(subject: str, told: list[tuple[str, str]]) -> Finding:
    state = min((state for state, _ in told), key=_WORST.index)
    return Finding(subject, state, "; ".join(dict.fromkeys(words for _, words in told)))


def _compare_clocks(settings: Settings, reached: Mapping[str, Future[Reached]]) -> Iterator[Finding]:
    """A warning, not a fault: which of the two clocks is wrong nobody says. Dates of HTTP are whole seconds."""
    at, most = now(), timedelta(seconds=settings.clock_skew_seconds + 1)
    theirs = [clock for call in reached.values() if (clock := _clock_of(call)) is not None]
    if not theirs:
        return
    skew = max(abs(at - clock) for clock in theirs)
    told = f"at most {skew.total_seconds():.0f} s from those of the registries' servers"
    yield Finding("clock", WARNING if skew > most else OK, told)


def _clock_of(call: Future[Reached]) -> datetime | None:
    if not call.done() or call.exception() is not None:
        return None
    return call.result().clock
