"""The collector of a process that serves: what was loaded at its start is not looked through again and again.

By the interpreter's usual thresholds a tenth of an application's work was looking through catalogue, modules and rules,
which live as long as the process.
"""

from __future__ import annotations

import gc
from typing import Final

_THRESHOLDS: Final = (20_000, 20, 20)
"""New objects before a look at the young ones, and young looks before one at older ones: a case has some thousand."""


def settle_collector() -> None:
    """Once, when all that stays is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
