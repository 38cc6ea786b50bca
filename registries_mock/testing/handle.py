"""What a test holds of a suite: its address, its people, its journal, and how to make it fail."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from wsgiref.types import WSGIApplication

from contracts.application import SCHEMA_ID
from registries_mock.durations import read_duration
from registries_mock.failure_rows import Failure
from registries_mock.journal.view import JournalView
from registries_mock.journal.wishes import read_how_many, read_wanted
from registries_mock.ports import People
from registries_mock.scenario.playing import begin_scenario, load_scenario
from registries_mock.scenario.reading import read_scenario
from registries_mock.spaces.spaces import Spaces
from registries_mock.spaces.wanted import read_space
from registries_mock.suite import Suite

_HOW_MANY: Final = ("exactly", "at_least", "at_most")
_STEP_SECONDS: Final = 30.0
_names = itertools.count(1)


class PeopleOfSuite:
    """The invented people, as a test looks for them."""

    def __init__(self, people: People) -> None:
        self._people = people

    def names(self) -> list[str]:
        """Of the documented people."""
        return [one.name for one in self._people.personas()]

    def application(self, persona: str) -> dict[str, Any]:
        """What this persona applies with, whole; LookupError where nobody is called so."""
        return {"schema": SCHEMA_ID, "service": "asp", **self._people.describe_application(persona)}

    def iin(self, persona: str) -> str:
        """The applicant's."""
        return str(self.application(persona)["applicant"]["iin"])

    def iins(self, persona: str) -> frozenset[str]:
        """Those of all people of this persona who have one."""
        return self._people.iins_of(persona)

    def phone(self, iin: str) -> str:
        """The number that the citizens' phone base has for this person."""
        return self._people.phone(iin)

    def record(self, iin: str) -> dict[str, Any] | None:
        """All that registries know of a person, in the words of the vocabulary; None where there is nobody."""
        found = self._people.find({"iin": iin})
        return self._people.record(found[0]) if found else None


class JournalOfSuite:
    """What was exchanged; words are those of docs/mock.md, “The journal”."""

    def __init__(self, view: JournalView) -> None:
        self._view = view

    def entries(self, **where: Any) -> list[dict[str, Any]]:
        """Those of which all of it holds, the oldest first."""
        return [self._view.describe(one) for one in self._view.find(self._read(where))]

    def whole(self, number: int) -> dict[str, Any]:
        """One with its messages; LookupError where it is not there."""
        entry = self._view.journal.find(number)
        if entry is None:
            raise LookupError(number)
        return self._view.describe(entry, whole=True)

    def verify(self, *, within: float = 0.0, **wanted: Any) -> list[int]:
        """The numbers of the exchanges; AssertionError, with the nearest ones, where there are not as many.

        `exactly`, `at_least`, `at_most` say how many (at least one), `within` how many real seconds to wait for them.
        """
        how_many: dict[str, Any] = {name: wanted.pop(name) for name in _HOW_MANY if name in wanted}
        verdict = self._view.verify(self._read(wanted), read_how_many(how_many), within)
        if not verdict["holds"]:
            nearest = "".join(f"\n  nearest: {one['number']} {one['differs']}" for one in verdict.get("nearest", ()))
            raise AssertionError(f"{verdict['found']} exchanges of {wanted}, wanted {how_many or 'one'}{nearest}")
        return list(verdict["entries"])

    def _read(self, where: dict[str, Any]) -> Any:
        return read_wanted(where, self._view.people.iins_of)


class Registries:
    """A suite in a test's hand."""

    def __init__(self, url: str, app: WSGIApplication, suite: Suite, spaces: Spaces) -> None:
        self.url = url
        """Where it is; addresses of docs/mock.md stand behind it."""
        self.wsgi: Final = app
        """The same without a socket, for any client that takes a WSGI application."""
        self.suite: Final = suite
        self._spaces = spaces
        self.people: Final = PeopleOfSuite(suite.outside.people)
        self.journal: Final = JournalOfSuite(
            JournalView(suite.journal, suite.catalogue.passports, suite.outside.people)
        )

    @property
    def senders(self) -> dict[str, str]:
        """Passwords by sender id."""
        return dict(self.suite.settings.senders)

    def fail(self, kind: str, **words: Any) -> Failure:
        """From now on, as docs/mock.md says under “Failures on demand”; ValueError for what cannot be."""
        return self.suite.failures.add({"kind": kind, **words})

    def play(self, scenario: str | Path) -> None:
        """Begin a scenario now, of a file or of a text in YAML; ScenarioInvalid for what cannot be."""
        told = load_scenario(scenario) if isinstance(scenario, Path) else read_scenario(scenario.encode())
        begin_scenario(self.suite.failures, told, self.suite.outside.clock())

    def push_to(self, sender: str, url: str) -> None:
        """Late replies to this sender are brought there."""
        self.suite.delivery.register(sender, url)

    def sms(self, phone: str = "") -> Sequence[Any]:
        """What phones have got, the newest first."""
        return self.suite.inbox.list(phone)

    def advance(self, step: str | timedelta) -> datetime:
        """Step the virtual clock (`PT1H`), and wait until all is quiet; RuntimeError where time is real."""
        time = self.suite.outside.time
        if time is None:
            raise RuntimeError("time is real here: ask for a clock, like clock='2026-10-05T10:00'")
        standing = time.advance(read_duration(step) if isinstance(step, str) else step, _STEP_SECONDS)
        if not standing.quiet:
            raise RuntimeError("the step is not over yet")
        return standing.now

    def reset(self) -> None:
        """As it was at the start; what sleeps or is to come is cancelled."""
        self.suite.reset()

    @contextmanager
    def space(self, name: str = "", **words: Any) -> Iterator[Registries]:
        """A suite of its own beside this one, closed at the end; words are those of docs/mock.md, “Spaces”."""
        wanted = read_space({"name": name or f"test-{next(_names)}", **words})
        space = self._spaces.open(wanted)
        try:
            yield Registries(f"{self.url}{space.describe()['path']}", space.app, space.suite, self._spaces)
        finally:
            self._spaces.shut(wanted.name)
