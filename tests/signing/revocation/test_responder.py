"""A responder is asked with a new nonce each time, good answers may serve again for seconds, and faults are told."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import ocsp

from signing.errors import RevocationUnavailable
from signing.fetching import FetchRequest
from signing.revocation.responder import Responder, ResponderSettings, draw_nonce
from signing.revocation.status import Answer
from tests.signing.pki import AT, gost_issuing, gost_person, issuing, person, root
from tests.signing.revocation.asking import ask, with_serial
from tests.signing.revocation.fetching import Ticks
from tests.signing.revocation.making import YESTERDAY, Said, make_error, make_responder, make_response

URL = "http://ocsp.test/"
MINUTE = timedelta(minutes=1)


@dataclass
class Authority:
    """A `Fetch` that answers what it is asked, in the name of both test authorities."""

    revoked: Any = None
    status: str = "good"
    nonce: bytes | None = None
    """What to repeat instead of the asker's."""
    asked: list[FetchRequest] = field(default_factory=list)

    def __call__(self, request: FetchRequest) -> bytes:
        assert request.body is not None
        self.asked.append(request)
        question = ocsp.OCSPRequest.load(request.body, strict=True)
        number = question["tbs_request"]["request_list"][0]["req_cert"]["serial_number"].native
        is_gost = number == gost_person().certificate.serial_number
        issuer, subject = (gost_issuing(), gost_person()) if is_gost else (issuing(), person())
        said = Said(
            with_serial(subject.certificate, number), issuer.certificate, status=self.status, revoked=self.revoked
        )
        nonce = self.nonce or question.nonce_value.native
        return make_response(make_responder(issuer=issuer), [said], nonce=nonce)


def responder(authority: Callable[[FetchRequest], bytes], ticks: Ticks | None = None, **settings: Any) -> Responder:
    numbers = itertools.count(1)
    return Responder(
        ResponderSettings(URL, **settings),
        authority,
        new_nonce=lambda: next(numbers).to_bytes(16),
        monotonic=ticks or Ticks(),
    )


def test_good_and_revoked_are_what_the_responder_says() -> None:
    assert ask(responder(Authority())).answer is Answer.GOOD
    status = ask(responder(Authority(revoked=(YESTERDAY, 1))))
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, YESTERDAY)


def test_a_gost_responder_is_believed_too() -> None:
    assert ask(responder(Authority()), gost_person().certificate, gost_issuing().certificate).answer is Answer.GOOD


def test_the_configured_address_is_asked_and_no_other() -> None:
    authority = Authority()
    ask(responder(authority, deadline_seconds=3.0))
    [request] = authority.asked
    assert (request.url, request.content_type, request.deadline_seconds) == (URL, "application/ocsp-request", 3.0)


def test_each_question_has_a_nonce_of_its_own() -> None:
    authority = Authority()
    source = responder(authority)
    ask(source)
    ask(source)
    bodies = [request.body for request in authority.asked]
    assert len(set(bodies)) == 2
    assert len({draw_nonce() for _ in range(100)}) == 100


def test_an_answer_to_an_earlier_question_is_unknown() -> None:
    replayed = Authority(nonce=(1).to_bytes(16))
    source = responder(replayed)
    assert ask(source).answer is Answer.GOOD
    assert ask(source).reason == "The responder's answer is not to this question."


def test_no_answer_is_unknown_and_says_why() -> None:
    def fail(request: FetchRequest) -> bytes:
        raise RevocationUnavailable("the service gave no whole answer in time")

    status = ask(responder(fail))
    assert status.answer is Answer.UNKNOWN
    assert status.reason == "The authority's responder was no help: the service gave no whole answer in time."


def test_try_later_is_unknown_and_says_so() -> None:
    status = ask(responder(lambda request: make_error("try_later")))
    assert status.reason == "The authority's responder was no help: the responder could not answer: try later."


def test_rubbish_is_unknown() -> None:
    assert ask(responder(lambda request: b"<html>")).answer is Answer.UNKNOWN


def test_an_answer_of_now_says_nothing_about_a_check_as_of_another_day() -> None:
    assert ask(responder(Authority()), now=YESTERDAY).answer is Answer.UNKNOWN


def test_by_itself_nothing_is_kept() -> None:
    authority = Authority()
    source = responder(authority)
    ask(source)
    authority.revoked = (YESTERDAY, 1)
    assert ask(source).answer is Answer.REVOKED


def test_a_good_answer_serves_again_for_the_configured_seconds() -> None:
    authority, ticks = Authority(), Ticks()
    source = responder(authority, ticks, kept_seconds=60.0)
    ask(source)
    authority.revoked = (YESTERDAY, 1)
    ticks.seconds += 59
    assert ask(source).answer is Answer.GOOD
    assert len(authority.asked) == 1
    ticks.seconds += 1
    assert ask(source).answer is Answer.REVOKED


def test_a_kept_answer_is_about_one_certificate_of_one_authority() -> None:
    authority = Authority()
    source = responder(authority, kept_seconds=60.0)
    ask(source)
    authority.revoked = (YESTERDAY, 1)
    assert ask(source, with_serial(person().certificate, 99)).answer is Answer.REVOKED
    same_number = with_serial(gost_person().certificate, person().certificate.serial_number)
    assert ask(source, same_number, gost_issuing().certificate).answer is Answer.UNKNOWN
    assert ask(source).answer is Answer.GOOD


def test_a_kept_answer_does_not_serve_a_check_as_of_another_moment() -> None:
    authority = Authority()
    source = responder(authority, kept_seconds=60.0)
    assert ask(source).answer is Answer.GOOD
    assert ask(source, now=AT + 6 * MINUTE).answer is Answer.UNKNOWN
    assert ask(source, now=YESTERDAY).answer is Answer.UNKNOWN


@pytest.mark.parametrize("authority", [Authority(revoked=(YESTERDAY, 6)), Authority(status="unknown")])
def test_only_good_answers_are_kept(authority: Authority) -> None:
    source = responder(authority, kept_seconds=60.0)
    assert ask(source).answer is not Answer.GOOD
    authority.revoked, authority.status = None, "good"
    assert ask(source).answer is Answer.GOOD


def test_of_an_authority_it_is_kept_that_the_responder_is_no_help() -> None:
    """It is above every signer, and often the roots have no responder."""
    asked: list[FetchRequest] = []

    def fail(request: FetchRequest) -> bytes:
        asked.append(request)
        return make_error("unauthorized")

    ticks = Ticks()
    source = responder(fail, ticks, kept_seconds=60.0)
    for _ in range(3):
        assert ask(source, issuing().certificate, root().certificate).answer is Answer.UNKNOWN
    assert len(asked) == 1
    ticks.seconds += 60
    ask(source, issuing().certificate, root().certificate)
    assert len(asked) == 2


@pytest.mark.parametrize("seconds", [-1.0, 301.0])
def test_good_answers_are_not_kept_longer_than_they_are_fresh(seconds: float) -> None:
    with pytest.raises(ValueError, match="as they are fresh"):
        ResponderSettings(URL, kept_seconds=seconds)


def test_the_answers_kept_are_bounded_in_number() -> None:
    authority = Authority()
    source = responder(authority, kept_seconds=60.0, most_kept=2)
    people = [with_serial(person().certificate, number) for number in (1, 2, 3)]
    for one in people:
        ask(source, one)
    for one in reversed(people):
        ask(source, one)
    numbers = len(authority.asked)
    assert numbers == 4, "the first of the three was asked about again"
