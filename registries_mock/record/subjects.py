"""About whom a request is, and its id inside: read alike where it is recorded and where it is played again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from contracts.passport import Passport
from contracts.words import ContextWord, Protocol, QuestionWord
from registries_mock.errors import Refused
from registries_mock.payloads.reader import Asked, RequestReader
from registries_mock.payloads.xml_in import child, local, parse_bytes, text_of
from registries_mock.people.numbers import read_iin

_IIN: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_WORDS: Final = (QuestionWord.IIN, QuestionWord.RELATED_IIN)


@dataclass(frozen=True)
class Question:
    """What of a request decides which exchange answers it."""

    operation: str = ""
    """The body's element."""
    service_id: str = ""
    subjects: tuple[str, ...] = field(default=(), repr=False)
    """IINs: the one asked about, and the other person of the question."""
    id: str = field(default="", repr=False)
    """The request's own id inside the payload."""


def look_at_xml(message: bytes) -> tuple[str, str]:
    """The body's element and the service id; empty where they cannot be read or are not there."""
    root = _content(message)
    if root is None:
        return "", ""
    asked = child(root, "request")
    places = ("requestInfo", "messageInfo", "notification")
    found = [text_of(asked, "serviceId"), *(text_of(asked, place, "serviceId") for place in places)]
    return local(root), next((one for one in found if one), "")


def read_question(message: bytes, passport: Passport | None) -> Question:
    """By the passport where there is one, else by all valid IINs in the message, in their order."""
    is_json = passport is not None and passport.protocol is Protocol.REST
    operation, service_id = ("", "") if is_json else look_at_xml(message)
    asked = None if passport is None else _read(message, passport)
    if asked is None:
        found = (one for one in _IIN.findall(message.decode("utf-8", errors="replace")) if read_iin(one))
        return Question(operation, service_id, tuple(dict.fromkeys(found)))
    # One source may stand for either word, so the set of them counts.
    subjects = {asked.words[word] for word in _WORDS if asked.words.get(word)}
    return Question(operation, service_id, tuple(sorted(subjects)), asked.facts.get(ContextWord.REQUEST_ID, ""))


def _read(message: bytes, passport: Passport) -> Asked | None:
    reader = RequestReader(passport)
    try:
        if passport.protocol is Protocol.REST:
            body = json.loads(message)
            return reader.read_object(body) if isinstance(body, dict) else None
        content = _content(message)
        if content is None:
            return None
        data = next((one for one in content.iter("data")), None) if passport.service_id else content
        return None if data is None else reader.read(data)
    except (Refused, ValueError, RecursionError):
        return None


def _content(message: bytes) -> etree._Element | None:
    try:
        body = child(parse_bytes(message), "Body")
    except Refused:
        return None
    return body[0] if body is not None and len(body) else None
