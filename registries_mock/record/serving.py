"""A small WSGI application as a process: waitress, one line when it listens, nothing of any message on the disk."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import click

from registries_mock.telling import fail

MOST_REQUEST_BYTES: Final = 8_000_000
_MOST_REPLY_BYTES: Final = 20_000_000
_THREADS: Final = 32
IN_MEMORY: Final = {"inbuf_overflow": 2 * MOST_REQUEST_BYTES, "outbuf_overflow": 2 * _MOST_REPLY_BYTES}
"""Above these the web server would put what it holds into a file: they are above all that it takes."""


def listen(app: Callable[..., Any], host: str, port: int, what: str) -> None:
    """Until it is stopped; the line with the address is printed when requests are taken."""
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=_THREADS,
            max_request_body_size=MOST_REQUEST_BYTES,
            clear_untrusted_proxy_headers=True,
            ident="registries-mock",
            **IN_MEMORY,
        )
    except (OSError, ValueError) as failure:
        fail("address-unusable", f"cannot listen there: {getattr(failure, 'strerror', None) or 'no such address'}")

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    click.echo(f"{what} listens on http://{host}:{server.effective_port}")
    try:
        server.run()
    finally:
        server.close()
