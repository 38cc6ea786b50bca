"""The end of the road over the wire: decision after a hearing, withdrawal, complaint, and asking again by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.house import OVER
from tests.support.time_house import SPECIALIST, Case, TimeHouse

VEHICLES = "mvd-vehicles"
REASON = "income-above-line"


def registered_case(times: TimeHouse) -> Case:
    case = times.submit(times.family(), times.portal)
    times.settle()
    assert case.status() == OVER
    return case


def refused(case: Case, path: str, **body: Any) -> tuple[int, str]:
    answer = case.house.provider.call("POST", f"/v1/applications/{case.id}{path}", json={"acted_by": SPECIALIST} | body)
    problems = answer.json()["problems"]
    return answer.status_code, problems[0]["code"] if problems else answer.json()["code"]


def read_all_notices(case: Case) -> None:
    """Each notice can be read by its applicant, and printed."""
    for notice in case.notices():
        assert notice["paragraphs"]
        path = f"/v1/applications/{case.id}/notices/{notice['n']}"
        printed = case.house.portal.call("GET", path, headers={"Accept": "application/pdf"})
        assert printed.content.startswith(b"%PDF-"), printed.text


def test_a_refusal_goes_through_a_hearing_and_every_step_is_told_to_the_applicant(times: TimeHouse) -> None:
    case = registered_case(times)
    decision: dict[str, Any] = {"outcome": "refused", "reasons": [REASON], "number": "5-АСП"}
    assert refused(case, "/decision", **decision)[0] == 409
    early = refused(case, "/decision", **decision, preliminary=True, hearing_on="2026-10-07")
    assert early[0] == 422
    told = case.post("/decision", **decision, preliminary=True)
    assert told["hearing_on"] == "2026-10-08"
    times.settle()
    assert (case.status(), case.get()["until"]) == ("preliminary_refusal", "2026-10-08")
    assert ("hold_hearing", "hearing") in case.tasks()
    assert refused(case, "/decision", **decision)[0] == 409
    times.step(timedelta(days=3))
    case.post("/hearing", record="Заявитель пояснил доходы семьи.")
    final = case.post("/decision", **decision)
    assert (final["outcome"], [one["code"] for one in final["reasons"]]) == ("refused", [REASON])
    times.settle()
    status = case.get()
    assert (status["status"]["code"], status["whose_move"]["code"]) == ("refused", "nobody")
    assert [one["code"] for one in times.portal.get(f"/v1/applications/{case.id}")["reasons"]] == [REASON]
    assert case.notice_kinds() == ["preliminary_refusal", "decision_refused"]
    read_all_notices(case)
    # The record of the hearing is nobody's but the provider's.
    assert "пояснил" not in str(times.portal.get(f"/v1/applications/{case.id}/events"))
    assert refused(case, "/decision", **decision)[0] == 409
    assert len(times.phones()) == 2


def test_an_approval_needs_no_hearing_and_nobody_decides_before_the_package_is_registered(times: TimeHouse) -> None:
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0, times=1)
    case = times.submit(times.family())
    assert refused(case, "/decision", outcome="approved", number="1-АСП") == (409, "package-open")
    times.step(timedelta(minutes=2))
    case.post("/decision", outcome="approved", number="1-АСП")
    times.settle()
    assert (case.status(), case.notice_kinds()) == ("approved", ["decision_approved"])
    read_by_specialist = [notice["paragraphs"] for notice in case.notices()]
    assert all(read_by_specialist)


def test_a_package_with_gaps_that_no_letter_asks_for_is_shown_in_time_and_registered_by_a_person(
    times: TimeHouse,
) -> None:
    times.mock.fail(kind="no_record", passport="bank-account")
    case = times.submit(times.family(), times.portal)
    times.step(timedelta(days=15))
    assert (case.letters(), case.tasks()) == ([], [])
    times.step(timedelta(days=5))
    assert case.tasks() == [("mind_term", "promised")]
    assert refused(case, "/decision", outcome="approved", number="1-АСП") == (409, "package-open")
    assert times.portal.call("POST", f"/v1/applications/{case.id}/registration", json={}).status_code == 403
    assert case.post("/registration")["status"]["code"] == "incomplete"
    assert refused(case, "/registration") == (409, "package-registered")
    times.settle()
    (registered,) = case.events("package_registered")
    assert registered["data"]["why"]["rule"] == "package.without_extension"
    assert case.tasks() == [("decide", "decision")]
    assert case.notice_kinds() == ["applicant_corrects", "date_recounted", "incomplete"]
    read_all_notices(case)
    case.post("/decision", outcome="approved", number="1-АСП")
    assert case.status() == "approved"


def test_a_withdrawal_ends_everything_that_was_under_way_and_no_registry_is_asked_any_more(times: TimeHouse) -> None:
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0)
    case = times.submit(times.family(), times.portal)
    times.step(timedelta(hours=4))
    case.send()
    times.settle()
    stranger = times.other_portal.call("POST", f"/v1/applications/{case.id}/withdrawal", json={})
    assert stranger.status_code == 404
    answer = times.portal.call("POST", f"/v1/applications/{case.id}/withdrawal", json={})
    assert answer.status_code == 200, answer.text
    times.settle()
    assert case.status() == "withdrawn"
    assert case.letter_states() == [("police", "withdrawn")]
    assert case.notice_kinds() == ["extension", "withdrawn"]
    read_all_notices(case)
    asked = times.mock.counts()[VEHICLES]
    times.step(timedelta(days=40))
    assert times.mock.counts()[VEHICLES] == asked
    assert case.notice_kinds() == ["extension", "withdrawn"]
    assert case.events("package_registered") == []
    assert case.events("term_passed") == []


def test_a_complaint_has_its_own_term_which_is_watched_until_it_is_answered(times: TimeHouse) -> None:
    case = registered_case(times)
    body = {"text": "Долго не отвечают.", "channel": "electronic"}
    path = f"/v1/applications/{case.id}/complaints"
    answer = times.portal.call("POST", path, json=body)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    # Five working days of Monday the 5th; the Law on state services, while the card says "5 days".
    assert told["answer_by"]["on"] == "2026-10-12"
    assert told["answer_by"]["clause"]
    assert len(told["remedies"]) > 1
    assert times.portal.call("POST", path, json=body).json()["n"] == told["n"]
    assert times.portal.call("POST", path, json=body | {"channel": "pigeon"}).status_code == 422
    times.settle()
    assert ("answer_complaint", "complaint-1") in case.tasks()
    times.step(timedelta(days=8))
    passed = [one["data"]["term"] for one in case.events("term_passed")]
    assert passed == ["complaint-1"]
    case.post("/complaints/1/answer", answer="Пакет зарегистрирован, решение готовится.")
    times.settle()
    assert case.notice_kinds() == ["complaint_registered", "complaint_answered"]
    read_all_notices(case)
    assert ("answer_complaint", "complaint-1") not in case.tasks()
    assert refused(case, "/complaints/1/answer", answer="Ещё раз.") == (409, "complaint-answered")


def test_an_inquiry_is_asked_again_at_once_by_hand_and_only_its_own_registry(times: TimeHouse) -> None:
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0, until="2026-10-05T10:52:00+05:00")
    case = times.submit(times.family())
    times.step(timedelta(minutes=55))
    assert case.open_numbers() == [24]
    before = times.mock.counts()
    case.post(f"/inquiries/{case.cell(24)['inquiry']}/ask-again", 202)
    times.settle()
    # Its own round would have been at 11:51.
    assert case.status() == OVER
    after = times.mock.counts()
    assert {key: n - before.get(key, 0) for key, n in after.items() if n != before.get(key, 0)} == {VEHICLES: 1}
    unknown = refused(case, "/inquiries/inq_00000000000000000000/ask-again")
    assert unknown == (404, "inquiry-not-found")
