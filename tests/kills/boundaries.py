"""Boundaries at which a process may be killed: derived from the types of steps and the acts of people, by code.

A step or an act is carried out in one commit; some have a side effect before it (a question, a signature, a message).
"""

from __future__ import annotations

import inspect
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import get_args

from gateway.core.steps import AskExchanges, DeliverNotice, SignLetter, Step
from gateway.store.decision_acts import DecisionActs
from gateway.store.document_acts import DocumentActs
from gateway.store.incident_acts import IncidentActs
from gateway.store.letter_acts import LetterActs
from tests.kills.appending import append, read_lines


class Stage(StrEnum):
    BEFORE_EFFECT = "before-effect"
    """What called for the side effect is committed, the effect is not there yet."""
    AFTER_EFFECT = "after-effect"
    """The world has it, and there is no record of it here."""
    BEFORE_COMMIT = "before-commit"
    """Every row is written, the transaction is open."""
    AFTER_COMMIT = "after-commit"
    """Committed, and nobody was told of it."""


COMMIT = (Stage.BEFORE_COMMIT, Stage.AFTER_COMMIT)
EFFECT = (Stage.BEFORE_EFFECT, Stage.AFTER_EFFECT)
EFFECTS = frozenset({AskExchanges.__name__, SignLetter.__name__, DeliverNotice.__name__})
"""Steps that reach out of the database."""
ACCEPT, CLAIM, KEEP_MESSAGE, READ_MESSAGE, TELL_BUS = "accept", "claim", "keep-message", "read-message", "tell-bus"
OTHERS = (ACCEPT, CLAIM, KEEP_MESSAGE, READ_MESSAGE, TELL_BUS)
"""What is neither a step nor an act: an intake, a claim of what is due, a message that the bus brings."""


_FAMILIES = {"step": frozenset(step.__name__ for step in get_args(Step)), "other": frozenset(OTHERS)}


@dataclass(frozen=True)
class Boundary:
    kind: str
    stage: Stage

    def __str__(self) -> str:
        return f"{self.kind}:{self.stage}"

    @property
    def family(self) -> str:
        """Each side effect is a family of its own; steps are all committed alike, and so are acts, and the others."""
        if self.stage in EFFECT:
            return str(self)
        return f"{next((name for name, kinds in _FAMILIES.items() if self.kind in kinds), 'act')}:{self.stage}"


def list_acts() -> list[str]:
    """Every act of people that the store carries out, as `LetterActs.sign_letter`."""
    return [
        function.__qualname__
        for acts in (LetterActs, IncidentActs, DocumentActs, DecisionActs)
        for name, function in vars(acts).items()
        if not name.startswith("_") and inspect.isfunction(function) and _is_act(function)
    ]


def list_boundaries() -> list[Boundary]:
    return [
        Boundary(kind, stage)
        for kind in (*(step.__name__ for step in get_args(Step)), *list_acts(), *OTHERS)
        for stage in ((*EFFECT, *COMMIT) if kind in EFFECTS or kind == TELL_BUS else COMMIT)
    ]


def gather_families() -> dict[str, list[Boundary]]:
    """The boundaries of each family, by its name."""
    families: dict[str, list[Boundary]] = {}
    for boundary in list_boundaries():
        families.setdefault(boundary.family, []).append(boundary)
    return families


def _is_act(function: Callable[..., object]) -> bool:
    """Not what only prepares a change for another act."""
    return bool(inspect.signature(function).return_annotation != "Change")


@dataclass
class Passing:
    """What the process is doing, told as each boundary is passed; at the one that is aimed at, the process ends."""

    log: Path
    aim: str = ""
    _own: threading.local = field(default_factory=threading.local)

    @property
    def doing(self) -> tuple[str, ...]:
        return getattr(self._own, "doing", ())

    @contextmanager
    def do(self, *kinds: str) -> Iterator[None]:
        before = self.doing
        self._own.doing = (*before, *kinds)
        try:
            yield
        finally:
            self._own.doing = before

    def reach(self, stage: Stage, *kinds: str) -> None:
        for kind in dict.fromkeys(kinds):
            boundary = str(Boundary(kind, stage))
            append(self.log, boundary)
            if boundary == self.aim:
                os.kill(os.getpid(), signal.SIGKILL)

    def passed(self) -> set[str]:
        return set(read_lines(self.log))
