"""Signing by one-time code, over a real store and a phone of the test's: what signs, what is refused, what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from contracts.errors import CallerError, Conflict, DeliveryFailed, InvalidInput, NotFound, SignatureRefused
from gateway.intake.submit import Receipt, SubmitRequest
from gateway.store.database import Database
from tests.gateway.intake.code_desk import OTP, PHONE, Desk, codes_of, wrong
from tests.gateway.sample_case import APPLICANT_IIN, NOW, encode, make_application, make_body
from tests.support.databases import POSTGRESQL, SQLITE, open_url


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with open_url(request.param, tmp_path) as url, Database(url) as database:
        yield Desk(database)


def named(name: str) -> dict[str, Any]:
    """Another application of the same applicant."""
    application = make_application()
    application["applicant"]["name"] = name
    return application


def test_the_code_of_the_message_signs_the_exact_application_and_its_evidence_is_kept(desk: Desk) -> None:
    waiting = desk.begin("key-1")
    assert waiting.phone == "+7******0001"
    assert waiting.expires_at == NOW + timedelta(minutes=5)
    assert desk.messages[0].phone == PHONE
    assert desk.count("applications") == 0
    desk.now += timedelta(minutes=1)
    receipt = desk.confirm(waiting)
    stored = receipt.application
    assert (receipt.fresh, stored.id, stored.body) == (True, waiting.application_id, encode(make_application()))
    assert stored.received_at == NOW + timedelta(minutes=1), "the moment of the signature, not of the draft"
    verdict = stored.verdict
    assert (verdict["method"], verdict["signed_by"], verdict["phone"]) == ("otp", "applicant", "+7******0001")
    assert (verdict["phone_base_answer"], verdict["message_receipt"]) == ("answer-1", "gw-1")
    assert desk.code not in json.dumps(verdict)
    assert desk.count("waiting_codes") == 0, "what waited is forgotten"


def test_an_answer_that_was_lost_is_given_again_and_nothing_is_committed_twice(desk: Desk) -> None:
    waiting = desk.begin("key-1")
    first = desk.confirm(waiting)
    again = desk.confirm(waiting)
    assert (again.fresh, again.application.id) == (False, first.application.id)
    repeated = desk.submit(SubmitRequest(make_body(signature=OTP), "key-1"), desk.portal)
    assert isinstance(repeated, Receipt)
    assert repeated.application.id == first.application.id
    assert desk.count("applications") == 1


def test_the_same_key_waits_once_and_sends_one_message(desk: Desk) -> None:
    first, second = desk.begin("key-1"), desk.begin("key-1")
    assert (first, len(desk.messages)) == (second, 1)
    with pytest.raises(Conflict):
        desk.begin("key-1", named("Алия"))


def test_the_same_request_twice_at_once_is_told_of_the_one_code(desk: Desk) -> None:
    """A caller that hears nothing for a while sends it again, while the first one still asks for the phone."""
    desk.meet = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: desk.begin("key-1"), range(2))
    assert (first, len(desk.messages), desk.count("waiting_codes")) == (second, 1, 1)


def test_another_request_under_the_key_at_once_is_a_conflict(desk: Desk) -> None:
    desk.meet = Barrier(2)

    def begin(name: str) -> bool:
        try:
            return bool(desk.begin("key-1", named(name)))
        except Conflict:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin, ["Алия", "Дана"])) == [False, True]


def test_a_wrong_a_late_a_burned_and_an_earlier_code_are_refused_in_the_same_words(desk: Desk) -> None:
    waiting = desk.begin()
    told = {desk.refuse(waiting, wrong(desk.code))}
    desk.now += timedelta(minutes=5, seconds=1)
    told.add(desk.refuse(waiting))
    earlier = desk.code
    waiting = desk.resend(waiting)
    if earlier != desk.code:
        told.add(desk.refuse(waiting, earlier))
    for _ in range(5):
        told.add(desk.refuse(waiting, wrong(desk.code)))
    told.add(desk.refuse(waiting))
    assert len(told) == 1
    assert desk.count("applications") == 0


def test_five_tries_burn_a_code_however_they_come(desk: Desk) -> None:
    waiting = desk.begin()
    code = desk.code
    guesses = [guess for n in range(40) if (guess := f"{n:06d}") != code]

    def guess_at(one: str) -> str:
        try:
            desk.confirm(waiting, one)
        except SignatureRefused as error:
            return error.public_code
        return "signed"

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess_at, guesses)) == {"otp-refused"}
    assert guess_at(code) == "otp-refused"


def test_a_code_signs_once_however_many_come_at_once(desk: Desk) -> None:
    waiting = desk.begin()
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: desk.confirm(waiting), range(4)))
    assert [receipt.fresh for receipt in receipts].count(True) == 1
    assert {receipt.application.id for receipt in receipts} == {waiting.application_id}
    assert desk.count("applications") == 1


def test_another_code_waits_a_minute_and_comes_three_times(desk: Desk) -> None:
    waiting = desk.begin()
    with pytest.raises(CallerError) as early:
        desk.resend(waiting)
    assert codes_of(early.value) == ["otp-limit"]
    left = []
    for _ in range(3):
        desk.now += timedelta(seconds=61)
        left.append(desk.resend(waiting).resends_left)
    assert left == [2, 1, 0]
    desk.now += timedelta(seconds=61)
    with pytest.raises(CallerError) as often:
        desk.resend(waiting)
    assert (often.value.http_status, codes_of(often.value)) == (429, ["otp-limit"])
    assert len(desk.messages) == len({message.id for message in desk.messages}) == 4
    assert desk.confirm(waiting).fresh


def test_a_day_has_an_end_for_an_iin_and_for_a_phone_and_the_next_day_begins_anew(desk: Desk) -> None:
    for _ in range(10):
        desk.begin()
    with pytest.raises(CallerError) as caught:
        desk.begin()
    assert codes_of(caught.value) == ["otp-limit"]
    assert desk.asked == 10, "whose phone it is cannot be tried out either"
    desk.now += timedelta(days=1)
    assert desk.begin().application_id


def test_a_phone_that_is_not_the_applicants_gets_no_code_and_the_way_out_is_named(desk: Desk) -> None:
    desk.bound = False
    with pytest.raises(CallerError) as caught:
        desk.begin("key-1")
    (problem,) = caught.value.problems
    assert (problem.code, problem.pointer) == ("otp-phone-not-bound", "/application/applicant/phone")
    assert "EDS" in problem.detail
    assert "bmg.gov.kz" in problem.detail
    assert (desk.messages, desk.count("waiting_codes")) == ([], 0)


def test_a_message_that_cannot_be_sent_leaves_nothing_waiting_and_the_key_free(desk: Desk) -> None:
    desk.out = True
    with pytest.raises(DeliveryFailed):
        desk.begin("key-1")
    assert desk.count("waiting_codes") == 0
    desk.out = False
    assert desk.confirm(desk.begin("key-1")).fresh


def test_nobody_elses_application_is_there(desk: Desk) -> None:
    waiting = desk.begin()
    with pytest.raises(NotFound):
        desk.submit.confirm_code(waiting.application_id, desk.code, desk.other)
    with pytest.raises(NotFound):
        desk.submit.resend_code(waiting.application_id, desk.other)
    with pytest.raises(NotFound):
        desk.submit.confirm_code(f"app_{'0' * 24}", "000000", desk.portal)
    desk.confirm(waiting)
    with pytest.raises(NotFound):
        desk.submit.confirm_code(waiting.application_id, desk.code, desk.other)


def test_what_nobody_signed_is_forgotten_after_a_day_whether_or_not_another_begins(desk: Desk) -> None:
    waiting = desk.begin("key-1")
    desk.now += timedelta(days=1, minutes=1)
    for call in (desk.resend, desk.confirm):
        with pytest.raises(NotFound):
            call(waiting)
    assert desk.begin("key-1", named("Алия")).application_id != waiting.application_id
    assert desk.count("waiting_codes") == 1
    desk.now += timedelta(days=1, minutes=1)
    assert desk.submit.codes is not None
    desk.submit.codes.forget_old()
    assert desk.count("waiting_codes") == 0


def test_nothing_at_rest_says_the_code_the_phone_or_the_applicant(desk: Desk) -> None:
    desk.begin()
    rows = desk.read("waiting_codes") + desk.read("code_sends")
    assert len(rows) == 2
    for secret in (desk.code, PHONE, APPLICANT_IIN):
        assert not any(secret in row for row in rows)


def test_content_that_is_not_sound_gets_no_code(desk: Desk) -> None:
    broken = make_application()
    broken["consents"]["verification"] = False
    with pytest.raises(CallerError) as caught:
        desk.begin("", broken)
    assert codes_of(caught.value) == ["consent-missing"]
    assert (desk.asked, desk.messages) == (0, [])


def test_a_code_goes_nowhere_where_the_application_names_no_phone(desk: Desk) -> None:
    application = make_application()
    application["applicant"].pop("phone")
    with pytest.raises(InvalidInput) as refused:
        desk.begin(application=application)
    assert refused.value.public_code == "phone-missing"
    assert desk.asked == 0
    assert desk.messages == []
