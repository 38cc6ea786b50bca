"""Of those who ask the responder about one certificate at the same time one asks, and all are told what it was told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from signing.certificates import Certificate
from signing.errors import RevocationUnavailable
from signing.fetching import Fetch, FetchRequest, TooManyFetches, limit_fetches
from signing.revocation.responder import Responder, ResponderSettings
from signing.revocation.status import Answer, CertificateStatus
from tests.signing.pki import issuing, person, root
from tests.signing.revocation.asking import ask, with_serial
from tests.signing.revocation.fetching import Gate, Ticks
from tests.signing.revocation.making import YESTERDAY, Said, make_response

URL = "http://ocsp.test/"
OTHERS = 3
DEADLINE = 4.0


@dataclass
class Room:
    """Where the others wait: it tells when so many do, and lets them wait for real or not at all."""

    patient: bool = True
    seconds: list[float] = field(default_factory=list)
    full: threading.Event = field(default_factory=threading.Event)

    def __call__(self, over: threading.Event, seconds: float) -> bool:
        self.seconds.append(seconds)
        if len(self.seconds) == OTHERS:
            self.full.set()
        return over.wait(30) if self.patient else False


def responder(fetch: Fetch, room: Room, ticks: Ticks | None = None, **settings: Any) -> Responder:
    bounds = {"deadline_seconds": DEADLINE, "nonce_required": False}
    return Responder(ResponderSettings(URL, **(bounds | settings)), fetch, monotonic=ticks or Ticks(), wait=room)


def say(**changes: Any) -> bytes:
    return make_response(issuing(), [Said(person().certificate, issuing().certificate, **changes)])


@contextmanager
def asking(count: int, look_up: Callable[[], CertificateStatus]) -> Iterator[list[CertificateStatus]]:
    """So many threads, each of which looks up once; they have ended when the block is left."""
    told: list[CertificateStatus] = []
    threads = [threading.Thread(target=lambda: told.append(look_up())) for _ in range(count)]
    for one in threads:
        one.start()
    try:
        yield told
    finally:
        for one in threads:
            one.join()


@pytest.mark.parametrize("kept_seconds", [0.0, 60.0])
@pytest.mark.parametrize(
    ("answer", "make_document"),
    [
        (Answer.GOOD, say),
        (Answer.REVOKED, lambda: say(revoked=(YESTERDAY, 1))),
        (Answer.UNKNOWN, lambda: say(status="unknown")),
        (Answer.UNKNOWN, lambda: b"<html>"),
    ],
)
def test_one_asks_and_all_are_told_the_same(
    answer: Answer, make_document: Callable[[], bytes], kept_seconds: float
) -> None:
    gate, room = Gate(make_document()), Room()
    source = responder(gate, room, kept_seconds=kept_seconds)
    with asking(1 + OTHERS, lambda: ask(source)) as told:
        assert gate.entered.wait(10)
        assert room.full.wait(10)
        gate.opened.set()
    assert [one.answer for one in told] == [answer] * (1 + OTHERS)
    assert len(set(told)) == 1
    assert (gate.calls, room.seconds) == (1, [DEADLINE] * OTHERS)


def test_who_is_not_told_in_time_does_not_know_and_does_not_ask_too() -> None:
    gate, room = Gate(say()), Room(patient=False)
    source = responder(gate, room)
    with asking(1, lambda: ask(source)) as told:
        assert gate.entered.wait(10)
        status = ask(source)
        gate.opened.set()
    assert (status.answer, gate.calls) == (Answer.UNKNOWN, 1)
    assert status.reason == "The authority's responder was asked by another, who was not told in time."
    assert [one.answer for one in told] == [Answer.GOOD]


def test_who_asks_after_the_answer_asks_anew() -> None:
    gate, room = Gate(say()), Room()
    gate.opened.set()
    source = responder(gate, room)
    assert [ask(source).answer, ask(source).answer] == [Answer.GOOD] * 2
    assert (gate.calls, room.seconds) == (2, [])


def test_what_another_was_told_since_the_first_look_is_not_asked_again() -> None:
    gate = Gate(say())
    gate.opened.set()
    ticks, meanwhile = Ticks(), [False]

    def look_at_the_clock() -> float:
        if meanwhile[0]:
            meanwhile[0] = False
            ask(source)
        return ticks()

    settings = ResponderSettings(URL, kept_seconds=60.0, nonce_required=False)
    source = Responder(settings, gate, monotonic=look_at_the_clock)
    ask(source)
    ticks.seconds += 60
    meanwhile[0] = True
    assert ask(source).answer is Answer.GOOD
    assert gate.calls == 2


@pytest.mark.parametrize(
    "choose",
    [
        lambda: (with_serial(person().certificate, 99), issuing().certificate),
        lambda: (person().certificate, root().certificate),
    ],
)
def test_another_certificate_or_authority_is_asked_about_at_the_same_time(
    choose: Callable[[], tuple[Certificate, Certificate]],
) -> None:
    both = threading.Barrier(2)

    def meet(request: FetchRequest) -> bytes:
        both.wait(10)
        return say()

    source = responder(meet, Room(patient=False))
    with asking(1, lambda: ask(source)) as told:
        ask(source, *choose())
    assert [one.answer for one in told] == [Answer.GOOD]


def test_a_check_as_of_another_moment_is_another_question() -> None:
    both = threading.Barrier(2)

    def meet(request: FetchRequest) -> bytes:
        both.wait(10)
        return say()

    source = responder(meet, Room(patient=False))
    with asking(1, lambda: ask(source)) as told:
        assert ask(source, now=YESTERDAY).reason == "The responder's answer is of another time."
    assert [one.answer for one in told] == [Answer.GOOD]


def test_an_error_of_the_one_who_asks_leaves_nobody_waiting_and_the_next_one_asks() -> None:
    room = Room()

    def break_off(request: FetchRequest) -> bytes:
        assert room.full.wait(10)
        raise KeyboardInterrupt

    fetch: list[Fetch] = [break_off, lambda request: say()]
    source = responder(lambda request: fetch[0](request), room)
    interrupted: list[bool] = []

    def look_up() -> CertificateStatus | None:
        try:
            return ask(source)
        except KeyboardInterrupt:
            interrupted.append(True)
            return None

    told: list[CertificateStatus | None] = []
    threads = [threading.Thread(target=lambda: told.append(look_up())) for _ in range(1 + OTHERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert interrupted == [True]
    assert [one.answer for one in told if one is not None] == [Answer.UNKNOWN] * OTHERS
    fetch.pop(0)
    assert ask(source).answer is Answer.GOOD


def test_without_a_place_the_responder_is_not_asked_and_not_left_alone_afterwards() -> None:
    def refuse(request: FetchRequest) -> bytes:
        raise TooManyFetches("too many services are being asked at this moment")

    fetch: list[Fetch] = [refuse, lambda request: say()]
    source = responder(lambda request: fetch[0](request), Room())
    status = ask(source)
    assert status.answer is Answer.UNKNOWN
    assert status.reason == "The authority's responder was not asked: too many services are being asked at this moment."
    fetch.pop(0)
    assert ask(source).answer is Answer.GOOD


def test_that_there_was_no_place_is_not_kept_of_an_authority() -> None:
    asked: list[FetchRequest] = []

    def refuse(request: FetchRequest) -> bytes:
        asked.append(request)
        raise TooManyFetches("too many services are being asked at this moment")

    source = responder(refuse, Room(), kept_seconds=60.0)
    for _ in range(3):
        assert ask(source, issuing().certificate, root().certificate).answer is Answer.UNKNOWN
    assert len(asked) == 3


def test_more_than_there_are_places_for_are_refused_at_once_and_a_place_is_given_back() -> None:
    gate = Gate(b"bytes")
    request = FetchRequest(URL, 100, DEADLINE)
    inside = threading.Barrier(3)

    def enter(request: FetchRequest) -> bytes:
        inside.wait(10)
        return gate(request)

    fetch = limit_fetches(enter, 2)
    threads = [threading.Thread(target=fetch, args=(request,)) for _ in range(2)]
    for one in threads:
        one.start()
    inside.wait(10)
    with pytest.raises(TooManyFetches, match="too many services are being asked at this moment"):
        fetch(request)
    gate.opened.set()
    for one in threads:
        one.join()
    assert gate.calls == 2


def test_a_fetch_that_fails_gives_its_place_back() -> None:
    def fail(request: FetchRequest) -> bytes:
        raise RevocationUnavailable("the service gave no whole answer in time")

    fetch = limit_fetches(fail, 1)
    for _ in range(3):
        with pytest.raises(RevocationUnavailable, match="in time"):
            fetch(FetchRequest(URL, 100, DEADLINE))


@pytest.mark.parametrize("places", [0, -1])
def test_there_is_a_place_for_one_fetch_at_least(places: int) -> None:
    with pytest.raises(ValueError, match="one fetch at least"):
        limit_fetches(Gate(b""), places)
