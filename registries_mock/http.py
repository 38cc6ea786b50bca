"""The mock's one way out: messages that the bus pushes, the example portal's calls, and commands to a running suite."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from requests import Response, Session

PUSH_SECONDS: Final = 10.0
GATEWAY_SECONDS: Final = 30.0
_REPLY_BYTES: Final = 1_000_000
_LISTING_BYTES: Final = 50_000_000
_KEPT: Final = 8
"""Connections kept open to a participant: as many as there are deliveries at once."""
_HEADERS: Final = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}


class PushFailed(Exception):
    """The participant could not be reached, or did not answer in time with HTTP 200."""


Push = Callable[[str, bytes], bytes]
"""Port: brings a message to an address and returns the reply's body; raises PushFailed."""


def push(url: str, body: bytes) -> bytes:
    """Post the message, bounded in time and size; redirects are not followed, the environment names no proxy."""
    import requests  # here, because it takes longer to load than the suite to start

    until = time.monotonic() + PUSH_SECONDS
    try:
        with _session().post(
            url, data=body, headers=_HEADERS, timeout=PUSH_SECONDS, stream=True, allow_redirects=False
        ) as reply:
            if reply.status_code != requests.codes.ok:
                raise PushFailed(f"HTTP {reply.status_code}")
            return _read_whole(reply, until)
    except requests.RequestException as failure:
        raise PushFailed(type(failure).__name__) from failure


@dataclass(frozen=True)
class GatewayAnswer:
    """What the gateway answered a portal."""

    status: int
    body: bytes = field(repr=False)


def call_gateway(url: str, key: str, body: bytes, language: str) -> GatewayAnswer:
    """Post JSON under a portal's key, bounded in time and size; raises PushFailed where no answer came."""
    import requests

    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Accept-Language": language}
    try:
        with _session().post(
            url, data=body, headers=headers, timeout=GATEWAY_SECONDS, stream=True, allow_redirects=False
        ) as reply:
            return GatewayAnswer(reply.status_code, _read_whole(reply, time.monotonic() + GATEWAY_SECONDS))
    except (requests.RequestException, ValueError) as failure:
        raise PushFailed(type(failure).__name__) from None


@dataclass(frozen=True)
class SuiteAnswer:
    """What a running suite answered on its control addresses."""

    status: int
    body: bytes = field(repr=False)


def call_suite(method: str, url: str, body: bytes | None, seconds: float) -> SuiteAnswer:
    """Ask a running suite, bounded in time and size; raises PushFailed where no answer came."""
    import requests

    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        with _session().request(
            method, url, data=body, headers=headers, timeout=seconds, stream=True, allow_redirects=False
        ) as reply:
            return SuiteAnswer(reply.status_code, _read_whole(reply, time.monotonic() + seconds, _LISTING_BYTES))
    except (requests.RequestException, ValueError) as failure:
        raise PushFailed(type(failure).__name__) from None


def _read_whole(reply: Response, until: float, most: int = _REPLY_BYTES) -> bytes:
    content = bytearray()
    for piece in reply.iter_content(65536):
        content += piece
        if len(content) > most or time.monotonic() > until:
            raise PushFailed("the answer is too long or too slow")
    return bytes(content)


@cache
def _session() -> Session:
    """The one session of all threads: it keeps connections, and nothing else of any exchange."""
    from http.cookiejar import DefaultCookiePolicy

    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=_KEPT))
    return session
