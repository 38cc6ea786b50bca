"""SyncChannel v10: one address for all synchronous services, routed by serviceId."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.answering import Answer, Registries
from registries_mock.bus.credentials import Senders
from registries_mock.bus.data import data_element
from registries_mock.bus.seals import Seals
from registries_mock.bus.sessions import session_of
from registries_mock.called_failures import find_called
from registries_mock.clock import Clock
from registries_mock.counts import Counts
from registries_mock.errors import NotUnderstood, Refused, RegistryRefuses, UnknownService
from registries_mock.failures import Failures, fail
from registries_mock.journal.line import note, note_service
from registries_mock.payloads.xml_in import child, children, text_of
from registries_mock.ports import NewId
from registries_mock.signals import Forced
from registries_mock.wire import HttpReply, body_of, error_info, root_of, soap_fault, soap_reply

TYPES: Final = "http://bip.bee.kz/SyncChannel/v10/Types"
_ROOTS: Final = {f"{{{TYPES}}}SendMessage": "SendMessage"}
_FAULT: Final = "SendMessageFault1_SendMessageFault"
_WELL: Final = "Message has been processed successfully"
_OTHERWISE: Final = "Message has been processed with another result"


class SyncChannel:
    """The synchronous side of the bus, with all providers behind it."""

    def __init__(
        self,
        catalogue: Catalogue,
        registries: Registries,
        senders: Senders,
        seals: Seals,
        *,
        failures: Failures,
        counts: Counts,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._registries = registries
        self._senders = senders
        self._seals = seals
        self._failures = failures
        self._counts = counts
        self._clock = clock
        self._new_id = new_id
        self._services = {
            passport.service_id: passport
            for passport in catalogue.passports.values()
            if passport.protocol is Protocol.SHEP_SYNC
        }

    def send_message(self, message: bytes) -> HttpReply:
        """The reply to one SOAP message, signed where that was; what is wrong with it becomes a fault."""
        family = self._seals.family_of(message)
        return self._seals.close(self._reply(message, family), family)

    def _reply(self, message: bytes, family: str) -> HttpReply:
        session = ""
        try:
            body = body_of(self._seals.open(message, family))
            root_of(body, _ROOTS)
            request = child(body, "request")
            info = child(request, "requestInfo")
            session = session_of(text_of(info, "sessionId"), self._new_id)
            return self._exchange(request, info, session)
        except Refused as refusal:
            note(refused=refusal.code)
            session = session or session_of("", self._new_id)
            return self._fault(refusal.blame, refusal.code, str(refusal), session)

    def _exchange(self, request: etree._Element | None, info: etree._Element | None, session: str) -> HttpReply:
        sender = self._senders.check(info)
        service_id = text_of(info, "serviceId")
        note(service_id=service_id)
        passport = self._services.get(service_id)
        if passport is None:
            raise UnknownService("no synchronous service has this id")
        note_service(passport)
        data = child(child(request, "requestData"), "data")
        if data is None:
            raise NotUnderstood("the request carries no data")
        data = self._seals.open_payload(data, wanted=passport.request.signed)
        asked = self._registries.reader(passport.key).read(data)
        self._counts.add(passport.key)
        chain = text_of(info, "correlationId")
        properties = ((text_of(one, "key"), text_of(one, "value")) for one in children(info, "properties"))

        def answer_with(forced: Forced | None) -> HttpReply:
            answer = self._registries.answer(passport, asked, sender, forced)
            if answer.fault:
                refusal = RegistryRefuses(answer.fault)
                note(refused=refusal.code)
                return self._fault(refusal.blame, refusal.code, str(refusal), session)
            return self._respond(passport, answer, chain, session)

        failure = self._failures.take(passport, asked.words.get("iin", ""), sender, find_called(properties))
        return fail(failure, passport, answer_with, self._failures)

    def _respond(self, passport: Passport, answer: Answer, chain: str, session: str) -> HttpReply:
        message = _WELL if answer.status == passport.success_status else _OTHERWISE
        note(message_id=answer.message_id, correlation_id=chain)
        correlation = f"<correlationId>{escape(chain)}</correlationId>" if chain else ""
        data = data_element(passport.reply, answer.body) if answer.body else ""
        return soap_reply(
            f'<ns2:SendMessageResponse xmlns:ns2="{TYPES}"><response><responseInfo>'
            f"<messageId>{answer.message_id}</messageId>{correlation}"
            f"<responseDate>{self._clock().isoformat(timespec='milliseconds')}</responseDate>"
            f"<status><code>{escape(answer.status)}</code><message>{message}</message></status>"
            f"<sessionId>{session}</sessionId></responseInfo>"
            f"<responseData>{data}</responseData></response></ns2:SendMessageResponse>"
        )

    def _fault(self, blame: str, code: str, message: str, session: str) -> HttpReply:
        inside = error_info(code, message, self._clock(), session)
        return soap_fault(blame, message, f'<t:{_FAULT} xmlns:t="{TYPES}">{inside}</t:{_FAULT}>')
