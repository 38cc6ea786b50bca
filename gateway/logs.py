"""Log lines: one JSON object a line, named fields only; never bodies, keys, or personal data beyond a masked IIN."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import Any

from gateway.masks import mask_digits

_LOG = logging.getLogger("gateway")
_LIBRARIES = logging.getLogger()
_FORM = "%(asctime)s %(levelname)s %(message)s"
_LONGEST_TEXT = 200


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


class LibraryFormatter(logging.Formatter):
    """A library's line in the shape of ours: its text without what was to be filled in, an error by its class alone."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[0] if record.exc_info else None
        line = {
            "event": "library_said",
            "logger": record.name,
            "place": f"{record.filename}:{record.lineno}",
            "text": mask_digits(str(record.msg))[:_LONGEST_TEXT],
            "error": error.__name__ if error else "",
        }
        text = json.dumps({name: value for name, value in line.items() if value}, ensure_ascii=False)
        return f"{self.formatTime(record)} {record.levelname} {text}"


def send_logs(level: str) -> None:
    """Let the process write its log to standard error, from `level` (a name of the logging module) on.

    Libraries (the web server, HTTP clients) are heard from WARNING on, whatever the level.
    """
    _LOG.handlers = [_open_handler(logging.Formatter(_FORM))]
    _LOG.propagate = False
    _LOG.setLevel(level)
    _LIBRARIES.handlers = [_open_handler(LibraryFormatter())]
    _LIBRARIES.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def _open_handler(formatter: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    return handler
