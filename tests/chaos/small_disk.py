"""A disk of its own that can be filled: a small file system in memory where we may mount one, else a limit of size."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_MEGABYTES = 192


@dataclass(frozen=True)
class SmallDisk:
    folder: Path
    mounted: bool

    @property
    def told(self) -> str:
        return f"a file system of {_MEGABYTES} MB filled to the last byte" if self.mounted else "no file may grow"

    def fill(self, pid: int) -> None:
        """From now on the process of that number can write nothing more."""
        if self.mounted:
            with (self.folder / "ballast").open("wb", buffering=0) as ballast:
                block = bytes(64 * 1024)
                while block:
                    try:
                        ballast.write(block)
                    except OSError:
                        # What is left is less than that: down to a single byte.
                        block = block[: len(block) // 2]
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free(self, pid: int) -> None:
        if self.mounted:
            (self.folder / "ballast").unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def open_small_disk() -> Iterator[SmallDisk]:
    folder = Path(tempfile.mkdtemp(prefix="asp-chaos-disk-"))
    mounted = False
    try:
        mounted = _mount(folder)
        yield SmallDisk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)  # noqa: S607
        shutil.rmtree(folder, ignore_errors=True)


def _mount(folder: Path) -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m", "asp-chaos", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
