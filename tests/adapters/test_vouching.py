"""Whose signature stands for a reply: what is expected, and what an unsigned message is worth.

The signature is a fake of the port: a leading comment stands for one that holds, or for one that does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.ports import Deadline, Opened
from contracts.errors import RegistryFailed, UntrustedAnswer
from contracts.exchange import Arrival, Reply
from contracts.passport import Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import FOUND, Rig, answer, arrived, fault, question, rig, take
from tests.adapters.stub_server import always, http, serving

SIGNED, BROKEN = b"<!--SIGNED-->", b"<!--BROKEN-->"
DATA = f"<data>{FOUND}</data>".encode()
RECEIPT = (
    b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><a:sendMessageResponse'
    b' xmlns:a="http://bip.bee.kz/AsyncChannel/v10/Types"><response><messageId>m</messageId>'
    b"<correlationId>chain-1</correlationId></response></a:sendMessageResponse></S:Body></S:Envelope>"
)


class Seal:
    """Wraps and unwraps; remembers whose signature was expected."""

    def __init__(self) -> None:
        self.expected: list[str] = []

    def unwrap(self, message: bytes, registry: str) -> Opened:
        self.expected.append(registry)
        if message.startswith(BROKEN):
            raise UntrustedAnswer("the signature does not hold")
        return Opened(message.removeprefix(SIGNED), signed=message.startswith(SIGNED))


def open_rig(small: Passport, url: str, seal: Seal, *, bus_signs: bool = True, **given: Any) -> Rig:
    return rig(catalogue_of(small), url, unwrap=seal.unwrap, bus_signs=bus_signs, **given)


def ask(reply: bytes, *, seal: Seal | None = None, bus_signs: bool = True, **changed: Any) -> Reply:
    return ask_as(passport(**changed), reply, seal=seal, bus_signs=bus_signs)


def ask_as(small: Passport, reply: bytes, *, seal: Seal | None = None, bus_signs: bool = True) -> Reply:
    with serving(always(http(200, reply))) as server:
        made = open_rig(small, server.url, seal or Seal(), bus_signs=bus_signs)
        try:
            got = made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        finally:
            made.adapters.close()
    assert isinstance(got, Reply)
    return got


def test_a_signed_reply_is_vouched_for_by_the_bus() -> None:
    seal = Seal()
    assert ask(SIGNED + answer(FOUND), seal=seal).vouched_by == ("bus",)
    assert seal.expected == [""]


def test_an_unsigned_reply_is_no_answer_where_the_bus_should_sign() -> None:
    with pytest.raises(UntrustedAnswer, match="not signed"):
        ask(answer(FOUND))


def test_an_unsigned_reply_counts_where_nobody_signs_and_nobody_vouches_for_it() -> None:
    assert ask(answer(FOUND), bus_signs=False).vouched_by == ()
    assert ask(answer(FOUND), signature="none").vouched_by == ()


@pytest.mark.parametrize("whose", ["bus", "registry", "none"])
@pytest.mark.parametrize("bus_signs", [True, False])
def test_a_signature_that_does_not_hold_is_refused_whether_one_is_expected_or_not(whose: str, bus_signs: bool) -> None:
    with pytest.raises(UntrustedAnswer, match="does not hold"):
        ask(BROKEN + answer(FOUND), signature=whose, bus_signs=bus_signs)


def test_an_envelope_that_the_registry_signs_itself_is_looked_at_as_its_own() -> None:
    seal = Seal()
    assert ask(SIGNED + answer(FOUND), seal=seal, signature="registry").vouched_by == ("registry",)
    assert seal.expected == ["small"]
    with pytest.raises(UntrustedAnswer, match="not signed"):
        ask(answer(FOUND), signature="registry")


def test_a_registrys_own_signature_inside_does_not_spare_the_envelopes() -> None:
    """Codes and faults stand outside of the document that the registry signs."""
    inside = passport().reply.model_dump(by_alias=True, exclude_unset=True) | {"signed": True}
    for told in (answer(FOUND), fault("NOTHING"), answer("", status="SCSE001")):
        with pytest.raises(UntrustedAnswer):
            ask_as(passport(signature="registry", reply=inside), told)


def test_over_shep_silence_means_that_the_bus_signs_and_only_a_word_that_nobody_does() -> None:
    assert passport().signature == "bus"
    assert passport(signature="none").signature == "none"


def test_an_asynchronous_registry_that_signs_envelopes_itself_is_no_passport() -> None:
    with pytest.raises(ValueError, match="signs its reply's document"):
        late(signature="registry")


def test_an_unsigned_fault_may_be_a_failure_but_never_no_record() -> None:
    with pytest.raises(RegistryFailed):
        ask(fault("999"))
    with pytest.raises(UntrustedAnswer):
        ask(fault("NOTHING"))
    told = ask(SIGNED + fault("NOTHING"))
    assert (told.outcome, told.vouched_by) == ("no_record", ("bus",))


def late(**changed: Any) -> Passport:
    return passport(**{"protocol": "shep-async", "service_id": "SMALL", **changed})


def channel(small: Passport, seal: Seal, url: str = "http://127.0.0.1:9/", **given: Any) -> Any:
    return open_rig(small, url, seal, **given).adapters.shep_async


def test_a_pushed_message_carries_who_vouched_for_it_into_the_reply() -> None:
    small, seal = late(), Seal()
    bus = channel(small, seal)
    arrival: Arrival = take(bus, SIGNED + arrived(DATA))
    assert (arrival.vouched_by, arrival.raw) == (("bus",), SIGNED + arrived(DATA))
    reply = bus.read_reply(small, arrival)
    assert reply is not None and reply.vouched_by == ("bus",)


def test_an_unsigned_push_is_not_taken_where_the_bus_signs() -> None:
    with pytest.raises(UntrustedAnswer, match="not signed"):
        take(channel(late(), Seal()), arrived(DATA))
    unsigned = take(channel(late(), Seal(), bus_signs=False), arrived(DATA))
    assert unsigned.vouched_by == ()


def over_the_wire(reply: bytes, call: Callable[[Any], Any]) -> Any:
    small, seal = late(), Seal()
    with serving(always(http(200, reply))) as server:
        made = open_rig(small, server.url, seal)
        try:
            return call(made.adapters.shep_async)
        finally:
            made.adapters.close()


def send(bus: Any) -> Any:
    return bus.ask(late(), question(), deadline=Deadline(10), record=lambda attempt: None)


def test_an_unsigned_acceptance_is_none() -> None:
    assert over_the_wire(SIGNED + RECEIPT, send).correlation_id == "chain-1"
    with pytest.raises(UntrustedAnswer):
        over_the_wire(RECEIPT, send)


FETCHED = (
    b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><a:getMessagesResponse'
    b' xmlns:a="http://bip.bee.kz/AsyncChannel/v10/Types"><response><messages><messageInfo><messageId>m-1</messageId>'
    b"<correlationId>c</correlationId><serviceId>SMALL</serviceId><messageType>RESPONSE</messageType></messageInfo>"
    b"<messageData>" + DATA + b"</messageData></messages></response></a:getMessagesResponse></S:Body></S:Envelope>"
)


def test_fetched_messages_are_vouched_for_by_the_envelope_that_they_came_in() -> None:
    def fetch(bus: Any) -> Any:
        (one,) = bus.fetch("SMALL", Deadline(10))
        return one, bus.read_reply(late(), one)

    arrival, reply = over_the_wire(SIGNED + FETCHED, fetch)
    assert (arrival.vouched_by, reply.vouched_by) == (("bus",), ("bus",))
    with pytest.raises(UntrustedAnswer):
        over_the_wire(FETCHED, fetch)


def test_what_is_sent_is_what_was_wrapped_and_retries_send_the_very_same_bytes() -> None:
    wrapped: list[bytes] = []

    def wrap(envelope: bytes) -> bytes:
        wrapped.append(envelope)
        return SIGNED + str(len(wrapped)).encode() + envelope

    small = passport(signature="none", limits={"tries": 3})
    with serving(always(http(200, answer(FOUND, status="SCSE003")))) as server:
        made = open_rig(small, server.url, Seal(), wrap=wrap)
        with pytest.raises(RegistryFailed):
            made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    assert len(wrapped) == 1
    assert [each.body for each in server.asked] == [SIGNED + b"1" + wrapped[0]] * 3
