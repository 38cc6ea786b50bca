"""What phones have got: each message once, whatever number of times it was sent."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.vocabulary.terms import Record
from contracts.words import ContextWord, QuestionWord
from registries_mock.bus.credentials import Senders
from registries_mock.clock import Clock
from registries_mock.errors import RegistryRefuses
from registries_mock.payloads.reader import Asked

SHOWN: Final = 1000
"""So many messages are listed at most, the newest."""
_MOBILE: Final = re.compile(r"\+?[78]7(?![12])[0-9]{9}")
"""Kazakh numbers begin with 7; those of towns (71…, 72…) take no SMS."""


@dataclass(frozen=True)
class Sms:
    """One message on a phone."""

    id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    sender: str
    """The name or short number that the phone shows."""
    at: str
    """When it came first."""
    received: int = 1
    """How often the gateway was sent it."""


class Inbox:
    """All phones at once, in memory."""

    def __init__(self, accounts: Senders, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._lock = threading.Lock()
        self._messages: dict[str, Sms] = {}

    def take(self, asked: Asked) -> Record:
        """Put the message on its phone, and say so in the vocabulary; {} where the request carries none.

        A known id changes nothing but its count. Raises RegistryRefuses (999) for an account that is not known.
        """
        words, facts = asked.words, asked.facts
        if QuestionWord.SMS_TEXT not in words:
            return {}
        if not self._accounts.know(facts.get(ContextWord.SMS_LOGIN, ""), facts.get(ContextWord.SMS_PASSWORD, "")):
            raise RegistryRefuses("999")
        number, phone = words.get(QuestionWord.SMS_ID, ""), words.get(QuestionWord.PHONE, "")
        if not number or not _MOBILE.fullmatch(phone):
            return {"sms": {"id": number, "status": "failed"}}
        with self._lock:
            known = self._messages.get(number)
            self._messages[number] = (
                replace(known, received=known.received + 1)
                if known
                else Sms(
                    number,
                    phone,
                    words[QuestionWord.SMS_TEXT],
                    facts.get(ContextWord.SMS_SENDER, ""),
                    self._clock().isoformat(timespec="seconds"),
                )
            )
        return {"sms": {"id": number, "status": "accepted"}}

    def put(self, number: str, phone: str, text: str, sender: str) -> bool:
        """A message of a service that sends its own; False where no phone takes it."""
        if not _MOBILE.fullmatch(phone):
            return False
        with self._lock:
            self._messages[number] = Sms(number, phone, text, sender, self._clock().isoformat(timespec="seconds"))
        return True

    def list(self, phone: str = "") -> list[Sms]:
        """What a phone has got, or all phones, the newest first; +7, 8 and spaces are ways of writing a number."""
        with self._lock:
            messages = list(self._messages.values())
        wanted = _last_ten(phone)
        return [one for one in reversed(messages) if not phone or _last_ten(one.phone) == wanted][:SHOWN]

    def reset(self) -> None:
        with self._lock:
            self._messages.clear()


def _last_ten(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())[-10:]
