"""Asynchronous providers: a REQUEST is taken at once, and answered later by messages of the same chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.answering import Registries
from registries_mock.bus.data import data_element
from registries_mock.bus.delivery import Delivery
from registries_mock.bus.late_plan import plan_messages
from registries_mock.bus.mailbox import Message, Property
from registries_mock.bus.seals import Seals
from registries_mock.called_failures import find_called
from registries_mock.clock import Clock
from registries_mock.counts import Counts
from registries_mock.errors import RegistryRefuses, UnknownService
from registries_mock.failure_rows import Failure
from registries_mock.failures import NOT_TAKEN, Failures, fail, forced_by, sealing_of
from registries_mock.journal.line import note, note_service
from registries_mock.ports import NewId, Timer
from registries_mock.spoiling import CHANGES, GARBAGE
from registries_mock.wire import NO_REPLY, HttpReply

_STRANGER: Final = "another-participant"


@dataclass(frozen=True)
class Taken:
    """A REQUEST that the bus has given its ids."""

    message_id: str
    correlation_id: str
    service_id: str
    sender: str
    session: str
    properties: tuple[Property, ...]
    family: str = ""
    """In which the request was signed, and its late replies will be; "" where it was not."""


@dataclass(frozen=True)
class Door:
    """What the bus says at once of a request, and how that is made to fail."""

    failure: Failure | None
    passport: Passport
    failures: Failures

    @property
    def is_shut(self) -> bool:
        """Whether the request is not even taken."""
        return self.failure is not None and self.failure.kind in NOT_TAKEN

    def answer(self, acceptance: HttpReply = NO_REPLY) -> HttpReply:
        """The acceptance, or what comes in its place; where the door is shut nobody has one to give."""
        return fail(self.failure, self.passport, lambda _: acceptance, self.failures)


class LateReplies:
    """All asynchronous providers behind the bus."""

    def __init__(
        self,
        catalogue: Catalogue,
        registries: Registries,
        delivery: Delivery,
        seals: Seals,
        *,
        delay_seconds: float,
        failures: Failures,
        counts: Counts,
        timer: Timer,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._registries = registries
        self._delivery = delivery
        self._seals = seals
        self._delay = delay_seconds
        self._failures = failures
        self._counts = counts
        self._timer = timer
        self._clock = clock
        self._new_id = new_id
        self._services = {
            passport.service_id: passport
            for passport in catalogue.passports.values()
            if passport.protocol is Protocol.SHEP_ASYNC
        }

    def take(self, taken: Taken, data: etree._Element) -> Door:
        """Take the request and set its replies on their way, as far as it is not made to fail at the door.

        The answer is written now, so that a request that cannot be answered is refused loudly, not lost.
        """
        note(service_id=taken.service_id)
        passport = self._services.get(taken.service_id)
        if passport is None:
            raise UnknownService("no asynchronous service has this id")
        note_service(passport)
        data = self._seals.open_payload(data, wanted=passport.request.signed)
        asked = self._registries.reader(passport.key).read(data)
        self._counts.add(passport.key)
        failure = self._failures.take(passport, asked.words.get("iin", ""), taken.sender, find_called(taken.properties))
        door = Door(failure if failure and failure.half == "acceptance" else None, passport, self._failures)
        if door.is_shut:
            return door
        forced = forced_by(failure, passport) if failure else None
        late = None if door.failure else failure
        answer = self._registries.answer(passport, asked, taken.sender, forced)
        if answer.fault:
            raise RegistryRefuses(answer.fault)
        self._delivery.open_chain(taken.correlation_id, taken.sender)
        if late is not None and late.kind == "silence":
            return door
        data_of = {"RESPONSE": _spoiled(late, passport, answer.body)}
        if passport.interim is not None:
            interim = self._registries.interim(passport, asked, taken.sender)
            data_of["NOTIFICATION"] = data_element(passport.interim, interim)
        if late is not None and late.kind == "unknown_chain":
            taken = replace(taken, correlation_id=self._new_id(), properties=())
        self._set_out(taken, passport, data_of, late)
        return door

    def _set_out(self, taken: Taken, passport: Passport, data_of: Mapping[str, str], failure: Failure | None) -> None:
        """Set the messages on their way, each in its time."""
        message_id = ""
        for planned in plan_messages(failure, self._delay, interim="NOTIFICATION" in data_of):
            if planned.again:
                self._timer.after(planned.after, partial(self._delivery.again, message_id, 0.0))
            else:
                message_id = self._new_id()
                send = partial(self._send, message_id, taken, passport, planned.kind, data_of[planned.kind], failure)
                self._timer.after(planned.after, send)

    def _send(
        self, message_id: str, taken: Taken, passport: Passport, kind: str, data: str, failure: Failure | None
    ) -> None:
        fails = failure.kind if failure else ""
        message = Message(
            id=message_id,
            correlation_id=taken.correlation_id,
            service_id=taken.service_id,
            kind=kind,
            date=self._clock().isoformat(timespec="milliseconds"),
            sender=_STRANGER if fails == "wrong_sender" else passport.registry,
            owner=taken.sender,
            session=taken.session,
            data=data,
            properties=taken.properties,
            family=taken.family,
            sealing=sealing_of(failure),
            is_held=fails == "push_refused",
        )
        if fails == "lost" and kind == "RESPONSE":
            self._delivery.lose(message)
        else:
            self._delivery.deliver(message)


def _spoiled(failure: Failure | None, passport: Passport, body: bytes) -> str:
    """The data of the late reply: the bus's envelope stays whole, so a spoiled payload travels as text."""
    match failure.kind if failure else None:
        case "garbage":
            return f"<data>{GARBAGE.decode('ascii', 'ignore')}</data>"
        case "truncated" | "bom" | "dtd" | "entity_bomb" as kind:
            return f"<data>{escape(CHANGES[kind, ''](body, passport).decode(errors='ignore'))}</data>"
        case "wrong_namespace":
            return data_element(passport.reply, CHANGES["wrong_namespace", "payload"](body, passport))
        case _:
            return data_element(passport.reply, body)
