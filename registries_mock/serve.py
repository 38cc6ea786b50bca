"""The suite as a process: waitress, one line when it listens, a clean stop on SIGTERM and SIGINT."""

from __future__ import annotations

import logging
import signal
from errno import EADDRNOTAVAIL
from types import FrameType

import click
from waitress.server import create_server

from registries_mock.app import create_app
from registries_mock.settings import Settings


def serve(settings: Settings) -> None:
    """Listen until told to stop; the line with the address is printed when requests are taken.

    Raises OSError where it cannot listen there.
    """
    # That a request waits for a thread is no fault; standard error is for faults.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(settings)
    suite = app.extensions["suite"]
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
