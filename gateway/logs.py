"""Log lines: one JSON object a line, named fields only; never bodies, keys, or personal data beyond a masked IIN."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import Any

_LOG = logging.getLogger("gateway")


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Write one line: what happened, and facts about it (ids, codes, counts, times)."""
    if _LOG.isEnabledFor(level):
        line = {"event": event} | {name: value for name, value in fields.items() if value not in (None, "")}
        _LOG.log(level, json.dumps(line, ensure_ascii=False, default=str))


def log_crash(error: BaseException, **fields: Any) -> None:
    """Write what class of error came and where, never its text: foreign texts repeat what they choked on."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    log_event("crashed", level=logging.ERROR, error=type(error).__name__, places=places, **fields)


def send_logs(level: str) -> None:
    """Let the process write its log to standard error, from `level` (a name of the logging module) on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOG.handlers = [handler]
    _LOG.propagate = False
    _LOG.setLevel(level)
