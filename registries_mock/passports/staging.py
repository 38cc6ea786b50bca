"""A copy of a user's folder to look at: plain files of known kinds, within bounds, no links."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from registries_mock.passports.faults import Fault, FolderUnusable

KINDS: Final = frozenset({".toml", ".xsd", ".wsdl", ".xml", ".json", ".md"})
"""Files of other kinds stay where they are."""
_MOST_FILES: Final = 200
_MOST_BYTES: Final = 4_000_000


def stage(source: Path, target: Path) -> list[Fault]:
    """Copy the folder's files into `target`, which is made; tells what is not taken along and should not be there.

    Raises FolderUnusable where a folder or file cannot be read or written.
    """
    if not (source / "passport.toml").is_file():
        return [Fault("passport.toml", "there is none in the folder", "`passport new` writes one to begin with")]
    faults: list[Fault] = []
    try:
        target.mkdir(parents=True)
        for place, folders, names in os.walk(source, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted([*folders, *(name for name in names if not name.startswith("."))]):
                file = Path(place) / name
                if file.suffix.lower() in KINDS or name in folders:
                    faults += _take(file, source, target)
            folders[:] = [name for name in folders if not (Path(place) / name).is_symlink()]
    except OSError as error:
        raise FolderUnusable(f"{error.filename or source}: {error.strerror}") from error
    taken = sum(1 for file in target.rglob("*") if file.is_file())
    if taken > _MOST_FILES:
        faults.append(Fault(".", f"there are {taken} files", f"a passport has at most {_MOST_FILES}"))
    return faults


def _take(file: Path, source: Path, target: Path) -> list[Fault]:
    name = file.relative_to(source)
    if file.is_symlink() or not (file.is_file() or file.is_dir()):
        return [Fault(str(name), "it is a link or no plain file", "a passport's files lie in its own folder")]
    if file.is_dir():
        (target / name).mkdir()
        return []
    with file.open("rb") as opened:
        content = opened.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        return [Fault(str(name), "the file is too large", f"{_MOST_BYTES} bytes are the most")]
    (target / name).write_bytes(content)
    return []


def _raise(error: OSError) -> None:
    raise error
