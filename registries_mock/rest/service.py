"""REST: JSON objects, posted; personal data never stands in an address."""

from __future__ import annotations

import json
from typing import Any

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.answering import Registries
from registries_mock.called_failures import find_called
from registries_mock.counts import Counts
from registries_mock.errors import Refused, RegistryRefuses, UnknownService, Unreadable
from registries_mock.failures import Failures, fail
from registries_mock.journal.line import note, note_service
from registries_mock.signals import Forced
from registries_mock.wire import JSON, HttpReply


class RestServices:
    """All services that speak JSON; they know no senders, and take any API key."""

    def __init__(self, catalogue: Catalogue, registries: Registries, *, failures: Failures, counts: Counts) -> None:
        self._registries = registries
        self._failures = failures
        self._counts = counts
        self._passports = {one.address: one for one in catalogue.passports.values() if one.protocol is Protocol.REST}

    def handle(self, address: str, message: bytes) -> HttpReply:
        """The reply to one JSON object; 404 for an unknown address, 400 for what cannot be read, both with JSON."""
        passport = self._passports.get(address)
        try:
            if passport is None:
                raise UnknownService("there is no service at this address")
            return self._exchange(passport, message)
        except Refused as refusal:
            note(refused=refusal.code)
            return _error(404 if isinstance(refusal, UnknownService) else 400, refusal)

    def _exchange(self, passport: Passport, message: bytes) -> HttpReply:
        note_service(passport)
        asked = self._registries.reader(passport.key).read_object(_object(message))
        self._counts.add(passport.key)

        def answer_with(forced: Forced | None) -> HttpReply:
            answer = self._registries.answer(passport, asked, "", forced)
            if answer.fault:
                note(refused=answer.fault)
                return _error(500, RegistryRefuses(answer.fault))
            return HttpReply(answer.http_status, answer.body or b"{}", JSON)

        failure = self._failures.take(passport, asked.words.get("iin", ""), "", find_called())
        return fail(failure, passport, answer_with, self._failures)


def _object(message: bytes) -> dict[str, Any]:
    try:
        body = json.loads(message)
    except (ValueError, RecursionError) as failure:
        raise Unreadable("the message is not JSON") from failure
    if not isinstance(body, dict):
        raise Unreadable("the message is not a JSON object")
    return body


def _error(status: int, refusal: Refused) -> HttpReply:
    body = {"error": {"code": refusal.code, "message": str(refusal)}}
    return HttpReply(status, json.dumps(body, ensure_ascii=False).encode(), JSON)
