"""How NCALayer misbehaves on demand, as rows: what the user does, what the program does, which key signs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from registries_mock.ncalayer.words import BASICS, VERSION

MOST_SECONDS: Final = 60.0
"""The longest that an answer is held back: nothing waits for ever."""


@dataclass(frozen=True)
class Behaviour:
    """One row. It lasts for so many connections or requests (`times`), or until another is set (None)."""

    name: str
    shows: str
    of_connections: bool = False
    """Whether it is about connections; the others are about requests that the user would see a dialogue for."""
    not_running: bool = False
    version: str = VERSION
    without: tuple[str, ...] = ()
    """Modules that are not there."""
    cancels: bool = False
    drops: bool = False
    seconds: float = 0.0
    """How late each answer is."""
    profile: str = ""
    """The kind of certificate that signs, whatever was asked for (a name of the authority's profiles)."""
    without_timestamps: bool = False
    times: int | None = None

    def describe(self) -> dict[str, Any]:
        """The row in the words of the control socket."""
        return asdict(self) | {"without": list(self.without)}


ROWS: Final = (
    Behaviour("obedient", "It signs whatever it is asked to, at once."),
    Behaviour("canceled", "The user closes the dialogue.", cancels=True),
    Behaviour("slow", "The user takes his time over the password.", seconds=5.0),
    Behaviour("wrong-key", "The user chooses the key for authentication (AUTH).", profile="auth-only"),
    Behaviour("expired-key", "The user chooses a key whose certificate has run out.", profile="expired"),
    Behaviour("closed-socket", "NCALayer ends while the dialogue is open.", drops=True),
    Behaviour("not-running", "Nobody opens a connection.", of_connections=True, not_running=True),
    Behaviour(
        "old-version", "NCALayer before the module basics.", of_connections=True, version="1.2", without=(BASICS,)
    ),
    Behaviour("no-timestamps", "The timestamp authority is not reached.", without_timestamps=True),
)
BY_NAME: Final = {row.name: row for row in ROWS}
OBEDIENT: Final = ROWS[0]
_WORDS: Final = frozenset({"behave", "times", "seconds"})


def read_behaviour(wanted: Mapping[str, Any]) -> Behaviour:
    """The row that `{"behave": NAME, "times": N, "seconds": S}` means; ValueError with a sentence."""
    if unknown := set(wanted) - _WORDS:
        raise ValueError(f"{min(unknown)} is not a word of a behaviour")
    row = BY_NAME.get(str(wanted.get("behave")))
    if row is None:
        raise ValueError(f"behave is one of {', '.join(BY_NAME)}")
    times, seconds = wanted.get("times"), wanted.get("seconds", row.seconds)
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError("times is a whole number from 1")
    # Written so that NaN, which Python's JSON takes for a number, is none.
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MOST_SECONDS:
        raise ValueError(f"seconds is a number from 0 to {MOST_SECONDS:.0f}")
    return replace(row, times=times, seconds=float(seconds))


class Behaviours:
    """The row in force, shared by all connections."""

    def __init__(self, row: Behaviour = OBEDIENT) -> None:
        self._row = row
        self._lock = threading.Lock()

    def set(self, row: Behaviour) -> None:
        with self._lock:
            self._row = row

    def show(self) -> Behaviour:
        """The row with what is left of it; nothing is counted."""
        with self._lock:
            return self._row

    def take(self, *, of_connections: bool) -> Behaviour:
        """The row for this connection or request, counted; the obedient one where the row is about the other."""
        with self._lock:
            row = self._row
            if row.of_connections is not of_connections:
                return OBEDIENT
            if row.times is not None:
                self._row = replace(row, times=row.times - 1) if row.times > 1 else OBEDIENT
            return row
