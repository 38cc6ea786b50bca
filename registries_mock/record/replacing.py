"""Whole messages with every personal value replaced: envelopes, escaped documents inside texts, JSON inside anything.

What cannot be read is not kept at all: there is no way to find a person in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.errors import Refused
from registries_mock.payloads.xml_in import child, local, parse_bytes, parse_text, text_of
from registries_mock.record.looks import GUID, is_day, replace_by_looks
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.treating import REMOVED, SENDER, Treatment

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
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
_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_NUMBERS: Final = re.compile(r"\d{6,}")
_DEEPEST: Final = 6
"""Documents within texts within documents."""


@dataclass(frozen=True)
class Replaced:
    """A message fit to be written down."""

    body: str
    """"" where nothing of it could be read, and for one that was empty."""
    unreadable: bool = False


class NotKept(Exception):
    """The message is of a service that no passport tells of; the text names it by its service id or address."""


@dataclass(frozen=True)
class Place:
    """Where in a payload a walk is; `treatment` None: nothing is known of it."""

    treatment: Treatment | None
    steps: tuple[str, ...] = field(default=())
    depth: int = 0

    def below(self, name: str) -> Place:
        return Place(self.treatment, (*self.steps, name), self.depth)


class Replacer:
    """Replaces in all messages of one recording; `raw_structure` keeps those without a passport, by looks alone."""

    def __init__(self, catalogue: Catalogue, pseudonyms: Pseudonyms, *, raw_structure: bool) -> None:
        self._pseudonyms = pseudonyms
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
        if local(root) != "Envelope" or any(_NUMBERS.search(local(one)) for one in root.iter(etree.Element)):
            return Replaced("", unreadable=True)
        body = child(root, "Body")
        for one in [one for one in root if one is not body]:
            root.remove(one)
        root.text = None
        self._clean_attributes(root, Place(None))
        if body is not None:
            self._clean_attributes(body, Place(None))
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
            value = json.loads(message)
        except (ValueError, RecursionError):
            return Replaced("", unreadable=True)
        return Replaced(json.dumps(self._value(value, Place(self._treatments.get(key))), ensure_ascii=False))

    def text(self, text: str) -> str:
        """One value by its looks, as it stands in messages."""
        return replace_by_looks(text, self._pseudonyms)

    def _walk_envelope(self, element: etree._Element, key: str) -> None:
        """What is the bus's own; a message inside (getMessages) has the data of its own service."""
        name = local(element)
        if self._is_operation(element, key):
            self._walk(element, Place(self._treatments[key]), is_root=True)
            return
        if name == "data" or (not self._is_shep(element) and key == "" and name not in ("Fault",)):
            self._walk_data(element, self._treatments.get(key))
            return
        if name == "messages":
            service_id = text_of(element, "messageInfo", "serviceId")
            key = self.passport_of(service_id)
        self._clean_attributes(element, Place(None))
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
        if name in _KEPT and _WORD.fullmatch(core) and not _NUMBERS.search(core):
            return core
        if name in _TOLD:
            return "recorded"
        return replace_by_looks(text, self._pseudonyms)

    def _id(self, text: str) -> str:
        found = GUID.fullmatch(text)
        guid = self._pseudonyms.guid((found[2] if found else text).lower())
        return f"{found[1]}{guid}{found[3]}" if found else guid

    def _walk_data(self, data: etree._Element, treatment: Treatment | None) -> None:
        """The data element: the payload stands in it, below its one root, or in its text."""
        place = Place(treatment)
        if not len(data):
            data.text = self._leaf(data.text or "", place)
            self._clean_attributes(data, place)
            return
        root = data[0] if len(data) == 1 and not self._fits(data, treatment) else data
        if root is not data:
            self._clean_attributes(data, place)
            data.text = root.tail = None
        self._walk(root, place, is_root=True)

    def _fits(self, element: etree._Element, treatment: Treatment | None) -> bool:
        return treatment is not None and any(local(one) in treatment.first_steps for one in element)

    def _walk(self, element: etree._Element, place: Place, *, is_root: bool = False) -> None:
        """The texts of an element and of all below it; signatures inside are left out."""
        here = place if is_root else place.below(local(element))
        for one in [one for one in element if str(one.tag).startswith(_DS)]:
            element.remove(one)
        if is_root and len(element) == 1 and not self._fits(element, place.treatment) and len(element[0]):
            # One frame more than the passport says, as some clients and providers put it.
            inner = element[0]
            if self._fits(inner, place.treatment):
                self._clean_attributes(element, here)
                element.text = inner.tail = None
                self._walk(inner, here, is_root=True)
                return
        self._clean_attributes(element, here)
        if len(element):
            text = element.text or ""
            element.text = self._leaf(text, here) if text.strip() else None
            for one in element:
                self._walk(one, here)
                one.tail = self._pseudonyms.scramble(one.tail) if (one.tail or "").strip() and one.tail else None
        elif element.text:
            element.text = self._leaf(element.text, here)

    def _clean_attributes(self, element: etree._Element, place: Place) -> None:
        for name, value in list(element.attrib.items()):
            name, value = str(name), str(value)
            if name.startswith(_XSI) and _WORD.fullmatch(value):
                continue
            bare = name.rpartition("}")[2]
            element.set(name, self._replace("/".join((*place.steps, f"@{bare}")), value, place.treatment))

    def _leaf(self, text: str, place: Place) -> str:
        """A text: a document of its own, or a value."""
        core = text.strip()
        if place.depth < _DEEPEST:
            inner = Place(place.treatment if not place.steps else None, depth=place.depth + 1)
            if core.startswith("<"):
                return self._document(core, inner)
            if core.startswith(("{", "[")):
                try:
                    value = json.loads(core)
                except (ValueError, RecursionError):
                    return self._pseudonyms.scramble(text)
                return json.dumps(self._value(value, inner), ensure_ascii=False)
        return self._replace("/".join(place.steps), text, place.treatment)

    def _document(self, text: str, place: Place) -> str:
        try:
            root = parse_text(text)
        except Refused:
            return self._pseudonyms.scramble(text)
        self._walk(root, place, is_root=True)
        head = re.match(r"<\?xml[^>]*\?>", text)
        return f"{head[0] if head else ''}{etree.tostring(root, encoding='unicode')}"

    def _value(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping):
            return {self._member(str(name)): self._value(one, place.below(str(name))) for name, one in value.items()}
        if isinstance(value, list):
            return [self._value(one, place) for one in value]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            replaced = self._replace("/".join(place.steps), json.dumps(value), place.treatment)
            return _as_number(replaced)
        return self._leaf(str(value), place)

    def _member(self, name: str) -> str:
        """A member's name stays where it is a word: in some maps it is somebody's number."""
        return name if _WORD.fullmatch(name) and not _NUMBERS.search(name) else self.text(name)

    def _replace(self, path: str, text: str, treatment: Treatment | None) -> str:
        if treatment is not None:
            return treatment.replace(path, text)
        return replace_by_looks(text, self._pseudonyms)


def _as_number(text: str) -> int | float:
    try:
        found = json.loads(text)
    except ValueError:
        return 0
    return found if isinstance(found, int | float) and not isinstance(found, bool) else 0


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def safe_word(word: str) -> str:
    """The word, where it is one and no number stands in it; else ""."""
    return word if _WORD.fullmatch(word) and not _NUMBERS.search(word) else ""
