"""Our adapters at a mock suite on a port, without a gateway: one ask, and what is made of all that comes of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.breakers import BreakerRule
from adapters.ports import Deadline
from contracts.catalogue import load_catalogue
from contracts.errors import RegistryError
from contracts.exchange import Arrival, Attempt, ConsentToken, Pending, Question, Reply
from contracts.passport import Limits, Passport
from contracts.vocabulary.terms import Record
from contracts.words import QuestionWord
from gateway.core.echoes import is_about_subject
from registries_mock.consents import Consents
from tests.registries_mock.bare_socket import Wire, open_wire
from tests.registries_mock.small_world import NOW, PASSWORD, SENDER

CATALOGUE: Final = load_catalogue()
PATIENT, SHORT = (Limits(timeout_seconds=5 * seconds, attempt_seconds=seconds, tries=2) for seconds in (8.0, 0.4))
HELD: Final[Mapping[str, float]] = {"silence": 5, "drip": 5, "stall": 5}
"""Kinds that outlast the adapters' patience where it is short, in seconds."""
_SECONDS: Final[Mapping[str, float]] = {**HELD, "slow": 0.1, "late": 1}


@dataclass(frozen=True)
class Made:
    """What came of an ask: an error's code, or what is believed; and how many messages were sent."""

    what: str
    tries: int


@dataclass(frozen=True)
class Desk:
    wire: Wire
    adapters: Adapters
    numbers: Iterator[int]

    def question(self, passport: Passport) -> Question:
        """About the usual person, in the words by which the source searches."""
        iin = self.wire.iin()
        account = self.wire.people.record(iin).get("account", {})
        values = {"iin": iin, "iban": account.get("iban", ""), "period_from": "2025-10-01", "period_to": "2025-12-31"}
        if any("birth_date" in way and "iin" in way for way in passport.search):
            values["birth_date"] = self.wire.people.record(iin)["person"]["birth_date"].isoformat()
        consents = Consents(self.wire.suite.settings.seed)
        return Question(
            f"inquiry-{next(self.numbers)}",
            {QuestionWord(word): value for word, value in values.items()},
            ConsentToken(consents.issue(iin, NOW), consents.public_key),
        )

    def ask(self, passport: Passport, usual: Record | None, limits: Limits = PATIENT) -> Made:
        """Ask about the usual person; `usual` is what is told when nothing fails."""
        asked, attempts = self.question(passport), list[Attempt]()
        own = passport.model_copy(update={"limits": limits})
        try:
            reply = self.adapters.ask(own, asked, deadline=Deadline(60), record=attempts.append)
        except RegistryError as error:
            return Made(error.code, len(attempts))
        if isinstance(reply, Reply):
            return Made(tell(own, asked, reply, usual), len(attempts))
        self.wire.timer.advance(10)
        told = [self.read_pushed(own, asked, raw, usual) for _, raw in self.wire.participant.got]
        accepted = "uncertain" if reply.uncertain else "taken"
        return Made(f"{accepted}: {', '.join(told)}" if told else accepted, len(attempts))

    def read_pushed(self, passport: Passport, asked: Question, raw: bytes, usual: Record | None) -> str:
        try:
            arrival = self.adapters.shep_async.read_pushed(raw)
            assert isinstance(arrival, Arrival)
            if arrival.inquiry_id != asked.id:
                return "astray"
            reply = self.adapters.shep_async.read_reply(passport, arrival)
        except RegistryError as error:
            return error.code
        return tell(passport, asked, reply, usual) if reply is not None else "word"

    def record(self, passport: Passport) -> Record:
        """What the source tells of the usual person."""
        asked = self.question(passport)
        reply = self.adapters.ask(passport, asked, deadline=Deadline(60), record=lambda _: None)
        if isinstance(reply, Pending):
            self.wire.timer.advance(10)
            raw = self.wire.participant.got[-1][1]
            arrival = self.adapters.shep_async.read_pushed(raw)
            assert isinstance(arrival, Arrival)
            late = self.adapters.shep_async.read_reply(passport, arrival)
            self.wire.mend()
            assert late is not None
            return late.record
        return reply.record

    def fail(self, kind: str, variant: str, passport: str, half: str = "") -> None:
        seconds = {"seconds": _SECONDS[kind]} if kind in _SECONDS else {}
        words = {name: said for name, said in (("variant", variant), ("half", half)) if said}
        self.wire.fail(kind=kind, passport=passport, **words, **seconds)


def tell(passport: Passport, asked: Question, reply: Reply, usual: Record | None) -> str:
    if reply.outcome == "no_record":
        return "no record"
    if not is_about_subject(passport, asked.values, reply.record):
        return "of another"
    return "the same" if reply.record == usual else "otherwise"


@contextmanager
def open_desk(make: Callable[[Wire], Mapping[str, Any]] = lambda _: {}) -> Iterator[Desk]:
    """`make` gives what the adapters sign and judge by, for the suite that they ask."""
    with ExitStack() as stack:
        wire = stack.enter_context(open_wire(CATALOGUE))
        numbers = itertools.count()
        config = AdapterConfig(
            shep_sync_url=f"{wire.url}/bip-sync-wss-gost/",
            shep_async_url=f"{wire.url}/bip-async-wss-gost/",
            soap_base=f"{wire.url}/soap",
            rest_base=f"{wire.url}/rest",
            sender_id=SENDER,
            sender_password=PASSWORD,
            organisation_name="Центр",
            organisation_bin="990940009991",
            responsible_name="ИВАНОВ И.",
            retry_reserve=10_000,
            breaker=BreakerRule(failures=10_000),
        )
        adapters = build_adapters(
            config,
            CATALOGUE,
            clock=lambda: NOW,
            new_id=lambda: f"id-{next(numbers)}",
            wait=lambda _: 0.0,
            **make(wire),
        )
        stack.callback(adapters.close)
        yield Desk(wire, adapters, numbers)
