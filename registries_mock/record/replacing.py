"""Whole messages with every personal value replaced: envelopes here, what they carry in walking.py.

What cannot be read is not kept at all: there is no way to find a person in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.errors import Refused
from registries_mock.payloads.xml_in import child, local, parse_bytes, text_of
from registries_mock.record.looks import GUID, is_day, replace_by_looks
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.treating import REMOVED, SENDER, Treatment
from registries_mock.record.walking import Place, Walk, is_named_by_number, safe_word

_KEPT: Final = frozenset(
    {
        "serviceId", "messageType", "messageState", "receiveStatus", "resendMessage", "statusCode", "amount", "code",
        "errorCode", "faultcode", "key",
    }
)  # fmt: skip
"""Elements of envelopes whose words are the protocol's."""
_DATES: Final = frozenset({"messageDate", "responseDate", "requestDate", "statusDate", "notificationDate", "errorDate"})
_IDS: Final = frozenset({"messageId", "correlationId", "sessionId", "notificationId", "inquiryGUID", "GUID"})
_TOLD: Final = frozenset({"message", "statusMessage", "errorMessage", "faultstring", "errorData"})


@dataclass(frozen=True)
class Replaced:
    """A message fit to be written down."""

    body: str
    """"" where nothing of it could be read, and for one that was empty."""
    unreadable: bool = False


class NotKept(Exception):
    """The message is of a service that no passport tells of; the text names it by its service id or address."""


class Replacer:
    """Replaces in all messages of one recording; `raw_structure` keeps those without a passport, by looks alone."""

    def __init__(self, catalogue: Catalogue, pseudonyms: Pseudonyms, *, raw_structure: bool) -> None:
        self._pseudonyms = pseudonyms
        self._walk = Walk(pseudonyms)
        self._raw_structure = raw_structure
        self._treatments = {key: Treatment(one, catalogue, pseudonyms) for key, one in catalogue.passports.items()}
        self._services = {one.service_id: one.key for one in catalogue.passports.values() if one.service_id}
        self._passports = catalogue.passports

    def passport_of(self, service_id: str) -> str:
        """The key of a SHEP service's passport; NotKept where there is none and one is needed."""
        key = self._services.get(service_id, "")
        if not key and not self._raw_structure:
            raise NotKept(f"no passport has the service id {safe_word(service_id) or 'that it asks for'}")
        return key

    def passport_at(self, address: str, root: str = "") -> str:
        """The key of the passport of a plain SOAP or REST service; NotKept as above."""
        found = [one for one in self._passports.values() if one.address and one.address == address.strip("/")]
        named = [one for one in found if one.protocol is Protocol.REST or one.request.root.rpartition(":")[2] == root]
        if not named and not self._raw_structure:
            raise NotKept("no passport has this address")
        return named[0].key if named else ""

    def passport(self, key: str) -> Passport | None:
        """The passport of that key; None for ""."""
        return self._passports.get(key)

    def soap(self, message: bytes, key: str) -> Replaced:
        """A SOAP message whose data are those of the passport `key` ("": of none); its Header is left out."""
        if not message.strip():
            return Replaced("")
        try:
            root = parse_bytes(message)
        except Refused:
            return Replaced("", unreadable=True)
        if local(root) != "Envelope" or is_named_by_number(root):
            return Replaced("", unreadable=True)
        body = child(root, "Body")
        for one in [one for one in root if one is not body]:
            root.remove(one)
        root.text = None
        self._walk.clean_attributes(root, Place(None))
        if body is not None:
            self._walk.clean_attributes(body, Place(None))
            body.text = body.tail = None
            for one in body:
                one.tail = None
                self._walk_envelope(one, key)
        return Replaced(etree.tostring(root, encoding="unicode"))

    def json(self, message: bytes, key: str) -> Replaced:
        """A REST message."""
        if not message.strip():
            return Replaced("")
        try:
            value = self._walk.value(json.loads(message), Place(self._treatments.get(key)))
        except (ValueError, RecursionError):
            return Replaced("", unreadable=True)
        return Replaced(json.dumps(value, ensure_ascii=False))

    def text(self, text: str) -> str:
        """One value by its looks, as it stands in messages."""
        return replace_by_looks(text, self._pseudonyms)

    def _walk_envelope(self, element: etree._Element, key: str) -> None:
        """What is the bus's own; a message inside (getMessages) has the data of its own service."""
        name = local(element)
        if self._is_operation(element, key):
            self._walk.walk(element, Place(self._treatments[key]), is_root=True)
            return
        if name == "data" or (not self._is_shep(element) and key == "" and name not in ("Fault",)):
            self._walk.data(element, self._treatments.get(key))
            return
        if name == "messages":
            service_id = text_of(element, "messageInfo", "serviceId")
            key = self.passport_of(service_id)
        self._walk.clean_attributes(element, Place(None))
        if len(element):
            element.text = None if not (element.text or "").strip() else self._pseudonyms.scramble(element.text or "")
            for one in element:
                one.tail = None
                self._walk_envelope(one, key)
        else:
            element.text = self._protocol_text(name, element.text or "")

    def _is_operation(self, element: etree._Element, key: str) -> bool:
        """Whether it is the root of a plain SOAP payload."""
        passport = self._passports.get(key)
        if passport is None or passport.protocol is not Protocol.SOAP:
            return False
        return local(element) in {_bare(one.root) for one in (passport.request, passport.reply)}

    @staticmethod
    def _is_shep(element: etree._Element) -> bool:
        top = element
        while (above := top.getparent()) is not None and local(above) != "Body":
            top = above
        namespace = etree.QName(top).namespace or ""
        return namespace.startswith("http://bip.bee.kz/") or local(top) == "Fault"

    def _protocol_text(self, name: str, text: str) -> str:
        core = text.strip()
        if not core:
            return text
        if name == "password":
            return REMOVED
        if name == "senderId":
            return SENDER
        if name in _IDS:
            return self._id(core)
        if name in _DATES and is_day(core):
            return core
        if name in _KEPT and safe_word(core):
            return core
        if name in _TOLD:
            return "recorded"
        return replace_by_looks(text, self._pseudonyms)

    def _id(self, text: str) -> str:
        found = GUID.fullmatch(text)
        guid = self._pseudonyms.guid((found[2] if found else text).lower())
        return f"{found[1]}{guid}{found[3]}" if found else guid


def _bare(name: str) -> str:
    return name.rpartition(":")[2]
