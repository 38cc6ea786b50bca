"""The authority that certifies the suite's own keys: of a folder, or made in memory when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from registries_mock.clock import Clock

if TYPE_CHECKING:
    from registries_mock.ca.authority import Authority

FindAuthority = Callable[[], "Authority"]


def find_authority(folder: Path | None, clock: Clock) -> FindAuthority:
    """Gives the one authority of the folder, or of memory, to whoever asks; raises AuthorityMissing at that moment."""
    lock = threading.Lock()
    found: list[Authority] = []

    def find() -> Authority:
        # Here, because making keys and loading the libraries for it takes longer than the suite's start.
        from registries_mock.ca.authority import Authority

        with lock:
            if not found:
                found.append(Authority.load(folder) if folder else Authority.create(clock()))
            return found[0]

    return find
