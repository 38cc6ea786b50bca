"""One visit to the target: each exchange is made once, when first looked at, and a mute address is left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, TypeVar

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import ContextWord, Protocol
from registries_mock.clock import Clock
from registries_mock.conform.errors import NotTried
from registries_mock.conform.messages import asked_words, complete_words, write_question, write_sender
from registries_mock.conform.seen import Seen
from registries_mock.conform.target import Target
from registries_mock.http import Ask, NotAnswered, Outgoing
from registries_mock.ports import NewId

T = TypeVar("T")
XML_HEADERS: Final[Mapping[str, str]] = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
JSON_HEADERS: Final[Mapping[str, str]] = {"Content-Type": "application/json"}
_MUTE: Final = 2
"""After so many exchanges in a row without an answer an address is asked no more: each would cost its whole time."""
_CONSENT: Final = (ContextWord.CONSENT_TOKEN, ContextWord.CONSENT_PUBLIC_KEY)


@dataclass(frozen=True)
class World:
    """What a visit takes from outside; tests give their own."""

    ask: Ask
    clock: Clock
    new_id: NewId
    pause: Callable[[float], object]
    ticks: Callable[[], float]
    """Seconds of real time."""


class Visit:
    """Whom is asked, what was asked already, and what came."""

    def __init__(self, target: Target, catalogue: Catalogue, world: World) -> None:
        self.target = target
        self.catalogue = catalogue
        self.world = world
        self._kept: dict[str, Any] = {}
        self._seen: dict[str, Seen] = {}
        self._silent: dict[str, int] = {}
        self._until = world.ticks() + target.total_seconds
        self._obtained: dict[str, str] = {}

    def keep(self, key: str, make: Callable[[], T]) -> T:
        """What checks share beside exchanges, made when it is first wanted; a key is of one type."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    @property
    def now(self) -> datetime:
        return self.world.clock()

    @property
    def moment(self) -> str:
        """Now, as messages carry it."""
        return self.now.isoformat(timespec="milliseconds")

    @cached_property
    def words(self) -> dict[str, str]:
        """Of all questions; what was not given is derived."""
        return complete_words(self.target.words, self.now.date())

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no report shows."""
        return (self.target.password, *self.target.secrets, *self._obtained.values())

    @property
    def sender(self) -> str:
        """The element of the sender; NotTried where none was given."""
        if not self.target.sender:
            raise NotTried("it needs a sender (--sender)")
        return write_sender(self.target.sender, self.target.password)

    def passports(self, protocol: Protocol) -> list[Passport]:
        chosen = (self.catalogue.passports[key] for key in self.target.passports)
        return [one for one in chosen if one.protocol is protocol]

    def first(self, protocol: Protocol) -> Passport:
        """The service by which the protocol itself is tried: the first whose question can be asked without a consent,
        else the first whose can be asked; NotTried where there is none."""
        why = "none of the chosen services speaks it"
        for passport in sorted(self.passports(protocol), key=lambda one: one.consent != "none"):
            try:
                self.check_askable(passport)
            except NotTried as failure:
                why = f"{passport.key}: {failure}"
            else:
                return passport
        raise NotTried(why)

    def check_askable(self, passport: Passport) -> None:
        """NotTried where what the question needs was not given."""
        asked_words(passport, self.words)
        if passport.consent == "kdp" and not self._consent().get(_CONSENT[0]):
            raise NotTried("it needs a consent (--consent-token-file, or --ask-consent)")

    def question(self, passport: Passport) -> bytes:
        """A question's payload, with a new id of its own."""
        self.check_askable(passport)
        words = self.words | (self._consent() if passport.consent == "kdp" else {})
        return write_question(self.catalogue, passport, words, self.target.sender, self.world.new_id(), self.now)

    def see(
        self, what: str, url: str, body: Callable[[], bytes] | None, headers: Mapping[str, str] = XML_HEADERS
    ) -> Seen:
        """The exchange of that name, made when it is first looked at; without a body a GET."""
        if what not in self._seen:
            if self._silent.get(url, 0) >= _MUTE:
                raise NotTried(f"{what}: the address gave no answer {_MUTE} times, and is asked no more")
            if self.world.ticks() > self._until:
                raise NotTried(f"{what}: the time for the whole run is over (--total-seconds)")
            self._seen[what] = self._ask(what, url, body() if body else None, headers if body else {})
        return self._seen[what]

    def keep_consent(self, token: str, public_key: str) -> None:
        """A consent that the consent service gave in this run."""
        self._obtained = {_CONSENT[0]: token, _CONSENT[1]: public_key}

    def _consent(self) -> dict[str, str]:
        return self._obtained or {word: self.target.words.get(word, "") for word in _CONSENT}

    def _ask(self, what: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Seen:
        target = self.target
        outgoing = Outgoing(url, body, headers, target.seconds, target.most_bytes, target.authorities)
        try:
            incoming = self.world.ask(outgoing)
        except NotAnswered as failure:
            self._silent[url] = self._silent.get(url, 0) + 1
            return Seen(what, None, str(failure))
        self._silent[url] = 0
        return Seen(what, incoming)


Check = Callable[[Visit], None]
"""Of one requirement; raises Differs or NotTried where it does not hold, or cannot be seen."""
