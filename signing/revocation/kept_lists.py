"""The source that downloads lists from configured addresses, and keeps them over a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from signing.certificates import Certificate
from signing.fetching import Fetch
from signing.revocation.crl_judging import find_in_lists
from signing.revocation.shelf import Brought, FetchRules, ListAddress, Shelf
from signing.revocation.status import Answer, CertificateStatus, unknown


class KeptLists:
    """Lists of one or several authorities. Addresses in certificates are never followed."""

    def __init__(
        self,
        addresses: Iterable[ListAddress],
        folder: Path,
        fetch: Fetch,
        *,
        rules: FetchRules | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reads what an earlier run left in the folder, and makes the folder where there is none; OSError if it cannot.

        Nothing is downloaded before somebody asks.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._rules = rules or FetchRules()
        self._shelves = tuple(Shelf(one, folder, fetch, self._rules, monotonic) for one in addresses)

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        patience = self._rules.wait_seconds
        all_brought: list[Brought] = []
        for shelf in self._shelves:
            all_brought.append(shelf.bring(issuer, now, patience))
            if all_brought[-1].is_under_way:
                # Waited in vain once is enough: there may be several addresses, of a server that hangs.
                patience = 0.0
        lists = [one.found for one in all_brought if one.found is not None]
        status = find_in_lists(lists, certificate, issuer, now=now, reference=reference)
        trouble = next((one.trouble for one in all_brought if one.trouble is not None), None)
        if status.answer is not Answer.UNKNOWN or trouble is None:
            return status
        return unknown(f"{status.reason} {trouble}")
