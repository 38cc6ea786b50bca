"""The folder that a demo writes to: known by a marker, and emptied of the demo's own files alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from gateway.demo.processes import DemoFailed

MARKER = ".asp-gateway-demo"
OWN_FOLDERS = ("ca",)
OWN_FILES = (
    "applicant.p12",
    "dossier.html",
    "dossier.json",
    "gateway.db",
    "gateway.db.lock",
    "gateway.db-shm",
    "gateway.db-wal",
    "gateway.log",
    "mock.log",
    "organisation.p12",
    "specialist.p12",
    "store.key",
    "timeline.html",
)


def prepare_folder(folder: Path) -> None:
    """Make the folder ready for a new demo; raises DemoFailed, and touches nothing, where it is somebody else's."""
    try:
        if folder.exists() and not (folder / MARKER).is_file() and (not folder.is_dir() or any(folder.iterdir())):
            raise DemoFailed(f"{folder} is not empty, and not of an earlier demo: give another --out, or clear it")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).touch()
        for name in OWN_FOLDERS:
            if (folder / name).exists():
                shutil.rmtree(folder / name)
        for name in OWN_FILES:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise DemoFailed(f"{folder} cannot be used: {error.strerror}") from error
