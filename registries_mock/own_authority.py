"""The authority that certifies the suite's own keys, and its services: of a folder, or made in memory when needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from registries_mock.ca.errors import AuthorityError, AuthorityMissing
from registries_mock.ca.troubles import Troubles
from registries_mock.clock import Clock
from registries_mock.errors import AuthorityBroken

if TYPE_CHECKING:
    from registries_mock.ca.authority import Authority
    from registries_mock.ca.centre import Centre, FindCentre

FindAuthority = Callable[[], "Authority"]


def look_for_authority(folder: Path) -> None:
    """Raise AuthorityMissing where the folder is plainly none of `ca init`; its keys are opened when needed."""
    files = [folder / place / f"{rank}.pem" for place in ("trust", "private") for rank in ("root", "issuing")]
    if not all(file.is_file() for file in files):
        raise AuthorityMissing(f"{folder} holds no authority: `ca init --out {folder}` makes one")


def find_authority(folder: Path | None, clock: Clock) -> FindAuthority:
    """Gives the one authority of the folder, or of memory, to whoever asks; raises AuthorityBroken at that moment."""
    lock = threading.Lock()
    found: list[Authority] = []

    def find() -> Authority:
        # Here, because making keys and loading the libraries for it takes longer than the suite's start.
        from registries_mock.ca.authority import Authority

        with lock:
            if not found:
                try:
                    found.append(Authority.load(folder) if folder else Authority.create(clock()))
                except AuthorityError as error:
                    raise AuthorityBroken("the suite's own authority cannot be used") from error
            return found[0]

    return find


def find_centre(find: FindAuthority, troubles: Troubles, clock: Clock) -> FindCentre:
    """Gives the services of that authority, which are made together with it."""
    lock = threading.Lock()
    made: list[Centre] = []

    def centre() -> Centre:
        from registries_mock.ca.centre import Centre

        authority = find()
        with lock:
            if not made:
                made.append(Centre(authority, troubles, clock))
            return made[0]

    return centre
