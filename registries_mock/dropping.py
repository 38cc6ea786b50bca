"""How the web server is made to close a connection without a reply."""

from __future__ import annotations

from collections.abc import Iterator

from waitress.channel import ClientDisconnected


def drop() -> Iterator[bytes]:
    """The body of a response of which nothing is sent, its headers neither."""
    # Before the first bytes of a body no headers are out; to waitress this means that nobody is there to read them.
    raise ClientDisconnected
    yield b""
