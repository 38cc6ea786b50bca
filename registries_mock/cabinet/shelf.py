"""What citizens find in their cabinet on the portal: each notification once, whatever number of times it was sent."""

from __future__ import annotations

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
"""So many notifications are listed at most, the newest."""


@dataclass(frozen=True)
class Notification:
    id: str
    iin: str = field(repr=False)
    text_ru: str = field(repr=False)
    text_kk: str = field(repr=False)
    at: str
    """When it came first."""
    received: int = 1


class Shelf:
    """All cabinets at once, in memory."""

    def __init__(self, accounts: Senders, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Notification] = {}

    def take(self, asked: Asked) -> Record:
        """Put the notification into its cabinet, and say so in the vocabulary; {} where the request carries none.

        A known id changes nothing but its count. Raises RegistryRefuses (999) for an account that is not known.
        """
        words, facts = asked.words, asked.facts
        if QuestionWord.NOTICE_RU not in words:
            return {}
        if not self._accounts.know(facts.get(ContextWord.SMS_LOGIN, ""), facts.get(ContextWord.SMS_PASSWORD, "")):
            raise RegistryRefuses("999")
        number = words[QuestionWord.NOTICE_ID]
        texts = (words[QuestionWord.NOTICE_RU], words[QuestionWord.NOTICE_KK])
        with self._lock:
            known = self._known.get(number)
            self._known[number] = (
                replace(known, received=known.received + 1)
                if known
                else Notification(number, words[QuestionWord.IIN], *texts, self._clock().isoformat(timespec="seconds"))
            )
        return {"notification": {"id": number, "status": "accepted"}}

    def list(self) -> list[Notification]:
        """The newest first."""
        with self._lock:
            return list(reversed(self._known.values()))[:SHOWN]

    def reset(self) -> None:
        with self._lock:
            self._known.clear()
