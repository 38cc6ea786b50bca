"""The pytest plugin: `registries`, `registries_inprocess`, `people`, `scenario`, `journal`, and the marker beside them.

One suite serves all tests of a process that want it so; it is reset before and after each. A virtual clock is each
test's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from registries_mock.testing.handle import JournalOfSuite, PeopleOfSuite, Registries

_MARKER: Final = "registries"
WORDS: Final = frozenset(
    ["seed", "today", "clock", "senders", "passports", "signatures", "key_info", "ca", "latency", "async_delay"]
)
_HELP: Final = (
    "registries(seed, today, clock, senders, passports, signatures, key_info, ca, latency, async_delay): "
    "how the mock suite of this test is set up, in the words of `registries-mock serve`"
)


class _Suites:
    """The suites of one pytest process, made when first wanted."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._served: dict[str, Registries] = {}

    def served(self, words: dict[str, Any]) -> Registries:
        from registries_mock.testing.running import running
        from registries_mock.testing.settings import key_of

        key = key_of(words)
        if key not in self._served:
            self._served[key] = self._open.enter_context(running(**words))
        return self._served[key]

    def close(self) -> None:
        self._open.close()
        self._served.clear()


_SUITES: Final = pytest.StashKey[_Suites]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _HELP)
    config.stash[_SUITES] = _Suites()


def pytest_unconfigure(config: pytest.Config) -> None:
    if (suites := config.stash.get(_SUITES, None)) is not None:
        suites.close()


@pytest.fixture
def registries(request: pytest.FixtureRequest) -> Iterator[Registries]:
    """A suite on a free port of this machine, as it is at its start."""
    words = words_of(request.node)
    clock = words.pop("clock", None)
    suite = request.config.stash[_SUITES].served(words)
    if clock is not None:
        with suite.space(clock=str(clock), async_delay=words.get("async_delay", 0.0)) as space:
            yield space
        return
    suite.reset()
    yield suite
    suite.reset()


@pytest.fixture
def registries_inprocess(request: pytest.FixtureRequest) -> Iterator[Registries]:
    """A suite without sockets: code on requests is answered at its `url`, other clients take its `wsgi`."""
    try:
        from registries_mock.testing.running import in_process
    except ImportError as failure:
        raise pytest.UsageError("registries_inprocess needs the package responses") from failure
    with in_process(**words_of(request.node)) as suite:
        yield suite


@pytest.fixture
def people(request: pytest.FixtureRequest) -> PeopleOfSuite:
    """The invented people of the test's suite, or of its seed where it has none."""
    if (suite := _suite_of(request)) is not None:
        return suite.people
    from registries_mock.suite import real_world
    from registries_mock.testing.handle import PeopleOfSuite
    from registries_mock.testing.settings import settings_of

    return PeopleOfSuite(real_world(settings_of(**words_of(request.node))).people)


@pytest.fixture
def journal(request: pytest.FixtureRequest) -> JournalOfSuite:
    """What was exchanged with the test's suite: `registries_inprocess` where it has that, else `registries`."""
    suite: Registries = _suite_of(request) or request.getfixturevalue("registries")
    return suite.journal


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Callable[[str | Path], None]:
    """Begins a scenario in the test's suite: `scenario(Path("chaos.yaml"))`, or its text; the test's end ends it."""
    suite: Registries = _suite_of(request) or request.getfixturevalue("registries")
    return suite.play


def _suite_of(request: pytest.FixtureRequest) -> Registries | None:
    """The suite that the test asks for by name."""
    wanted = [name for name in ("registries_inprocess", "registries") if name in request.fixturenames]
    suite: Registries | None = request.getfixturevalue(wanted[0]) if wanted else None
    return suite


def words_of(test: pytest.Item) -> dict[str, Any]:
    """Of the nearest marker that says each word."""
    words: dict[str, Any] = {}
    for marker in test.iter_markers(_MARKER):
        if marker.args:
            raise pytest.UsageError(f"the marker {_MARKER} takes words alone, like seed=7")
        if unknown := sorted(set(marker.kwargs) - WORDS):
            known = ", ".join(sorted(WORDS))
            raise pytest.UsageError(f"the marker {_MARKER} knows no word {unknown[0]}; it knows {known}")
        words = {**marker.kwargs, **words}
    return words
