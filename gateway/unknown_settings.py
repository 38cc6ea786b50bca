"""Variables that have the prefix of settings and are none: mostly a setting that was mistyped and has no effect."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from gateway.logs import log_event
from gateway.setting_rows import PREFIX, TABLE

OF_CALLERS: Final = (f"{PREFIX}URL", f"{PREFIX}CLIENT_KEY", f"{PREFIX}KEY_PASSWORD")
"""What commands that call a gateway read; `serve` and `worker` read none of these."""


def find_unknown(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each such variable, and the setting that is written most like it, or ""."""
    known = [*(row.variable for row in TABLE), *(f"{row.variable}_FILE" for row in TABLE if row.secret), *OF_CALLERS]
    for name in sorted(names):
        if name not in known:
            yield name, next(iter(get_close_matches(name, known, 1, 0.85)), "")


def log_unknown(names: Iterable[str]) -> None:
    """A warning for each."""
    for name, nearest in find_unknown(names):
        log_event("setting_unknown", level=logging.WARNING, variable=name, nearest=nearest)
