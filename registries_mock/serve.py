"""The suite as a process: waitress, one line when it listens, a clean stop on SIGTERM and SIGINT."""

from __future__ import annotations

import logging
import signal
import ssl
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

    Raises OSError where it cannot listen there, HolderError where NCALayer is wanted and has no key, and TlsUnusable,
    AuthorityMissing or AuthorityBroken where TLS is wanted and has none.
    """
    # That a request waits for a thread is no fault; standard error is for faults.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(settings)
    suite: Suite = app.extensions["suite"]
    with _ncalayer(suite):
        _serve_http(app, suite)


def _serve_http(app: Flask, suite: Suite) -> None:
    settings = suite.settings
    context = _create_tls(suite)
    try:
        server = create_server(
            app,
            # Behind TLS it takes what the front hands on, from this machine alone.
            host="127.0.0.1" if context else settings.host,
            port=0 if context else settings.port,
            url_scheme="https" if context else "http",
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
    try:
        with _tls(context, settings, server.effective_port) as address:
            click.echo(f"registries-mock listens on {address}")
            server.run()
    finally:
        server.close()


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
def _tls(context: ssl.SSLContext | None, settings: Settings, inner: int) -> Iterator[str]:
    """The suite's address: the web server's own, or that of a TLS front before it; raises OSError."""
    if context is None:
        yield f"http://{settings.host}:{inner}"
        return
    from registries_mock.tls_front import TlsFront

    front = TlsFront(settings.host, settings.port, context, ("127.0.0.1", inner), most=10 * settings.threads)
    thread = threading.Thread(target=front.run, name="tls-front")
    thread.start()
    try:
        yield f"https://{settings.host}:{front.port}"
    finally:
        front.close()
        thread.join()


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
