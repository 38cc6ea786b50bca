"""From settings to the sources that are asked, in their order: the most recent knowledge first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from signing.errors import RevocationSourcesUnusable, RevocationUnreadable
from signing.fetching import Fetch, FetchRequest, limit_fetches
from signing.files import read_bounded
from signing.revocation.crl import MAX_LIST_BYTES, read_list
from signing.revocation.given_files import ListFiles, ResponseFiles, ResponsesBesideLists
from signing.revocation.kept_lists import KeptLists
from signing.revocation.ocsp import MAX_RESPONSE_BYTES, read_response
from signing.revocation.responder import Responder, ResponderSettings
from signing.revocation.shelf import FetchRules, ListAddress
from signing.revocation.status import StatusSource

_HOUR: Final = 3600.0
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class RevocationConfig:
    """What is configured; nothing of it is looked at yet. Durations are seconds."""

    ocsp_url: str | None = None
    crl_urls: tuple[str, ...] = ()
    delta_urls: tuple[str, ...] = ()
    cache_folder: Path | None = None
    """Where downloaded lists are kept; needed where there are addresses of lists."""
    crl_files: tuple[Path, ...] = ()
    """Full lists and such of changes, in any order, DER or PEM."""
    ocsp_files: tuple[Path, ...] = ()
    """Stored answers of a responder, DER."""
    ocsp_deadline_seconds: float = 5.0
    """This and that of lists are short: whoever hands an application in waits for them."""
    ocsp_pause_seconds: float = 10.0
    """How long a responder that gave no answer is not asked again."""
    ocsp_kept_seconds: float = 60.0
    ocsp_nonce_required: bool = True
    crl_deadline_seconds: float = 15.0
    crl_wait_seconds: float = 1.0
    """How long one who has no list that holds waits for a download that another has begun."""
    crl_retry_seconds: float = 60.0
    crl_max_age_seconds: float = _HOUR
    delta_max_age_seconds: float = _HOUR
    places: int | None = None
    """How many may fetch at a time, from the responder and of lists together; one more is told unknown at once."""


def build_sources(config: RevocationConfig, fetch: Fetch | None = None) -> tuple[StatusSource, ...]:
    """Responder, stored answers, kept lists, given lists: those of them that are configured. A stored answer that is
    good does not hide a given list that says revoked.

    Without `fetch` the room's own HTTP client is used. RevocationSourcesUnusable where a file cannot be read, the
    folder cannot be used, or an address is none.
    """
    sources: list[StatusSource] = []
    limited = _limit(fetch or _fetch, config.places)
    responses = ResponseFiles(_read_files(config.ocsp_files, read_response, MAX_RESPONSE_BYTES))
    lists = ListFiles(_read_files(config.crl_files, read_list, MAX_LIST_BYTES))
    if config.ocsp_url is not None:
        sources.append(Responder(_read_responder_settings(config), limited))
    if config.ocsp_files:
        sources.append(ResponsesBesideLists(responses, lists))
    if config.crl_urls or config.delta_urls:
        sources.append(_keep_lists(config, limited))
    if config.crl_files:
        sources.append(lists)
    return tuple(sources)


def _fetch(request: FetchRequest) -> bytes:
    # Not before it is needed: a check of files alone loads no HTTP client.
    from signing.http import fetch

    return fetch(request)


def _limit(fetch: Fetch, places: int | None) -> Fetch:
    try:
        return fetch if places is None else limit_fetches(fetch, places)
    except ValueError as failure:
        raise RevocationSourcesUnusable(str(failure)) from failure


def _read_responder_settings(config: RevocationConfig) -> ResponderSettings:
    try:
        return ResponderSettings(
            url=_check_address(config.ocsp_url or ""),
            deadline_seconds=config.ocsp_deadline_seconds,
            pause_seconds=config.ocsp_pause_seconds,
            kept_seconds=config.ocsp_kept_seconds,
            nonce_required=config.ocsp_nonce_required,
        )
    except ValueError as failure:
        raise RevocationSourcesUnusable(str(failure)) from failure


def _keep_lists(config: RevocationConfig, fetch: Fetch) -> KeptLists:
    if config.cache_folder is None:
        raise RevocationSourcesUnusable("lists of revoked certificates have addresses, but no folder to be kept in")
    full = [ListAddress(_check_address(url), False, config.crl_max_age_seconds) for url in config.crl_urls]
    deltas = [ListAddress(_check_address(url), True, config.delta_max_age_seconds) for url in config.delta_urls]
    try:
        rules = FetchRules(config.crl_deadline_seconds, config.crl_retry_seconds, config.crl_wait_seconds)
        return KeptLists([*full, *deltas], config.cache_folder, fetch, rules=rules)
    except OSError as failure:
        raise RevocationSourcesUnusable(f"the folder {config.cache_folder} cannot be used for lists") from failure
    except ValueError as failure:
        raise RevocationSourcesUnusable(str(failure)) from failure


def _check_address(url: str) -> str:
    try:
        address = urlsplit(url)
        if address.scheme in ("http", "https") and address.hostname:
            return url
    except ValueError:
        pass
    raise RevocationSourcesUnusable(f"{url} is no http or https address")


def _read_files(paths: tuple[Path, ...], read: Callable[[bytes], _Read], max_bytes: int) -> tuple[_Read, ...]:
    return tuple(_read_file(path, read, max_bytes) for path in paths)


def _read_file(path: Path, read: Callable[[bytes], _Read], max_bytes: int) -> _Read:
    try:
        return read(read_bounded(path, max_bytes))
    except OSError as failure:
        raise RevocationSourcesUnusable(f"{path} cannot be read: {failure.strerror}") from failure
    except RevocationUnreadable as failure:
        raise RevocationSourcesUnusable(f"{path} cannot be used: {failure}") from failure
