"""One authority, one mock suite and one gateway for all tests that ask for nothing special."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.authority import Registrar
from tests.support.clock import MONDAY, MovableClock
from tests.support.house import House, MockServer, open_house, open_mock
from tests.support.time_house import TimeHouse, open_time_house

BeginAt = Callable[..., TimeHouse]
"""A house in virtual time: `begin_at()`, `begin_at(moment)`, `begin_at(moment, settings of the gateway)`."""


@pytest.fixture(scope="session")
def clock() -> MovableClock:
    """For the shared house: nobody moves it."""
    return MovableClock()


@pytest.fixture(scope="session")
def registrar(tmp_path_factory: pytest.TempPathFactory) -> Registrar:
    return Registrar(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def mock(clock: MovableClock, registrar: Registrar) -> Iterator[MockServer]:
    with open_mock(clock, registrar) as server:
        yield server


@pytest.fixture(scope="session")
def house(
    tmp_path_factory: pytest.TempPathFactory, registrar: Registrar, clock: MovableClock, mock: MockServer
) -> Iterator[House]:
    """The shared house: tests add applications, and change nothing else."""
    with open_house(tmp_path_factory.mktemp("house"), registrar, clock, mock) as opened:
        yield opened


@pytest.fixture(scope="session")
def dossiers(house: House) -> Mapping[str, dict[str, Any]]:
    """The settled dossier of each persona by its name; all are submitted at once."""
    ids = {}
    for name in house.mock.personas():
        ids[name] = house.provider.submit(house.registrar.submission(house.mock.application(name)))
    return {name: house.settled(application_id, 60) for name, application_id in ids.items()}


@pytest.fixture(scope="session")
def registrar_at(tmp_path_factory: pytest.TempPathFactory, registrar: Registrar) -> Callable[[datetime], Registrar]:
    """The authority of a house that begins at a moment: made once, with keys and certificates."""

    @cache
    def find(start: datetime) -> Registrar:
        return registrar if start == MONDAY else Registrar(tmp_path_factory.mktemp("authority"), start)

    return find


@pytest.fixture
def begin_at(tmp_path: Path, registrar_at: Callable[[datetime], Registrar]) -> Iterator[BeginAt]:
    """Houses of their own for one test, whose time stands until it is stepped."""
    with ExitStack() as stack:
        opened: list[TimeHouse] = []

        def begin(start: datetime = MONDAY, environ: Mapping[str, str] | None = None, **mock: Any) -> TimeHouse:
            folder = tmp_path / f"house-{len(opened)}"
            folder.mkdir()
            known = registrar_at(start)
            opened.append(stack.enter_context(open_time_house(folder, known, start, environ or {}, **mock)))
            return opened[-1]

        yield begin


@pytest.fixture
def times(begin_at: BeginAt) -> TimeHouse:
    """A house in virtual time that begins on a Monday at ten."""
    return begin_at()
