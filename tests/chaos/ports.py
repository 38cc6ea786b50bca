"""Free ports of this machine that no outgoing connection is given: a process that is begun again finds its own free."""

from __future__ import annotations

import secrets
import socket

_LOWEST, _COUNT = 20_000, 10_000
"""Below what systems give out by themselves (32768 and up)."""
_TRIES = 100


def find_port() -> int:
    """Raises OSError where there is none."""
    for _ in range(_TRIES):
        port = _LOWEST + secrets.randbelow(_COUNT)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise OSError("no port is free")
