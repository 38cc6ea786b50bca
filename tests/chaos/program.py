"""`asp-gateway` as it is, seen and stepped: `python -m tests.chaos.program FILE serve …`, or `worker`.

The command runs unchanged, by this machine's time and as many seconds ahead as stand in the file (`-`: by that time
alone); a worker of a fleet tells the witness under which lease it writes.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from gateway import wiring
from gateway.cli import main
from gateway.clock import now
from tests.chaos.witness import tell_leases

RIGHT_CLOCK = "-"


class SteppedClock:
    """Port `Clock`: this machine's time, and as far ahead as the file says at that moment."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        return now() + timedelta(seconds=float(self._file.read_text(encoding="ascii") or "0"))


def run(file: str, command: str) -> None:
    if file != RIGHT_CLOCK:
        # The command has no such option: it finds its parts where it is run, and is given these.
        for name in ("open_gateway", "open_worker"):
            vars(wiring)[name] = partial(getattr(wiring, name), clock=SteppedClock(Path(file)))
    if command == "worker":
        tell_leases()
    main()


if __name__ == "__main__":
    run(sys.argv.pop(1), sys.argv[1])
