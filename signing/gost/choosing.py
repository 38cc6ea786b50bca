"""Which backend is used: nettle where its libraries load and give the known answers, else plain Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from signing.gost.backend import Backend
from signing.gost.libraries import Libraries, NettleUnusable
from signing.gost.nettle import NettleBackend
from signing.gost.pure import PureBackend, gmpy2_backend, plain_backend
from signing.gost.self_test import is_sound


@dataclass(frozen=True)
class Choice:
    """A backend, and in one plain line why it is this one."""

    backend: Backend
    description: str


def choose_backend() -> Backend:
    """The backend for this process, found at the first call."""
    return _choose().backend


def describe_backend() -> str:
    """One ASCII line for logs and `doctor`: which backend, on which libraries, and why not nettle where it is not."""
    return _choose().description


@cache
def choose_pure() -> PureBackend:
    """The quicker of the Python backends that gives the known answers, for what the chosen backend does not know."""
    quicker = gmpy2_backend()
    return quicker if quicker is not None and is_sound(quicker) else plain_backend()


def decide(open_nettle: Callable[[], tuple[Backend, str]]) -> Choice:
    """The choice for a way to open nettle, which gives the backend and the versions of its libraries."""
    try:
        backend, versions = open_nettle()
    except NettleUnusable as failure:
        return _fall_back(str(failure))
    if not is_sound(backend):
        return _fall_back(f"{versions} failed the self-test")
    return Choice(backend, _plain(f"{backend.name} ({versions}; self-test passed)"))


def open_nettle() -> tuple[Backend, str]:
    """Nettle of this machine with the versions of its libraries, or NettleUnusable."""
    libraries = Libraries()
    return NettleBackend(libraries), libraries.versions


@cache
def _choose() -> Choice:
    return decide(open_nettle)


def _fall_back(reason: str) -> Choice:
    backend = choose_pure()
    return Choice(backend, _plain(f"{backend.name} (nettle is not used: {reason})"))


def _plain(text: str) -> str:
    return " ".join(text.split()).encode("ascii", "replace").decode("ascii")
