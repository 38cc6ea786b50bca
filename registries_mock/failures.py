"""Failures on demand: the rows in force, and what becomes of an exchange that one fits. The control API fills them."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import exp
from statistics import NormalDist
from typing import Any, Final

from werkzeug.http import HTTP_STATUS_CODES

from contracts.passport import Passport
from registries_mock.called_failures import read_called
from registries_mock.clock import Clock
from registries_mock.dice import Dice
from registries_mock.errors import UnknownFailure
from registries_mock.failure_rows import Failure, read_failure
from registries_mock.failure_words import HELD_SECONDS
from registries_mock.journal.line import note
from registries_mock.ports import People, Persona
from registries_mock.rows_in_force import RowsInForce
from registries_mock.signals import (
    Contradiction,
    Forced,
    Lacking,
    Signal,
    Stale,
    Stranger,
    Surplus,
    say_code,
    say_nothing,
)
from registries_mock.spoiling import GARBAGE, spoil
from registries_mock.wire import HTML, NO_REPLY, TORN, XML, HttpReply, Sealing, soap_fault

_SMALLEST: Final = 1e-12
_SIGMA: Final = 0.5
"""Of the lognormal latency, whose median is said."""
_DRAWN: Final = frozenset({"uniform", "lognormal"})
"""Variants whose seconds are drawn."""


_DAY: Final = 86_400
_BUCKETS: Final = 2**16


@dataclass(frozen=True)
class Played:
    """The scenario in force."""

    title: str
    seed: int
    started: datetime
    rows: tuple[Failure, ...]


class Failures(RowsInForce[Failure]):
    """The rows of the registries' services."""

    def __init__(self, passports: Mapping[str, Passport], clock: Clock, people: People, seed: int) -> None:
        """`seed` is that of the draws of rows which no scenario brought: a run repeats.

        Raises ValueError for a persona whose own failure cannot be.
        """
        super().__init__(lambda row, times: replace(row, times=times))
        self._passports = passports
        self._clock = clock
        self._iins_of = people.iins_of
        self._seed = seed
        self._of_personas = tuple(self._read_own(people.personas()))
        self._added = itertools.count()
        """Which row it is since the reset: the same row put again after it draws the same."""
        self._fitted: Counter[tuple[int, int]] = Counter()
        self._drawing = threading.Lock()
        self.played: Played | None = None

    def add(self, wanted: Mapping[str, Any]) -> Failure:
        """Put a row into force; raises ValueError with a sentence for one that cannot be."""
        row = self.read(wanted)
        dice = f"{self._seed}/failure/{next(self._added)}"
        return self.put(lambda number: replace(row, id=number, dice=dice))

    def read(self, wanted: Mapping[str, Any]) -> Failure:
        """A row that is not in force yet; raises as `add` does."""
        return read_failure(wanted, 0, self._passports.values(), self._iins_of)

    def play(self, title: str, seed: int, rows: Sequence[Failure], started: datetime) -> Played:
        """Put the rows of a scenario into force, all at once, in place of those of the one before."""
        come = [replace(row, dice=f"{seed}/scenario/{nth}", entry=nth) for nth, row in enumerate(rows, start=1)]
        found = self.swap(lambda row: row.entry > 0, [partial(_number, row) for row in come])
        self.played = Played(title, seed, started, tuple(found))
        return self.played

    def stop(self) -> None:
        """End the scenario; rows that were put by themselves stay."""
        self.played = None
        self.swap(lambda row: row.entry > 0, ())

    def take(self, passport: Passport, iin: str, sender: str, called: str = "") -> Failure | None:
        """What the call asks for itself; else the oldest row that fits now, and falls, whose count goes down; else what
        befalls the persona at all times. Raises UnknownFailure for a call that asks for what cannot be.

        A draw hangs on the row, on who asks about whom, and on how often that has fitted: exchanges about others,
        before it or beside it, change nothing.
        """
        found = self._find(passport, iin, sender, called)
        note(iin=iin, **({"failure": found.kind, "failure_id": found.id} if found else {}))
        return found

    def _find(self, passport: Passport, iin: str, sender: str, called: str) -> Failure | None:
        now, whom = self._clock(), f"{passport.key}/{iin}/{sender}"
        names: dict[int, str] = {}
        if called:
            asked_for = self._read_called(called, passport)
            return _draw_seconds(asked_for, self._name_draw(asked_for, whom))

        def falls(row: Failure) -> bool:
            if not row.fits(passport, iin, sender, now):
                return False
            names[row.id] = self._name_draw(row, whom)
            return row.probability == 1 or Dice(row.dice).happens(names[row.id], row.probability)

        found = self.use(falls) or next((row for row in self._of_personas if falls(row)), None)
        return found and _draw_seconds(found, names[found.id])

    def reset(self) -> None:
        super().reset()
        self.played = None
        self._added = itertools.count()
        self._fitted.clear()

    def _name_draw(self, row: Failure, whom: str) -> str:
        """Who asks about whom is one of so many buckets: memory does not grow."""
        if row.probability == 1 and row.variant not in _DRAWN:
            return ""
        bucket = Dice(whom).number("bucket", _BUCKETS)
        with self._drawing:
            self._fitted[row.id, bucket] += 1
            return f"{bucket}/{self._fitted[row.id, bucket]}"

    def _read_called(self, called: str, passport: Passport) -> Failure:
        try:
            row = self.read({**read_called(called), "passport": passport.key})
        except ValueError as failure:
            raise UnknownFailure(str(failure)) from failure
        return replace(row, dice=f"{self._seed}/called/{row.kind}/{row.variant}")

    def _read_own(self, personas: Sequence[Persona]) -> Iterator[Failure]:
        """Under numbers below 0: they are in force for good, and none of those that are put and taken away."""
        rows = ((one.name, words) for one in personas for words in one.failures)
        for nth, (name, words) in enumerate(rows, start=1):
            row = self.read({**words, "persona": name})
            yield replace(row, id=-nth, dice=f"{self._seed}/persona/{nth}")


def _number(row: Failure, number: int) -> Failure:
    return replace(row, id=number)


def _draw_seconds(row: Failure, draw: str) -> Failure:
    """With the seconds of this exchange, where they follow a distribution."""
    if row.variant not in _DRAWN:
        return row
    share = Dice(row.dice, "latency").share(draw)
    if row.variant == "uniform":
        return replace(row, seconds=row.seconds * share)
    spread = exp(_SIGMA * NormalDist().inv_cdf(max(share, _SMALLEST)))
    return replace(row, seconds=min(row.seconds * spread, HELD_SECONDS))


AnswerWith = Callable[[Forced | None], HttpReply]
"""How one protocol sends a registry's answer: the subject's own, or a forced one."""
_INSTEAD: Final = frozenset({"http_error", "html_503", "close", "reset"})
"""Kinds by which no message is read."""
NOT_TAKEN: Final = _INSTEAD | {"soap_fault"}
"""Those of which the asynchronous channel takes no request."""


def fail(failure: Failure | None, passport: Passport, answer: AnswerWith, failures: Failures) -> HttpReply:
    """The reply of a synchronous exchange, or what is said at once of an asynchronous one, spoiled as the row says."""
    if failure is None:
        return answer(None)
    match failure.kind:
        case "silence":
            failures.wait(failure.seconds)
            return HttpReply(504, b"")
        case "slow":
            failures.wait(failure.seconds)
            return answer(None)
        case "garbage":
            return HttpReply(200, GARBAGE, XML)
        case "soap_fault":
            return soap_fault(failure.variant.capitalize(), "the service is made to fail")
        case kind if kind in _INSTEAD:
            return _reply_instead(failure)
        case _:
            reply = replace(answer(forced_by(failure, passport)), sealing=sealing_of(failure))
            return spoil(reply, passport, failure.kind, failure.variant, failure.seconds)


def _reply_instead(failure: Failure) -> HttpReply:
    """What comes without the request being read: a page, or the end of the connection."""
    match failure.kind:
        case "close":
            return NO_REPLY
        case "reset":
            return TORN
        case _:
            status = 503 if failure.kind == "html_503" else int(failure.code)
            return HttpReply(status, page_of(status), HTML)


def page_of(status: int) -> bytes:
    """What a proxy before the service would show."""
    told = f"{status} {HTTP_STATUS_CODES.get(status, 'Unknown')}"
    return f"<html><head><title>{told}</title></head><body><h1>{told}</h1></body></html>".encode()


def forced_by(failure: Failure, passport: Passport) -> Forced | None:
    """What the registry is made to say; None for a failure that is none of its words."""
    match failure.kind:
        case "another_person":
            return Stranger()
        case "stale":
            return Stale(round(failure.seconds / _DAY))
        case "contradiction":
            return Contradiction(failure.variant)
        case "missing_element":
            return Lacking(failure.code)
        case "extra_element":
            return Surplus()
        case "empty":
            return say_nothing(passport)
        case "no_record":
            return "no_record"
        case "fault":
            return Signal("fault", code=failure.code or "999")
        case "status":
            return say_code(passport, failure.code or "999")
        case _:
            return None


def sealing_of(failure: Failure | None) -> Sealing:
    """How the bus is made to sign the reply, where it signs it at all."""
    match failure.kind if failure else None:
        case "unsigned":
            return Sealing.NONE
        case "badly_signed" if failure:
            return Sealing(failure.variant)
        case _:
            return Sealing.OWN
