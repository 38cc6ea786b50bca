"""The suite as a process: its web server, secure or not, and NCALayer beside it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from registries_mock.app import create_app
from registries_mock.settings import Settings
from registries_mock.suite import Suite
from registries_mock.web.connection import Bounds
from registries_mock.web.process import run_until_stopped
from registries_mock.web.server import Server


def serve(settings: Settings) -> None:
    """Listen until told to stop; the line with the address is printed when requests are taken.

    Raises OSError where it cannot listen there, HolderError where NCALayer is wanted and has no key, and TlsUnusable,
    AuthorityMissing or AuthorityBroken where TLS is wanted and has none.
    """
    app = create_app(settings)
    suite: Suite = app.extensions["suite"]
    with _ncalayer(suite):
        _serve_http(app, suite)


def _serve_http(app: Flask, suite: Suite) -> None:
    settings = suite.settings
    context = _create_tls(suite)
    server = Server(
        app,
        settings.host,
        settings.port,
        most=10 * settings.threads,
        bounds=Bounds(body_bytes=settings.body_bytes),
        tls=context,
    )
    run_until_stopped(server, "registries-mock", before_end=suite.close)


def _create_tls(suite: Suite) -> ssl.SSLContext | None:
    """None where the settings want none; raises TlsUnusable, AuthorityMissing, AuthorityBroken."""
    settings = suite.settings
    if not settings.tls:
        return None
    # Here, because most suites have none, and it loads what makes keys.
    from registries_mock.clock import now
    from registries_mock.tls import create_tls, load_tls

    if settings.tls_certificate and settings.tls_key:
        return load_tls(settings.tls_certificate, settings.tls_key)
    # Real time: it is the clients' own clocks that the certificate must please.
    return create_tls(suite.authority(), now(), settings.host)


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
