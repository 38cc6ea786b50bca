"""A passport laid into a deployment's folder: the very copy that was checked, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registries_mock.passports.check import Look, look_at
from registries_mock.passports.faults import FolderUnusable, PassportExists
from registries_mock.passports.staging import stage

_UNDER_WAY: Final = ".adding-"


@dataclass(frozen=True)
class Added:
    """Where the passport lies now; None where it was not taken."""

    look: Look
    place: Path | None


def check(source: Path, others: Sequence[Path] = ()) -> Look:
    """Look at a copy of the folder, beside the catalogue with `others`. Raises FolderUnusable, CatalogueInvalid."""
    with _place_for_copy(None) as place:
        return _look_at_copy(source, place, others)


def add(source: Path, target: Path, *, replace: bool = False) -> Added:
    """Check the folder and lay its copy into `target/passports/<key>`, beside what is in `target`.

    Raises PassportExists where one of its key lies there and is not to be replaced, FolderUnusable, CatalogueInvalid.
    """
    made = not target.exists()
    try:
        (target / "passports").mkdir(parents=True, exist_ok=True)
        with _place_for_copy(target) as place:
            look = _look_at_copy(source, place, () if made else (target,))
            if look.passport is None or look.faults:
                return Added(look, None)
            final = target / "passports" / look.passport.key
            _exchange(place / "passports" / "new", final, place / "old", replace=replace)
            return Added(look, final)
    except OSError as error:
        raise FolderUnusable(f"{error.filename or target}: {error.strerror}") from error
    finally:
        if made:
            _remove_if_empty(target)


def _look_at_copy(source: Path, place: Path, others: Sequence[Path]) -> Look:
    copy = place / "passports" / "new"
    faults = stage(source, copy)
    return Look(faults=faults) if faults else look_at(copy, others)


@contextmanager
def _place_for_copy(target: Path | None) -> Iterator[Path]:
    """A folder for the copy, on the disk of the target, so that it moves in one step."""
    with tempfile.TemporaryDirectory(prefix=_UNDER_WAY, dir=target) as place:
        yield Path(place)


def _exchange(new: Path, final: Path, old: Path, *, replace: bool) -> None:
    exists = PassportExists(f"{final} is there already; --replace puts this one in its place")
    if final.exists():
        if not replace:
            raise exists
        final.rename(old)
    try:
        new.rename(final)
    except OSError as error:
        if old.exists():
            old.rename(final)
        if final.exists():
            raise exists from error
        raise


def _remove_if_empty(target: Path) -> None:
    for folder in (target / "passports", target):
        if folder.is_dir() and not any(folder.iterdir()):
            shutil.rmtree(folder)
