"""No page of another origin changes anything through somebody's browser: it would send its Origin.

Programs (curl, test suites) send none, and are served.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import Response, request

from registries_mock.json_http import refuse_request

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTROL: Final = ("/_mock/", "/dev/")


def refuse_foreign_pages(host: str) -> Callable[[], Response | None]:
    """To be asked before each request; `host` is where the suite listens."""
    local = is_local(host)

    def refuse() -> Response | None:
        if request.method in _READING or not request.path.startswith(_CONTROL):
            return None
        origin = request.headers.get("Origin")
        if origin is None or _is_own(origin, request.host, local):
            return None
        return refuse_request("only the suite's own page, or a program, may do this", 403)

    return refuse


def is_local(host: str) -> bool:
    """Whether the name or number means this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _is_own(origin: str, host: str, local: bool) -> bool:
    """The same host and port; on this machine alone also a name of it: another may lead here (DNS rebinding)."""
    try:
        split = urlsplit(origin)
        return split.netloc == host and (not local or is_local(split.hostname or ""))
    except ValueError:
        return False
