"""NCALayer on a thread of this process, asked as a page asks it, and the policy by which its signatures are judged."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from registries_mock.ca.authority import Authority
from registries_mock.ncalayer import words
from registries_mock.ncalayer.behaviours import OBEDIENT, Behaviour, Behaviours
from registries_mock.ncalayer.holders import Holder, PersonaHolder
from registries_mock.ncalayer.server import CONTROL_PATH, NcaLayerServer
from registries_mock.ncalayer.session import Program
from registries_mock.ncalayer.timestamps import Timestamps
from registries_mock.people.population import Population
from signing.policy import Policy
from signing.trust import TrustStore

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
PERSONA = "family-of-five"
IIN = "900314499010"


@cache
def authority() -> Authority:
    return Authority.create(AT)


@cache
def persona(algorithm: str = "rsa") -> PersonaHolder:
    return PersonaHolder(Population(1, date(2026, 3, 2)), PERSONA, authority, clock, algorithm)


@cache
def timestamps() -> Timestamps:
    return Timestamps(authority, clock)


def clock() -> datetime:
    return AT


def policy(folder: Path) -> Policy:
    authority().save(folder)
    return Policy(TrustStore.from_folder(folder / "trust"), AT)


@contextmanager
def running(
    holder: Holder | None = None,
    *,
    behaviour: Behaviour = OBEDIENT,
    storage: str = words.PKCS12,
    tls: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """The address of one that behaves so."""
    behaviours = Behaviours(behaviour)
    program = Program(holder or persona(), clock, timestamps().find_stamp, behaviours, storage)
    server = NcaLayerServer(program, 0, tls)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.address
    finally:
        # On a thread, so that one who waits for something at the end is noticed.
        closing = threading.Thread(target=server.close)
        closing.start()
        closing.join(20)
        assert not closing.is_alive()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def connected(address: str) -> Iterator[ClientConnection]:
    """A connection, without the proxies of this machine."""
    with connect(address, proxy=None, close_timeout=1) as connection:
        yield connection


@contextmanager
def greeted(address: str) -> Iterator[ClientConnection]:
    """A connection on which the greeting has been read."""
    with connected(address) as connection:
        assert json.loads(connection.recv(timeout=10)).keys() == {"result"}
        yield connection


def ask(connection: ClientConnection, request: Any) -> Any:
    """The answer to one message, as JSON."""
    connection.send(json.dumps(request))
    return json.loads(connection.recv(timeout=20))


def ask_utils(connection: ClientConnection, method: str, *arguments: Any) -> Any:
    """The answer of commonUtils; a method without arguments is sent without them, as pages do."""
    request: dict[str, Any] = {"module": words.COMMON_UTILS, "method": method}
    return ask(connection, request | ({"args": list(arguments)} if arguments else {}))


def behave(address: str, **wanted: Any) -> Any:
    """What the control socket says to a new behaviour."""
    with connected(address + CONTROL_PATH) as control:
        return ask(control, wanted)
