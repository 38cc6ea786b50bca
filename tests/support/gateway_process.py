"""A gateway as a process of its own, which a test may signal or kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-c", "from gateway.cli import main; main()", "serve", "--port", "0"]


@contextmanager
def gateway_process(environ: dict[str, str], log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ASP_")}
    with (
        log.open("a") as errors,
        subprocess.Popen(COMMAND, env=bare | environ, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on "), line
            yield process, line.split()[-1]
        finally:
            process.kill()
