"""Processes of the demo: started, waited for until they say where they listen, and stopped whatever happens."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

from contracts.errors import OperatorError

_READY_SECONDS = 30.0
_STOP_SECONDS = 10.0
_ADDRESS = re.compile(r"https?://[0-9A-Za-z.:\[\]]+")


class DemoFailed(OperatorError):
    code = "demo-failed"
    title = "The demo could not be carried through."


def run_command(command: Sequence[str], environ: Mapping[str, str], seconds: float = 30.0) -> str:
    """The output of a short command; raises DemoFailed where it fails or takes longer."""
    try:
        done = subprocess.run(
            [find_program(command[0]), *command[1:]],
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise DemoFailed(f"{command[0]} {command[1]} took longer than {seconds:.0f} s") from error
    except subprocess.CalledProcessError as error:
        raise DemoFailed(f"{command[0]} {command[1]} failed: {error.stderr.strip()[-500:]}") from error
    return done.stdout


class Server:
    """A server process; a context manager that ends it."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.name = command[0]
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [find_program(command[0]), *command[1:]], env=dict(environ), stdout=subprocess.PIPE, stderr=self._log
        )
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_for_address(self) -> str:
        """The base address that the server prints when it is ready."""
        waited = 0.0
        while waited < _READY_SECONDS:
            try:
                line = self._lines.get(timeout=0.25)
            except Empty:
                waited += 0.25
                if self._process.poll() is not None:
                    raise DemoFailed(f"{self.name} ended before it was ready: see {self._log.name}") from None
                continue
            found = _ADDRESS.search(line)
            if found:
                return found.group()
        raise DemoFailed(f"{self.name} did not say where it listens within {_READY_SECONDS:.0f} s")

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join(_STOP_SECONDS)
        self._log.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read(self) -> None:
        """Whoever reads the pipe closes it, at its end: closing it under a reader would wait for the reader."""
        if self._process.stdout is not None:
            with self._process.stdout as lines:
                for raw in lines:
                    self._lines.put(raw.decode(errors="replace"))


def find_program(name: str) -> str:
    """The installed console script that stands beside the running interpreter."""
    for folder in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (folder / name).exists():
            return str(folder / name)
    raise DemoFailed(f"{name} is not installed beside this Python")
