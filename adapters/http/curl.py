"""libcurl as a transport: the cheapest of the HTTP clients (docs/decisions/0007), with a total deadline of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import pycurl

from adapters.ports import Deadline, HttpReply
from contracts.errors import (
    ContractBroken,
    RegistryError,
    RegistryTimedOut,
    RegistryUnavailable,
    SettingInvalid,
    UntrustedAnswer,
)

_NOT_CONNECTED = frozenset({pycurl.E_COULDNT_CONNECT, pycurl.E_COULDNT_RESOLVE_HOST, pycurl.E_SSL_CONNECT_ERROR})
_UNTRUSTED = frozenset({pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CACERT_BADFILE})


_ADDRESS = "the registry's address is not an http or https address"


class CurlTransport:
    """A pool of handles, each with its kept-alive connection. Safe for threads: a handle serves one call at a time."""

    def __init__(self, *, connect_seconds: float = 3.0, kept: int = 128, ca_file: str = "") -> None:
        self._connect_seconds = connect_seconds
        self._kept = kept
        self._ca_file = ca_file
        self._idle: deque[Any] = deque()

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, deadline: Deadline, max_bytes: int
    ) -> HttpReply:
        if not url.lower().startswith(("http://", "https://")):
            raise SettingInvalid(_ADDRESS)
        left = int(deadline.remaining() * 1000)
        if left <= 0:  # 0 means "for ever" to libcurl
            raise _unsent(RegistryTimedOut("the deadline was over before the request was sent"))
        try:
            handle = self._idle.pop()
        except IndexError:
            handle = new_handle(self._ca_file)
            handle.setopt(pycurl.POST, 1)
        received = bytearray()

        def take(chunk: bytes) -> int | None:
            received.extend(chunk)
            return 0 if len(received) > max_bytes else None  # less than given: libcurl ends the transfer

        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.POSTFIELDS, body)
        # An empty Expect: the body goes at once, not after a 100-continue that many servers never send.
        handle.setopt(pycurl.HTTPHEADER, [*(f"{name}: {value}" for name, value in headers.items()), "Expect:"])
        handle.setopt(pycurl.WRITEFUNCTION, take)
        handle.setopt(pycurl.TIMEOUT_MS, left)
        handle.setopt(pycurl.CONNECTTIMEOUT_MS, max(1, min(left, int(self._connect_seconds * 1000))))
        try:
            handle.perform()
            content_type = handle.getinfo(pycurl.CONTENT_TYPE) or ""
            reply = HttpReply(handle.getinfo(pycurl.RESPONSE_CODE), content_type, bytes(received))
        except pycurl.error as error:
            handle.close()
            # libcurl's texts name hosts and system errors, never what was sent or received.
            raise translate(error, too_long=len(received) > max_bytes, limit=max_bytes) from error
        if len(self._idle) < self._kept:
            self._idle.append(handle)
        else:
            handle.close()
        return reply

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()


def new_handle(ca_file: str) -> Any:
    """A handle by the rules of all our calls: no redirect, no proxy, TLS checked, HTTP/1.1."""
    handle = pycurl.Curl()
    handle.setopt(pycurl.NOSIGNAL, 1)  # timeouts by signals would break threads
    handle.setopt(pycurl.FOLLOWLOCATION, 0)
    handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    handle.setopt(pycurl.PROXY, "")  # and no proxy from the environment
    handle.setopt(pycurl.NOPROXY, "*")
    handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
    handle.setopt(pycurl.HTTP09_ALLOWED, 0)
    handle.setopt(pycurl.SSL_VERIFYPEER, 1)
    handle.setopt(pycurl.SSL_VERIFYHOST, 2)
    handle.setopt(pycurl.TCP_NODELAY, 1)
    handle.setopt(pycurl.USERAGENT, "asp-gateway")
    if ca_file:
        handle.setopt(pycurl.CAINFO, ca_file)
    return handle


def translate(error: pycurl.error, *, too_long: bool = False, limit: int = 0) -> RegistryError | SettingInvalid:
    """Our error for libcurl's. `too_long`: it ended because more than `limit` bytes came."""
    number = error.args[0]
    if too_long:
        return ContractBroken.of_length(limit)
    if number == pycurl.E_OPERATION_TIMEDOUT:
        return RegistryTimedOut()
    if number in _UNTRUSTED:
        return UntrustedAnswer("the server's TLS certificate is not trusted")
    if number == pycurl.E_URL_MALFORMAT:
        return SettingInvalid(_ADDRESS)
    failed = RegistryUnavailable(f"the exchange broke off (libcurl {number})")
    return _unsent(failed) if number in _NOT_CONNECTED else failed


def _unsent(error: RegistryError) -> RegistryError:
    error.may_have_arrived = False
    return error
