"""Log lines: one JSON object a line, named fields only; never bodies, keys, or personal data beyond a masked IIN.

A line that is written while a trace is under way names it (`trace`, `span`): so a portal's request, the exchanges that
it led to and their evidence are found by one id.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from gateway.log_lines import LineHandler
from gateway.masks import mask_digits
from gateway.setting_rows import LINES
from gateway.traces import current_trace

_LOG = logging.getLogger("gateway")
_LIBRARIES = logging.getLogger()
_FORM = "%(asctime)s %(levelname)s %(message)s"
_LONGEST_TEXT = 200


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Write one line: what happened, and facts about it (ids, codes, counts, times)."""
    if _LOG.isEnabledFor(level):
        line = {"event": event} | {name: value for name, value in fields.items() if value not in (None, "")}
        if (trace := current_trace()) is not None:
            line |= {"trace": trace.trace_id, "span": trace.span_id}
        # Made by hand: `log` would look up the stack who called, which no line of ours tells.
        text = json.dumps(line, ensure_ascii=False, default=str)
        _LOG.handle(_LOG.makeRecord(_LOG.name, level, "", 0, text, (), None))


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


class LineFormatter(logging.Formatter):
    """The whole line as one JSON object, `time` and `level` in it: what collectors of logs read without a pattern."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        text = self._inner.format(record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = json.dumps({"time": at, "level": record.levelname})
        return f"{head[:-1]}, {text[text.index('{') + 1 :]}"


def send_logs(level: str, form: str = "") -> None:
    """Let the process write its log to standard error, from `level` (a name of the logging module) on.

    `form`: LINES for JSON objects alone; otherwise each stands behind its time and level. Libraries (the web server,
    HTTP clients) are heard from WARNING on, whatever the level.
    """
    ours, theirs = logging.Formatter(_FORM), LibraryFormatter()
    _LOG.handlers = [_open_handler(LineFormatter(ours) if form == LINES else ours)]
    _LOG.propagate = False
    _LOG.setLevel(level)
    _LIBRARIES.handlers = [_open_handler(LineFormatter(theirs) if form == LINES else theirs)]
    _LIBRARIES.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def _open_handler(formatter: logging.Formatter) -> logging.Handler:
    handler = LineHandler(sys.stderr)
    handler.setFormatter(formatter)
    return handler
