"""The one file of the gateway with an HTTP client: calls of an API by command line and demo, and webhooks."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import requests

from adapters.http.curl import CurlTransport
from adapters.ports import Deadline
from contracts.errors import GatewayError, RegistryError, RegistryTimedOut

CONNECT_SECONDS, READ_SECONDS = 5.0, 60.0
MAX_BYTES = 64 * 1024 * 1024
STREAM_SILENCE_SECONDS = 20.0
"""A live stream says at least every 15 s that it is there."""
MOST_CONNECTIONS = 20
WEBHOOK_SECONDS = 10.0
"""Total time of one webhook, from the look-up of the name to the end of the answer."""
WEBHOOK_ANSWER_BYTES = 65_536
_PIECE = 65536
_NOTHING: Mapping[str, str] = MappingProxyType({})


class CallFailed(GatewayError):
    """No answer came, or one that cannot be read."""

    code = "call-failed"
    title = "The gateway could not be called."
    http_status = 502


class CallRefused(GatewayError):
    """The gateway answered with a problem: `answer` holds it."""

    code = "call-refused"
    title = "The gateway refused the call."
    http_status = 502

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}: {_read_code(answer)}")
        self.answer = answer


class PortalUnreached(GatewayError):
    """A portal gave no whole answer in time."""

    code = "portal-unreached"
    title = "The portal gave no whole answer in time."
    http_status = 502
    retryable = True


@dataclass(frozen=True)
class Answer:
    status: int
    media: str
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """The plain data; raises CallFailed where the body is no JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            raise CallFailed("the answer is not JSON") from None


class GatewayClient:
    """Calls of one address with one key, over one pooled connection; the key goes to no other address."""

    def __init__(self, url: str, key: str = "", monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url.rstrip("/")
        self._monotonic = monotonic
        self._session = requests.Session()
        self._session.trust_env = False
        if key:
            self._session.headers["Authorization"] = f"Bearer {key}"

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> GatewayClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, path: str, accept: str = "application/json") -> Answer:
        """Raises CallRefused for a status of 400 and above, CallFailed where no answer comes in time."""
        return self._call("GET", path, None, {"Accept": accept})

    def post(self, path: str, body: Any, headers: Mapping[str, str] = _NOTHING) -> Answer:
        """Post plain data as JSON; raises as `get` does."""
        # Escaped: a text of the command line may hold what no UTF-8 does, and the gateway says so better than we.
        sent = json.dumps(body).encode()
        return self._call("POST", path, sent, {"Content-Type": "application/json", **headers})

    def follow_events(
        self, application_id: str, after: int = 0, *, seconds: float = math.inf
    ) -> Iterator[dict[str, Any]]:
        """The application's events as they come, until the case is over; connects again where a stream stops.

        Ends too when the seconds are over, whether or not events come; CallFailed where a stream falls silent.
        """
        end = self._monotonic() + seconds
        for _ in range(MOST_CONNECTIONS):
            left = end - self._monotonic()
            if left <= 0:
                return
            with self._open(application_id, after, min(STREAM_SILENCE_SECONDS, left)) as response:
                for kind, event in _read_stream(response):
                    if kind == "end":
                        return
                    if kind:
                        after = event["seq"]
                        yield event
                    if self._monotonic() >= end:
                        return

    def _open(self, application_id: str, after: int, silence: float) -> requests.Response:
        path = f"/v1/applications/{application_id}/events?after={after}"
        response = self._send("GET", path, None, {"Accept": "text/event-stream"}, silence)
        if response.status_code >= 400:
            raise CallRefused(_read(response))
        return response

    def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        with self._send(method, path, body, headers) as response:
            answer = _read(response)
        if answer.status >= 400:
            raise CallRefused(answer)
        return answer

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], silence: float = READ_SECONDS
    ) -> requests.Response:
        try:
            return self._session.request(
                method,
                self._url + path,
                data=body,
                headers=dict(headers),
                timeout=(CONNECT_SECONDS, silence),
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, ValueError) as error:
            # ValueError: what neither a header nor an address can hold.
            raise _no_answer(error) from None


class WebhookLine:
    """Posts to portals with a total deadline: no redirect, no cookie, no proxy, and TLS is checked."""

    def __init__(self, ca_file: str = "", *, seconds: float = WEBHOOK_SECONDS) -> None:
        """`ca_file`: PEM file of the authorities that are believed; "" = the machine's own."""
        self._transport = CurlTransport(ca_file=ca_file)
        self._seconds = seconds

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status; what else the answer holds is thrown away. Raises PortalUnreached."""
        try:
            deadline = Deadline(self._seconds)
            return self._transport.post(url, body, headers, deadline=deadline, max_bytes=WEBHOOK_ANSWER_BYTES).status
        except RegistryTimedOut as error:
            raise PortalUnreached from error
        except RegistryError as error:
            raise PortalUnreached(error.detail) from error

    def close(self) -> None:
        self._transport.close()


def _read(response: requests.Response) -> Answer:
    data = bytearray()
    try:
        for piece in response.iter_content(_PIECE):
            data += piece
            if len(data) > MAX_BYTES:
                raise CallFailed("the answer is too large")
    except requests.RequestException as error:
        raise _no_answer(error) from None
    return Answer(response.status_code, response.headers.get("Content-Type", ""), bytes(data))


def _read_stream(response: requests.Response) -> Iterator[tuple[str, Any]]:
    """(event, data) of a text/event-stream, whose data are single lines of JSON; ("", None) for a sign of life."""
    kind = ""
    try:
        for line in response.iter_lines():
            name, _, value = line.decode("utf-8").partition(": ")
            if line.startswith(b":"):
                yield "", None
            elif name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)
    except (requests.RequestException, ValueError) as error:
        raise _no_answer(error) from None


def _no_answer(error: Exception) -> CallFailed:
    """The text of a foreign error names the address with all that stands in it."""
    return CallFailed(f"no answer came ({type(error).__name__})")


def _read_code(answer: Answer) -> str:
    try:
        return str(json.loads(answer.content)["code"])[:100]
    except (ValueError, KeyError, TypeError):
        return "no code"
