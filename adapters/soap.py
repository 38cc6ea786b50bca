"""Plain SOAP, for services with a WSDL of their own: zeep writes by the WSDL, our transport posts, our reader reads.

The reply is not decoded by zeep: a date that zeep cannot read becomes None, and a traceback with the value goes to
the log (docs/decisions/0007). Its own transport neither posts nor fetches anything.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import zeep
import zeep.exceptions
import zeep.xsd
from lxml import etree
from zeep.transports import Transport as ZeepTransport

from adapters.asking import refuse_without_consent
from adapters.exchanging import Message, Wire
from adapters.payloads.nodes import XmlNode, local_name
from adapters.payloads.prepared import Preparations, Prepared
from adapters.payloads.verdicts import Heard
from adapters.payloads.writing import Written
from adapters.ports import Deadline, HttpReply, NewId, unlooked
from adapters.retrying import Retrying
from adapters.shep.envelopes import is_fault, open_reply, read_fault, to_bytes
from adapters.words import OurSide, gather_words
from contracts.catalogue import Catalogue
from contracts.errors import CatalogueInvalid, ContractBroken
from contracts.exchange import Question, RecordAttempt, Reply
from contracts.passport import Passport, Soap


@dataclass(frozen=True)
class PlainSoap:
    """Asks services at `<base>/<address of the passport>`. Safe for threads."""

    base: str
    side: OurSide
    wire: Wire
    retrying: Retrying
    preparations: Preparations
    new_id: NewId
    catalogue: Catalogue
    _services: dict[str, _Service] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def ask(self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt) -> Reply:
        """Return the service's answer; raises RegistryError, after recording every attempt."""
        refuse_without_consent(passport, question)
        prepared, service = self.preparations.of(passport), self._service(passport)
        message_id, now = self.new_id(), self.wire.clock()
        words = gather_words(passport, question, self.side, message_id=message_id, message_date=now)
        message = Message(
            message_id,
            f"{self.base.rstrip('/')}/{passport.address}",
            service.write(prepared.fill_request(words), passport.namespaces),
            {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{service.action}"'},
            passport.limits.reply_bytes,
        )

        def attempt(left: Deadline) -> Reply:
            return self.wire.exchange(
                message, deadline=left, record=record, read=lambda reply: self._read(prepared, reply)
            )

        return self.retrying.run(passport, deadline, attempt)

    def _read(self, prepared: Prepared, reply: HttpReply) -> Reply:
        # Services beside the bus carry none of its signatures.
        inside, _ = open_reply(reply, lambda body: unlooked(body, ""))
        if is_fault(inside):
            return prepared.understand(Heard(fault=read_fault(inside)))
        if prepared.reply.root and local_name(str(inside.tag)) != prepared.reply.root:
            raise ContractBroken(f"the Body holds no {prepared.reply.root}")
        return prepared.understand(Heard(payload=XmlNode(inside)))

    def _service(self, passport: Passport) -> _Service:
        known = self._services.get(passport.key)
        if known is None or known.passport is not passport:
            with self._lock:  # reading a WSDL is slow, and 24 threads may want it at once
                known = self._services.get(passport.key)
                if known is None or known.passport is not passport:
                    known = self._services[passport.key] = _load(passport, self.catalogue)
        return known


@dataclass(frozen=True)
class _Service:
    """One operation of a loaded WSDL."""

    passport: Passport
    client: zeep.Client
    proxy: Any
    operation: str
    action: str

    def write(self, written: Sequence[Written], namespaces: Mapping[str, str]) -> bytes:
        """Return the envelope; raises CatalogueInvalid where passport and WSDL do not fit together."""
        try:
            arguments = self._values(written, namespaces)
            envelope = self.client.create_message(self.proxy, self.operation, **arguments)
        except (zeep.exceptions.Error, TypeError, ValueError, LookupError) as error:
            # `from None`: zeep's texts quote the values that it was given.
            kind = type(error).__name__
            raise CatalogueInvalid(f"{self.passport.key}: its WSDL does not take its fields ({kind})") from None
        return to_bytes(envelope)

    def _values(self, written: Sequence[Written], namespaces: Mapping[str, str]) -> dict[str, Any]:
        return {item.branch.step.local: self._value(item, namespaces) for item in written}

    def _value(self, item: Written, namespaces: Mapping[str, str]) -> Any:
        if item.nil:
            return zeep.xsd.Nil
        if not item.xsi_type:
            return self._values(item.parts, namespaces) if item.parts else item.text or ""
        prefix, _, local = item.xsi_type.rpartition(":")
        kind = self.client.get_type(f"{{{namespaces[prefix]}}}{local}")
        return zeep.xsd.AnyObject(kind, kind(**self._values(item.parts, namespaces)))


class _NoNetwork(ZeepTransport):
    """Reads files, which an address never names; nothing is fetched or posted."""

    def load(self, url: str) -> bytes:
        return Path(url).read_bytes()

    def post(self, address: str, message: Any, headers: Any) -> NoReturn:
        raise OSError("zeep posts nothing here")

    get = post


def _load(passport: Passport, catalogue: Catalogue) -> _Service:
    soap = passport.soap
    if soap is None:
        raise CatalogueInvalid(f"{passport.key} is not a plain SOAP service")
    try:
        return _open(passport, soap, str(catalogue.folders[passport.key] / soap.wsdl))
    except (zeep.exceptions.Error, etree.Error, OSError, ValueError, LookupError) as error:
        raise CatalogueInvalid(f"{passport.key}: {soap.wsdl} cannot be used: {type(error).__name__}") from error


def _open(passport: Passport, soap: Soap, wsdl: str) -> _Service:
    client = zeep.Client(
        wsdl,
        transport=_NoNetwork(),  # type: ignore[no-untyped-call]
        settings=zeep.Settings(strict=True, xml_huge_tree=False),
    )
    binding = client.wsdl.services[soap.service].ports[soap.port].binding
    action = getattr(binding.get(soap.operation), "soapaction", "") or ""
    return _Service(passport, client, client.bind(soap.service, soap.port), soap.operation, action)
