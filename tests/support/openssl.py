"""The program openssl, as another reader and writer of what we sign: no settings of this machine, and bounded."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SECONDS = 60


def openssl(*arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """What it answers, in that folder. A test that calls it is marked `needs_openssl`: elsewhere it fails."""
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, cwd=folder, env=environment)
