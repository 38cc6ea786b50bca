"""A worker whose clock can be stepped: `python -m tests.chaos.stepped FILE`, seconds ahead stand in the file."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from gateway.clock import now
from gateway.logs import send_logs
from gateway.settings import read_settings
from gateway.wiring import open_worker


class SteppedClock:
    """Port `Clock`: this machine's time, and as far ahead as the file says at that moment."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        return now() + timedelta(seconds=float(self._file.read_text(encoding="ascii") or "0"))


def main(file: str) -> None:
    """As `asp-gateway worker`, which runs by the machine's clock alone."""
    settings = read_settings(os.environ)
    send_logs(settings.log_level, settings.log_form)
    signal.signal(signal.SIGTERM, _stop)
    with open_worker(settings, SteppedClock(Path(file))) as one:
        sys.stdout.write(f"working as {one.worker.name}\n")
        sys.stdout.flush()
        threading.Event().wait()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main(sys.argv[1])
