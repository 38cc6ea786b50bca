"""One list that is fetched from its address when it is needed, and kept in memory and on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from signing.certificates import Certificate
from signing.errors import RevocationUnavailable, RevocationUnreadable
from signing.fetching import Fetch, FetchRequest, TooManyFetches
from signing.files import read_bounded
from signing.revocation.crl import MAX_LIST_BYTES, RevocationList, read_list
from signing.revocation.crl_entries import Entries
from signing.revocation.crl_judging import is_believed, is_from, is_in_force

_NEAR: Final = timedelta(minutes=10)
"""So long before a list's end its successor is looked for."""


@dataclass(frozen=True)
class ListAddress:
    """Where a list is published, and after how long it is fetched anew even if it still holds."""

    url: str
    is_delta: bool = False
    max_age_seconds: float = 3600.0


@dataclass(frozen=True)
class FetchRules:
    """Bounds of fetching: seconds for one download in all, from the end of one to the next, and for which others wait
    for it who have no list that holds. ValueError where these are negative."""

    deadline_seconds: float = 15.0
    retry_seconds: float = 60.0
    wait_seconds: float = 1.0

    def __post_init__(self) -> None:
        # A lock takes -1 for without end.
        if self.wait_seconds < 0:
            raise ValueError("the seconds for which a download is waited for are negative")


@dataclass(frozen=True)
class Brought:
    """The list that is to be had, and a sentence of why there is no better one, where something is known of that."""

    found: RevocationList | None
    trouble: str | None
    is_under_way: bool = False
    """Whether a download was waited for, which goes on."""


class Shelf:
    """Holds the newest list that its authority has signed. Safe to share among threads: one fetches at a time.

    Whose list lies at the address is known once one was fetched; until then each authority may be the one.
    """

    def __init__(
        self, address: ListAddress, folder: Path, fetch: Fetch, rules: FetchRules, monotonic: Callable[[], float]
    ) -> None:
        self._address = address
        self._path = folder / f"{hashlib.sha256(address.url.encode()).hexdigest()}.crl"
        self._fetch = fetch
        self._rules = rules
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._held = self._load()
        self._fetched_at: float | None = None
        self._next_try = monotonic()
        self._stranger: RevocationList | None = None
        self._stranger_until = monotonic()
        self._trouble: str | None = None
        """Why the last download was of no use; None where it was."""

    def bring(self, issuer: Certificate, now: datetime, patience_seconds: float) -> Brought:
        """The list of this authority, fetched first where that is due; a download of another's is waited for so long,
        and not at all by one who has a list that holds."""
        trouble = self._trouble
        if not self._is_anothers(issuer, now) and self._is_due(issuer, now):
            own = self._find_own(issuer)
            must_wait = own is None or not is_in_force(own, now)
            if self._lock.acquire(timeout=patience_seconds if must_wait else 0.0):
                try:
                    trouble = self._refresh_if_due(issuer, now)
                finally:
                    self._lock.release()
            elif must_wait:
                return Brought(own, "A list is being downloaded at this moment.", is_under_way=True)
        return Brought(self._find_own(issuer), trouble and f"A download was of no use: {trouble}.")

    def _find_own(self, issuer: Certificate) -> RevocationList | None:
        """What is held, if this authority signed it: the bytes on the disk are asked again after each start."""
        held = self._held
        return held if held is not None and is_believed(held, issuer) else None

    def _is_anothers(self, issuer: Certificate, now: datetime) -> bool:
        held, stranger = self._held, self._stranger
        if held is not None and is_in_force(held, now):
            return not is_from(held, issuer)
        return stranger is not None and not is_from(stranger, issuer) and self._monotonic() < self._stranger_until

    def _is_due(self, issuer: Certificate, now: datetime) -> bool:
        moment, stranger = self._monotonic(), self._stranger
        is_awaited = stranger is not None and is_from(stranger, issuer)
        if moment < self._next_try and not is_awaited:
            return False
        own = self._find_own(issuer)
        if own is None:
            return True
        fetched_at = self._fetched_at
        age = (now - own.this_update).total_seconds() if fetched_at is None else moment - fetched_at
        is_ending = own.next_update is not None and own.next_update - now <= _NEAR
        return is_ending or age >= self._address.max_age_seconds

    def _refresh_if_due(self, issuer: Certificate, now: datetime) -> str | None:
        """What was of no use in the download, the one before or this one."""
        if self._is_due(issuer, now):
            try:
                self._refresh(issuer)
            except TooManyFetches as failure:
                # This caller's trouble alone: the next one may try at once.
                return str(failure)
        return self._trouble

    def _refresh(self, issuer: Certificate) -> None:
        """Fetch the list; what was held stays unless a better one came. No second try before `retry_seconds`.

        TooManyFetches where it could not be tried, after which all is as it was.
        """
        try:
            data = self._fetch(FetchRequest(self._address.url, MAX_LIST_BYTES, self._rules.deadline_seconds))
            found = read_list(data)
        except TooManyFetches:
            raise
        except (RevocationUnavailable, RevocationUnreadable) as failure:
            self._trouble = str(failure)
            self._stranger = None
        else:
            self._take(found, data, issuer)
        # Not earlier: until now the list is due for others too, and those who have none wait for this one. Counted from
        # the end: a server that hangs takes as long as the pause, and would be asked again at once by each who waited.
        self._next_try = self._monotonic() + self._rules.retry_seconds

    def _take(self, found: RevocationList, data: bytes, issuer: Certificate) -> None:
        self._trouble = self._find_fault(found, issuer)
        stranger: RevocationList | None = None
        if self._trouble is None:
            self._held = found
            self._fetched_at = self._monotonic()
            self._save(data)
        elif not is_from(found, issuer):
            # Remembered, without its entries, that others need not fetch it again; its own authority need not wait.
            stranger = replace(found, entries=Entries(b"", 0, 0), signed_part=b"")
            self._stranger_until = self._monotonic() + self._address.max_age_seconds
        self._stranger = stranger

    def _find_fault(self, found: RevocationList, issuer: Certificate) -> str | None:
        if found.is_delta is not self._address.is_delta:
            return "the address has a list of the other kind: full instead of changes, or changes instead of full"
        if not is_from(found, issuer):
            return "the address has a list of another authority"
        if not is_believed(found, issuer):
            return "the list was not signed by the authority"
        own = self._find_own(issuer)
        if own is not None and found.this_update < own.this_update:
            return "the list is older than the one at hand"
        return None

    def _load(self) -> RevocationList | None:
        try:
            found = read_list(read_bounded(self._path, MAX_LIST_BYTES))
        except (OSError, RevocationUnreadable):
            return None
        return found if found.is_delta is self._address.is_delta else None

    def _save(self, data: bytes) -> None:
        """Write beside, then rename: whoever starts next finds the old list or the new one, never a part."""
        part: Path | None = None
        try:
            with tempfile.NamedTemporaryFile(dir=self._path.parent, suffix=".part", delete=False) as file:
                part = Path(file.name)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError:
            # The list in memory serves: a full disk costs a download after the next start, and no answer before.
            if part is not None:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
