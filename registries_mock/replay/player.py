"""Answers by every protocol from a recording: by service and person, in order, fresh where the protocol wants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.bus.async_channel import AsyncChannel
from registries_mock.bus.credentials import Senders
from registries_mock.bus.delivery import Delivery
from registries_mock.bus.mailbox import Mailbox
from registries_mock.bus.seals import Seals
from registries_mock.bus.sessions import session_of
from registries_mock.bus.sync import TYPES
from registries_mock.clock import Clock
from registries_mock.errors import NotRecorded, Refused
from registries_mock.http import PushFailed
from registries_mock.journal.journal import Journal
from registries_mock.payloads.xml_in import child, text_of
from registries_mock.ports import NewId, Timer
from registries_mock.record.storing import Exchange
from registries_mock.record.subjects import Question, read_question
from registries_mock.replay.chains import Chains
from registries_mock.replay.freshening import freshen
from registries_mock.replay.library import Library, NotThere
from registries_mock.wire import HTML, JSON, XML, HttpReply, body_of, error_info, soap_fault

_FAULT: Final = "SendMessageFault1_SendMessageFault"
_NO_ANSWER: Final = 504
_LARGEST: Final = 1000


class _Anybody(Senders):
    """A recording holds no passwords: whoever names himself is served."""

    def __init__(self) -> None:
        super().__init__({})

    def know(self, sender: str, password: str) -> bool:
        return bool(sender)


class Player:
    """One recording, by all protocols; without a socket."""

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        catalogue: Catalogue,
        seals: Seals,
        *,
        clock: Clock,
        timer: Timer,
        new_id: NewId,
    ) -> None:
        self.library = Library(exchanges)
        self._passports = catalogue.passports
        self._seals = seals
        self._clock = clock
        self._new_id = new_id
        mailbox = Mailbox()
        delivery = Delivery(mailbox, {}, seals, journal=Journal(clock), push=_push_nowhere, timer=timer, clock=clock)
        chains = Chains(
            exchanges,
            self.library,
            self._passports,
            delivery,
            play=lambda one: self._play(one, Question(), session_of("", new_id), {}),
            clock=clock,
            new_id=new_id,
        )
        self.asynchronous = AsyncChannel(
            _Anybody(), mailbox, delivery, chains, seals, providers={}, clock=clock, new_id=new_id
        )

    def sync(self, message: bytes) -> HttpReply:
        """SyncChannel."""
        family = self._seals.family_of(message)
        service_id = read_question(message, None).service_id
        passport = self._find(Protocol.SHEP_SYNC, service_id)
        question = read_question(message, passport)
        given, chain = _session_and_chain(message)
        session = session_of(given, self._new_id)
        try:
            found = self.library.take(("sync", "", service_id), question.subjects)
        except NotThere as failure:
            inside = error_info(NotRecorded.code, str(failure), self._clock(), session)
            reply = soap_fault("Client", str(failure), f'<t:{_FAULT} xmlns:t="{TYPES}">{inside}</t:{_FAULT}>')
        else:
            ids = {"messageId": self._new_id(), "correlationId": chain}
            reply = self._play(found, question, session, ids)
        return self._seals.close(reply, family)

    def soap(self, address: str, message: bytes) -> HttpReply:
        """Plain SOAP."""
        operation = read_question(message, None).operation
        passport = self._at(Protocol.SOAP, address, operation)
        question = read_question(message, passport)
        try:
            found = self.library.take(("soap", address, operation), question.subjects)
        except NotThere as failure:
            return soap_fault("Client", str(failure))
        return self._play(found, question, "", {})

    def rest(self, address: str, message: bytes) -> HttpReply:
        """REST: what was not recorded is HTTP 404."""
        question = read_question(message, self._at(Protocol.REST, address, ""))
        try:
            found = self.library.take(("rest", address, ""), question.subjects)
        except NotThere as failure:
            error = {"error": {"code": NotRecorded.code, "message": str(failure)}}
            return HttpReply(404, json.dumps(error, ensure_ascii=False).encode(), JSON)
        return self._play(found, question, "", {})

    def _play(self, found: Exchange, question: Question, session: str, ids: dict[str, str]) -> HttpReply:
        if not found.status:
            return HttpReply(_NO_ANSWER, b"")
        if found.unreadable:
            told = f"<p>HTTP {found.status}; the body was not kept.</p>".encode()
            is_page = "html" in found.content_type or found.status != 200
            return HttpReply(found.status, told if is_page else b"\xff" * min(found.length, _LARGEST), HTML)
        reply = self._with_id(found, question)
        if found.channel in ("sync", "async"):
            body = freshen(reply.encode(), self._clock().isoformat(timespec="milliseconds"), session, ids)
            return HttpReply(found.status, body, XML)
        return HttpReply(found.status, reply.encode(), found.content_type or XML)

    def _with_id(self, found: Exchange, question: Question) -> str:
        """The reply repeats the id of this question where the recorded one repeated that of its own."""
        passport = self._passports.get(found.passport)
        recorded = read_question(found.request.encode(), passport).id
        if not recorded or not question.id:
            return found.reply
        return found.reply.replace(
            recorded, escape(escape(question.id)) if "&lt;" in found.reply else escape(question.id)
        )

    def _find(self, protocol: Protocol, service_id: str) -> Passport | None:
        fitting = (one for one in self._passports.values() if one.protocol is protocol)
        return next((one for one in fitting if service_id and one.service_id == service_id), None)

    def _at(self, protocol: Protocol, address: str, operation: str) -> Passport | None:
        fitting = [one for one in self._passports.values() if one.protocol is protocol and one.address == address]
        named = (one for one in fitting if one.request.root.rpartition(":")[2] == operation)
        return next(named, None) if protocol is Protocol.SOAP else next(iter(fitting), None)


def _session_and_chain(message: bytes) -> tuple[str, str]:
    try:
        info = child(child(body_of(message), "request"), "requestInfo")
    except Refused:
        return "", ""
    return text_of(info, "sessionId"), text_of(info, "correlationId")


def _push_nowhere(_url: str, _body: bytes) -> bytes:
    raise PushFailed("a recording is fetched, never pushed")
