"""Our adapters as the gateway has them, towards one address, over a signed bus or an unsigned one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.ports import Deadline
from contracts.catalogue import Catalogue
from contracts.exchange import Attempt, Pending, Reply
from gateway.bus_signatures import Opener, make_wrap
from gateway.clock import now
from gateway.payload_signatures import make_check_payload, make_sign_payload
from gateway.signature_policy import make_message_policy
from signing.keys import SigningKey
from signing.policy import Policy
from signing.trust import TrustStore
from tests.bench.evidence import Sent, catalogue
from tests.bench.registries import BUS, OURS, PASSWORD, SENDER, Registries


@dataclass(frozen=True)
class BusKeys:
    """Of a signed bus: both sides' keys, and who is believed."""

    ours: SigningKey = field(repr=False)
    bus: SigningKey = field(repr=False)
    trust: TrustStore = field(repr=False)

    @classmethod
    def of(cls, registries: Registries, algorithm: str) -> BusKeys:
        ours, bus = (registries.load_key(role, algorithm) for role in (OURS, BUS))
        return cls(ours, bus, TrustStore.from_folder(registries.trust_folder))


@contextmanager
def adapters_at(url: str, keys: BusKeys | None = None, passports: Catalogue | None = None) -> Iterator[Adapters]:
    """The adapters; without keys nothing is signed and nothing is checked. `passports` are the shipped ones, else."""
    known = passports or catalogue()
    config = AdapterConfig(url, url, url, url, sender_id=SENDER, sender_password=PASSWORD)
    if keys is None:
        adapters = build_adapters(config, known, clock=now, new_id=lambda: str(uuid.uuid4()))
    else:
        trust = keys.trust
        documents = lambda at: Policy(trust, at)  # noqa: E731 - a port of one line
        adapters = build_adapters(
            config,
            known,
            clock=now,
            new_id=lambda: str(uuid.uuid4()),
            wrap=make_wrap(keys.ours),
            unwrap=Opener(make_message_policy(documents), None, "", {}, now).open,
            bus_signs=True,
            sign_payload=make_sign_payload(keys.ours),
            check_payload=make_check_payload(documents, {}, now),
        )
    try:
        yield adapters
    finally:
        adapters.close()


def ask(adapters: Adapters, sent: Sent) -> None:
    """Put the question again; raises where the answer is none, or is not vouched for on a signed bus."""
    attempts: list[Attempt] = []
    reply = adapters.ask(sent.passport, sent.question, deadline=Deadline(30), record=attempts.append)
    if not isinstance(reply, Reply):
        raise TypeError("a synchronous registry answers at once")


def ask_later(adapters: Adapters, sent: Sent) -> None:
    """Send the question, take the reply that the bus pushes, read it, and write the receipt."""
    attempts: list[Attempt] = []
    pending = adapters.ask(sent.passport, sent.question, deadline=Deadline(30), record=attempts.append)
    if not isinstance(pending, Pending) or pending.uncertain:
        raise TypeError("an asynchronous registry accepts")
    channel = adapters.shep_async
    arrival = channel.read_pushed(sent.pushed)
    if not isinstance(channel.read_reply(sent.passport, arrival), Reply):  # type: ignore[arg-type]
        raise TypeError("what was pushed is the answer")
    channel.answer_push(arrival)  # type: ignore[arg-type]
