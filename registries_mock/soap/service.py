"""Plain SOAP: several services may share an address; the root of the body says which one is asked."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.answering import Registries
from registries_mock.called_failures import find_called
from registries_mock.counts import Counts
from registries_mock.errors import Refused, RegistryRefuses, UnknownService
from registries_mock.failures import Failures, fail
from registries_mock.journal.line import note, note_service
from registries_mock.payloads.xml_in import local
from registries_mock.signals import Forced
from registries_mock.wire import HttpReply, body_of, root_of, soap_fault, soap_reply


class SoapServices:
    """All services with a WSDL of their own; they know no senders."""

    def __init__(self, catalogue: Catalogue, registries: Registries, *, failures: Failures, counts: Counts) -> None:
        self._registries = registries
        self._failures = failures
        self._counts = counts
        self._passports = {key: one for key, one in catalogue.passports.items() if one.protocol is Protocol.SOAP}

    def at(self, address: str) -> list[Passport]:
        """The services at an address."""
        return [one for one in self._passports.values() if one.address == address]

    def handle(self, address: str, message: bytes) -> HttpReply:
        """The reply to one SOAP message; what is wrong with it becomes a plain fault."""
        try:
            return self._exchange(address, message)
        except Refused as refusal:
            note(refused=refusal.code)
            return soap_fault(refusal.blame, str(refusal))

    def _exchange(self, address: str, message: bytes) -> HttpReply:
        passports = self.at(address)
        if not passports:
            raise UnknownService("there is no service at this address")
        body = body_of(message)
        note(root=local(body))
        passport = self._passports[root_of(body, {_tag(one): one.key for one in passports})]
        note_service(passport)
        asked = self._registries.reader(passport.key).read(body)
        self._counts.add(passport.key)

        def answer_with(forced: Forced | None) -> HttpReply:
            answer = self._registries.answer(passport, asked, "", forced)
            if answer.fault:
                note(refused=answer.fault)
                # A service with a WSDL of its own has no error codes but the fault's: the code is its faultcode.
                return soap_fault(
                    answer.fault if answer.fault.isalpha() else "Server", str(RegistryRefuses(answer.fault))
                )
            return soap_reply(answer.body.decode())

        failure = self._failures.take(passport, asked.words.get("iin", ""), "", find_called())
        return fail(failure, passport, answer_with, self._failures)


def _tag(passport: Passport) -> str:
    prefix, _, name = passport.request.root.rpartition(":")
    return f"{{{namespace}}}{name}" if (namespace := _namespace(prefix, passport.namespaces)) else name


def _namespace(prefix: str, namespaces: Mapping[str, str]) -> str:
    return namespaces[prefix] if prefix else ""
