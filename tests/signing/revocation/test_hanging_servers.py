"""A server that hangs or talks nonsense costs one deadline, not one for each who asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from signing.certificates import Certificate
from signing.errors import RevocationUnavailable
from signing.fetching import AnsweredWithStatus, FetchRequest
from signing.revocation.assembling import RevocationConfig, build_sources
from signing.revocation.kept_lists import KeptLists
from signing.revocation.responder import Responder, ResponderSettings
from signing.revocation.shelf import FetchRules, ListAddress
from signing.revocation.status import Answer
from tests.signing.pki import gost_issuing, gost_person, issuing, person, root
from tests.signing.revocation.asking import ask, with_serial
from tests.signing.revocation.fetching import Published, Ticks
from tests.signing.revocation.making import Said, make_error, make_list, make_response

URL, CRL = "http://ocsp.test/", "http://crl.test/full.crl"
SIGNERS = 16
DEADLINE, PAUSE, RETRY = 5.0, 10.0, 60.0
Behave = Callable[[], bytes]


@dataclass
class Server:
    """A `Fetch` whose clock stands while it answers, and runs to the deadline while it hangs."""

    ticks: Ticks = field(default_factory=Ticks)
    behave: Behave | None = None
    """None: it hangs."""
    calls: int = 0

    def __call__(self, request: FetchRequest) -> bytes:
        self.calls += 1
        if self.behave is not None:
            return self.behave()
        self.ticks.seconds += request.deadline_seconds
        raise RevocationUnavailable("the service gave no whole answer in time")


def responder(server: Server, **settings: Any) -> Responder:
    bounds = {"deadline_seconds": DEADLINE, "pause_seconds": PAUSE, "nonce_required": False}
    return Responder(ResponderSettings(URL, **(bounds | settings)), server, monotonic=server.ticks)


def signers() -> list[Certificate]:
    return [with_serial(person().certificate, number) for number in range(1, SIGNERS + 1)]


def break_down() -> bytes:
    raise AnsweredWithStatus("the service answered with status 500")


def tell_nonsense() -> bytes:
    return b"<html>"


def say_good() -> bytes:
    return make_response(issuing(), [Said(person().certificate, issuing().certificate)])


def test_a_responder_that_hangs_costs_many_signers_one_deadline() -> None:
    server = Server()
    source, began = responder(server), server.ticks.seconds
    statuses = [ask(source, one) for one in signers()]
    statuses.append(ask(source, issuing().certificate, root().certificate))
    statuses.append(ask(source, gost_person().certificate, gost_issuing().certificate))
    assert {one.answer for one in statuses} == {Answer.UNKNOWN}
    assert (server.calls, server.ticks.seconds - began) == (1, DEADLINE)
    assert statuses[-1].reason == (
        "The authority's responder was no help a moment ago: the service gave no whole answer in time."
    )


def test_a_responder_is_asked_again_after_the_pause_which_begins_with_the_failure() -> None:
    server = Server()
    source = responder(server)
    ask(source)
    server.behave = say_good
    server.ticks.seconds += PAUSE - 1
    assert ask(source).answer is Answer.UNKNOWN
    server.ticks.seconds += 1
    assert ask(source).answer is Answer.GOOD
    assert server.calls == 2


@pytest.mark.parametrize("behave", [break_down, tell_nonsense])
def test_a_responder_that_breaks_over_one_authority_is_left_alone_with_it_and_asked_about_others(
    behave: Behave,
) -> None:
    """Many have no answer for the root above the authority that they speak for."""
    server = Server(behave=behave)
    source = responder(server)
    for _ in range(SIGNERS):
        assert ask(source, issuing().certificate, root().certificate).answer is Answer.UNKNOWN
    assert server.calls == 1
    server.behave = say_good
    assert ask(source).answer is Answer.GOOD


@pytest.mark.parametrize("status", ["unauthorized", "try_later", "malformed_request"])
def test_a_responder_that_declines_one_question_is_asked_the_next(status: str) -> None:
    server = Server(behave=lambda: make_error(status))
    source = responder(server)
    assert ask(source, signers()[0]).answer is Answer.UNKNOWN
    server.behave = say_good
    assert ask(source).answer is Answer.GOOD


def test_a_good_answer_that_is_kept_serves_during_the_pause() -> None:
    server = Server(behave=say_good)
    source = responder(server, kept_seconds=60.0)
    ask(source)
    server.behave = None
    assert ask(source, signers()[0]).answer is Answer.UNKNOWN
    assert ask(source).answer is Answer.GOOD


def test_what_was_not_asked_because_of_a_pause_is_not_kept_longer_than_the_pause() -> None:
    server = Server()
    source = responder(server, kept_seconds=60.0)
    ask(source)
    ask(source, issuing().certificate, root().certificate)
    server.ticks.seconds += PAUSE
    ask(source, issuing().certificate, root().certificate)
    assert server.calls == 2


def test_without_a_pause_each_asks_anew() -> None:
    server = Server()
    source = responder(server, pause_seconds=0.0)
    for one in signers():
        ask(source, one)
    assert server.calls == SIGNERS


def kept(folder: Path, fetch: Callable[[FetchRequest], bytes], ticks: Ticks) -> KeptLists:
    """The deadline is as long as the pause."""
    rules = FetchRules(deadline_seconds=RETRY, retry_seconds=RETRY, wait_seconds=30.0)
    return KeptLists([ListAddress(CRL)], folder, fetch, rules=rules, monotonic=ticks)


def test_a_list_that_hangs_is_tried_again_only_after_a_pause_that_begins_with_the_failure(tmp_path: Path) -> None:
    server = Server()
    source, began = kept(tmp_path, server, server.ticks), server.ticks.seconds
    for _ in range(SIGNERS):
        assert ask(source).answer is Answer.UNKNOWN
    assert (server.calls, server.ticks.seconds - began) == (1, RETRY)
    server.behave = lambda: make_list(issuing())
    server.ticks.seconds += RETRY - 1
    assert ask(source).answer is Answer.UNKNOWN
    server.ticks.seconds += 1
    assert ask(source).answer is Answer.GOOD


def test_who_waited_for_a_download_that_failed_does_not_wait_for_another(tmp_path: Path) -> None:
    ticks = Ticks()
    entered, over = threading.Event(), threading.Event()
    calls: list[FetchRequest] = []

    def hang(request: FetchRequest) -> bytes:
        calls.append(request)
        entered.set()
        over.wait(30)
        ticks.seconds += request.deadline_seconds
        raise RevocationUnavailable("the service gave no whole answer in time")

    source = kept(tmp_path, hang, ticks)
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(source).answer)) for _ in range(4)]
    for one in threads:
        one.start()
    assert entered.wait(10)
    over.set()
    for one in threads:
        one.join()
    assert (answers, len(calls)) == ([Answer.UNKNOWN] * 4, 1)


def test_by_default_one_who_hands_an_application_in_does_not_wait_long(tmp_path: Path) -> None:
    published = Published()
    for one in build_sources(RevocationConfig(ocsp_url=URL, crl_urls=(CRL,), cache_folder=tmp_path), published):
        ask(one)
        ask(one)
    assert [(one.url, one.deadline_seconds) for one in published.asked] == [(URL, 5.0), (CRL, 15.0)]
