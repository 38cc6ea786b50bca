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
from signing.fetching import Fetch, FetchRequest
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
    """Bounds of fetching: seconds for one download in all, and from the end of one to the next."""

    deadline_seconds: float = 15.0
    retry_seconds: float = 60.0


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
        self.trouble: str | None = None
        """Why the last download was of no use; None where it was."""

    def bring(self, issuer: Certificate, now: datetime) -> RevocationList | None:
        """The list of this authority, fetched first where that is due; None where there is none to be had."""
        if not self._is_anothers(issuer, now) and self._is_due(issuer, now):
            own = self._find_own(issuer)
            # Who has a list that holds does not wait for the one who fetches its successor.
            patience = 0.0 if own is not None and is_in_force(own, now) else self._rules.deadline_seconds
            if self._lock.acquire(timeout=patience):
                try:
                    if self._is_due(issuer, now):
                        self._refresh(issuer)
                finally:
                    self._lock.release()
        return self._find_own(issuer)

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

    def _refresh(self, issuer: Certificate) -> None:
        """Fetch the list; what was held stays unless a better one came. No second try before `retry_seconds`."""
        self._stranger = None
        try:
            data = self._fetch(FetchRequest(self._address.url, MAX_LIST_BYTES, self._rules.deadline_seconds))
            found = read_list(data)
        except (RevocationUnavailable, RevocationUnreadable) as failure:
            self.trouble = str(failure)
        else:
            self._take(found, data, issuer)
        # Not earlier: until now the list is due for others too, and those who have none wait for this one. Counted from
        # the end: a server that hangs takes as long as the pause, and would be asked again at once by each who waited.
        self._next_try = self._monotonic() + self._rules.retry_seconds

    def _take(self, found: RevocationList, data: bytes, issuer: Certificate) -> None:
        self.trouble = self._find_fault(found, issuer)
        if self.trouble is None:
            self._held = found
            self._fetched_at = self._monotonic()
            self._save(data)
        elif not is_from(found, issuer):
            # Remembered, without its entries, that others need not fetch it again; its own authority need not wait.
            self._stranger = replace(found, entries=Entries(b"", 0, 0), signed_part=b"")
            self._stranger_until = self._monotonic() + self._address.max_age_seconds

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
            if self._path.stat().st_size > MAX_LIST_BYTES:
                return None
            found = read_list(self._path.read_bytes())
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
