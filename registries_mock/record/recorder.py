"""The forwarding proxy: what comes goes on to the real contour and back unchanged, and is kept with all replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from werkzeug.http import HTTP_STATUS_CODES

from registries_mock.addresses import Paths
from registries_mock.http import Ask, Incoming, NotAnswered, Outgoing
from registries_mock.people.numbers import read_iin
from registries_mock.record.replacing import NotKept, Replaced, Replacer
from registries_mock.record.storing import Exchange, Folder, RecordingUnusable
from registries_mock.record.subjects import look_at_xml, read_question
from registries_mock.record.walking import safe_word

StartResponse = Callable[..., Any]
_HOPS: Final = frozenset(
    {"connection", "host", "content-length", "accept-encoding", "transfer-encoding", "te", "expect"}
)
_IIN: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_PLAIN: Final = "text/plain; charset=utf-8"
_BINARY_TYPES: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}(?:\s*;\s*charset=[\w-]{1,20})?")


class Recorder:
    """A WSGI application; `tell` gets one line for each exchange that is not kept, without anything of its content."""

    def __init__(
        self, upstream: str, paths: Paths, ask: Ask, replacer: Replacer, folder: Folder, tell: Callable[[str], None]
    ) -> None:
        self._upstream = upstream.rstrip("/")
        self._paths = paths
        self._ask = ask
        self._replacer = replacer
        self._folder = folder
        self._tell = tell
        self.seconds = 60.0
        self.authorities = ""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path, query = str(environ.get("PATH_INFO", "/")), str(environ.get("QUERY_STRING", ""))
        body = environ["wsgi.input"].read() if environ.get("REQUEST_METHOD") == "POST" else None
        url = f"{self._upstream}{path}" + (f"?{query}" if query else "")
        failure, incoming = "", None
        try:
            incoming = self._ask(Outgoing(url, body, _headers(environ), self.seconds, authorities=self.authorities))
        except NotAnswered as reason:
            failure = str(reason)
        if body is not None:
            self._keep(path, body, incoming, failure)
        if incoming is None:
            return _answer(start_response, 502, _PLAIN, f"the contour gave no answer: {failure}\n".encode())
        return _answer(start_response, incoming.status, incoming.content_type, incoming.body)

    def _keep(self, path: str, request: bytes, incoming: Incoming | None, failure: str) -> None:
        channel, address = self._paths.find(path)
        try:
            if not channel:
                raise NotKept("the address is none of a protocol's")
            self._folder.put(self._replace(channel, address, request, incoming, failure))
        except (NotKept, RecordingUnusable) as reason:
            self._tell(f"not kept: {reason}")
        except Exception as failure:
            # Whatever we cannot replace is not kept, and is no reason for the client to go without its answer.
            self._tell(f"not kept: it cannot be replaced ({type(failure).__name__})")

    def _replace(self, channel: str, address: str, request: bytes, incoming: Incoming | None, failure: str) -> Exchange:
        root, service_id = ("", "") if channel == "rest" else look_at_xml(request)
        if channel in ("sync", "async"):
            # Operations that name no service carry no data of one, or name it message by message.
            key = self._replacer.passport_of(service_id) if service_id else ""
        else:
            key = self._replacer.passport_at(address, root)
        change = self._replacer.json if channel == "rest" else self._replacer.soap
        asked = change(request, key)
        if asked.unreadable:
            raise NotKept("the request cannot be read")
        told = change(incoming.body, key) if incoming is not None else Replaced("")
        _check_nothing_left((request, incoming.body if incoming else b""), f"{asked.body}{told.body}")
        said = incoming.content_type if incoming and _BINARY_TYPES.fullmatch(incoming.content_type) else ""
        return Exchange(
            channel=channel,
            # An address that no passport has may be anything.
            address=address if key else self._replacer.text(address),
            request=asked.body,
            reply=told.body,
            status=incoming.status if incoming else 0,
            content_type=said,
            took_ms=incoming.took_ms if incoming else 0,
            operation=safe_word(root),
            service_id=safe_word(service_id),
            passport=key,
            iins=read_question(asked.body.encode(), self._replacer.passport(key)).subjects,
            unreadable=told.unreadable,
            length=len(incoming.body) if incoming and told.unreadable else 0,
            failure=failure,
        )


def _check_nothing_left(originals: Iterable[bytes], kept: str) -> None:
    """A last look before the disk: no IIN of the original stands in what is kept, however it got past the rest.

    Raises NotKept, too, where by chance one person's replacement is the number of another one in the same exchange.
    """
    numbers = {one for original in originals for one in _IIN.findall(original.decode("utf-8", errors="replace"))}
    if any(number in kept for number in numbers if read_iin(number) is not None):
        raise NotKept("a number of somebody's was left in it")


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """What the client said, for the contour alone: none of it is kept."""
    found = {
        name.removeprefix("HTTP_").replace("_", "-").title(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        found["Content-Type"] = str(environ["CONTENT_TYPE"])
    return {name: value for name, value in found.items() if name.lower() not in _HOPS}


def _answer(start_response: StartResponse, status: int, content_type: str, body: bytes) -> Iterable[bytes]:
    headers = [("Content-Length", str(len(body)))] + ([("Content-Type", content_type)] if content_type else [])
    start_response(f"{status} {HTTP_STATUS_CODES.get(status, 'Unknown')}", headers)
    return [body]
