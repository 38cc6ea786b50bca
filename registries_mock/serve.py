"""The suite as a process: waitress, one line when it listens, a clean stop on SIGTERM and SIGINT."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EADDRNOTAVAIL
from types import FrameType

import click
from flask import Flask
from waitress.server import create_server

from registries_mock.app import create_app
from registries_mock.settings import Settings
from registries_mock.suite import Suite


def serve(settings: Settings) -> None:
    """Listen until told to stop; the line with the address is printed when requests are taken.

    Raises OSError where it cannot listen there, HolderError where NCALayer is wanted and has no key.
    """
    # That a request waits for a thread is no fault; standard error is for faults.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(settings)
    suite: Suite = app.extensions["suite"]
    with _ncalayer(suite):
        _serve_http(app, suite)


def _serve_http(app: Flask, suite: Suite) -> None:
    settings = suite.settings
    try:
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            connection_limit=10 * settings.threads,
            max_request_body_size=settings.body_bytes,
            clear_untrusted_proxy_headers=True,
            ident="registries-mock",
        )
    except ValueError as error:
        # So the web server calls a host that no address belongs to.
        raise OSError(EADDRNOTAVAIL, "the address is not one of this machine") from error

    def stop(_number: int, _frame: FrameType | None) -> None:
        suite.close()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    click.echo(f"registries-mock listens on http://{settings.host}:{server.effective_port}")
    try:
        server.run()
    finally:
        server.close()


@contextmanager
def _ncalayer(suite: Suite) -> Iterator[None]:
    """NCALayer on a thread of its own, where the settings want one; raises HolderError or OSError."""
    if not suite.settings.ncalayer:
        yield
        return
    # Here, because most suites have none, and it loads what makes and uses keys.
    from registries_mock.ncalayer.beside import create_beside

    beside = create_beside(suite)
    thread = threading.Thread(target=beside.run, name="ncalayer")
    thread.start()
    click.echo(f"ncalayer listens on {beside.address}")
    try:
        yield
    finally:
        beside.close()
        thread.join()
