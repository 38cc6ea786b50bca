"""An application as a process of its own: one line when it listens, a clean stop on SIGTERM and SIGINT."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final
from wsgiref.types import WSGIApplication

import click

from registries_mock.telling import fail
from registries_mock.web.connection import Bounds
from registries_mock.web.server import Server

BODY_BYTES: Final = 8_000_000
"""The largest request that is read."""

_STOP_SECONDS: Final = 2.0


def listen(app: WSGIApplication, host: str, port: int, what: str) -> None:
    """Serve until it is stopped; where it cannot listen there, end with a word about it."""
    try:
        server = Server(app, host, port, bounds=Bounds(body_bytes=BODY_BYTES))
    except OSError as failure:
        fail("address-unusable", f"cannot listen there: {failure.strerror or 'no such address'}")
    run_until_stopped(server, what)


def run_until_stopped(server: Server, what: str, *, before_end: Callable[[], None] = lambda: None) -> None:
    """Serve on this thread; the line with the address is printed when requests are taken.

    Who is being answered at the end has some seconds to be; a second signal does not wait for them.
    """
    before: dict[int, Any] = {}

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number, handler in before.items():
            signal.signal(number, handler)
        before_end()
        # Not by an exception: it would break out of whatever the loop is doing with a connection just now.
        server.leave()

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.signal(number, stop)
    click.echo(f"{what} listens on {server.address}")
    try:
        server.run()
    finally:
        server.close(_STOP_SECONDS)
