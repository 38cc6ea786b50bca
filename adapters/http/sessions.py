"""requests as a transport, for REST and plain SOAP: with a total deadline, which requests alone does not have."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from adapters.http.deadline_socket import POOLS, current_deadline
from adapters.ports import Deadline, HttpReply
from contracts.errors import (
    ContractBroken,
    GatewayError,
    RegistryError,
    RegistryTimedOut,
    RegistryUnavailable,
    SettingInvalid,
    UntrustedAnswer,
)

_CHUNK = 65_536
_FOREIGN = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
_MISSET = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)


class ForeignFailure(Exception):
    """Stands in the chain for an exception whose own text may quote the reply: it keeps the type's name alone."""


class SessionTransport:
    """One requests session for all threads: no environment, no redirects, no retries of its own."""

    def __init__(self, *, connect_seconds: float = 3.0, kept: int = 128, ca_file: str = "") -> None:
        self._connect_seconds = connect_seconds
        self._session = requests.Session()
        self._session.trust_env = False
        if ca_file:
            self._session.verify = ca_file
        self._session.headers.clear()
        self._session.headers["User-Agent"] = "asp-gateway"
        adapter = _DeadlineAdapter(pool_connections=16, pool_maxsize=kept, max_retries=0)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, deadline: Deadline, max_bytes: int
    ) -> HttpReply:
        left = deadline.remaining()
        if left <= 0:
            raise _unsent(RegistryTimedOut("the deadline was over before the request was sent"))
        token = current_deadline.set(deadline)
        try:
            with self._session.post(
                url,
                data=body,
                headers=dict(headers),
                timeout=(min(left, self._connect_seconds), left),
                allow_redirects=False,
                stream=True,
            ) as response:
                content_type = response.headers.get("Content-Type", "")
                return HttpReply(response.status_code, content_type, _read(response, max_bytes))
        except _FOREIGN as error:
            # Not `from error`: a protocol error of http.client quotes the line of the reply that it stumbled over.
            raise _translate(error, deadline) from ForeignFailure(type(error).__name__)
        finally:
            current_deadline.reset(token)

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()


class _DeadlineAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS


def _read(response: requests.Response, max_bytes: int) -> bytes:
    received = bytearray()
    # Undecoded: nobody agreed on compression, and a small body must not grow into a large one.
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        received.extend(chunk)
        if len(received) > max_bytes:
            raise ContractBroken.of_length(max_bytes)
    return bytes(received)


def _translate(error: Exception, deadline: Deadline) -> GatewayError:
    # By cause, not by class: a stall inside the body surfaces as ConnectionError.
    if isinstance(error, _MISSET):
        return SettingInvalid("the registry's address is not an http or https address")
    if isinstance(error, requests.exceptions.SSLError):
        return UntrustedAnswer("the server's TLS certificate is not trusted")
    if isinstance(error, requests.ConnectTimeout):
        return _unsent(RegistryTimedOut("no connection within the time for connecting"))
    if deadline.expired or isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
        return RegistryTimedOut()
    failed = RegistryUnavailable(f"the exchange broke off ({type(error).__name__})")
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return _unsent(failed) if isinstance(reason, urllib3.exceptions.NewConnectionError) else failed


def _unsent(error: RegistryError) -> RegistryError:
    error.may_have_arrived = False
    return error
