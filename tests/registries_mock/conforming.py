"""A visit to a mock suite of a test's: in this process, with replies that a test may spoil on their way."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from contracts.catalogue import load_catalogue
from contracts.words import ContextWord
from registries_mock.conform.requirement import Result
from registries_mock.conform.running import conform, usual_services
from registries_mock.conform.target import Target
from registries_mock.conform.visit import World
from registries_mock.consents import Consents
from registries_mock.http import Ask, Incoming, Outgoing
from registries_mock.settings import Settings
from registries_mock.timer import ThreadTimer
from tests.registries_mock.small_world import IBAN, IIN, NOW, PASSWORD, SENDER, small_app

CATALOGUE = load_catalogue()
_CONSENTS = Consents(Settings().seed)
WORDS = {
    "iin": IIN,
    "iban": IBAN,
    ContextWord.CONSENT_TOKEN: _CONSENTS.issue(IIN, NOW),
    ContextWord.CONSENT_PUBLIC_KEY: _CONSENTS.public_key,
}
Spoil = Callable[[Outgoing, Incoming], Incoming]


def app_that_answers() -> Flask:
    """A suite of one person about whom everything is known; late replies come at once."""
    return small_app(Settings(reply_delay_seconds=0), timer=ThreadTimer())


def within(app: Flask, spoil: Spoil | None = None) -> Ask:
    """Exchanges without a socket."""
    client = app.test_client()

    def ask(outgoing: Outgoing) -> Incoming:
        address = urlsplit(outgoing.url)
        path = f"{address.path}?{address.query}" if address.query else address.path
        if outgoing.body is None:
            reply = client.get(path)
        else:
            reply = client.post(path, data=outgoing.body, headers=dict(outgoing.headers))
        incoming = Incoming(reply.status_code, reply.headers.get("Content-Type", ""), reply.data)
        return spoil(outgoing, incoming) if spoil else incoming

    return ask


def world_of(ask: Ask) -> World:
    """Ids are numbered, the clock stands where the small world's does, pauses are real."""
    numbers = itertools.count(1)
    return World(
        ask=ask,
        clock=lambda: NOW,
        new_id=lambda: f"11111111-0000-4000-8000-{next(numbers):012d}",
        pause=threading.Event().wait,
        ticks=time.monotonic,
    )


def run(ask: Ask, only: Iterable[str] = (), base: str = "http://mock", **changes: Any) -> list[Result]:
    """A run with an account, a person and her consent."""
    given: dict[str, Any] = {
        "sender": SENDER,
        "password": PASSWORD,
        "words": WORDS,
        "passports": usual_services(CATALOGUE),
        "risky": True,
        "seconds": 10,
    }
    return conform(Target(base, **(given | changes)), CATALOGUE, world_of(ask), only)


def ids(results: Sequence[Result], verdict: str) -> set[str]:
    """Those with this verdict."""
    return {one.requirement.id for one in results if one.verdict == verdict}
