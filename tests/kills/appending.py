"""Lines at the end of a file, each there as soon as it is written, whatever becomes of the process."""

from __future__ import annotations

import os
from pathlib import Path


def append(path: Path, line: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def read_lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
