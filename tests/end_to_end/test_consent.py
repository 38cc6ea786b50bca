"""Consent over the wire: asked once for many sources, waited for by day, the applicant's own whatever it came to."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from contracts.catalogue import load_catalogue
from tests.end_to_end.conftest import BeginAt
from tests.support.time_house import Case, TimeHouse

ASKED_WITH_CONSENT = {key for key, passport in load_catalogue().passports.items() if passport.consent == "kdp"}
FAMILY, PENSIONER = "family-of-five", "lone-pensioner"
REGISTER, BANK = "gbdfl-universal", "bank-account"
"""One whose refusal of a token is a failure like others, and one that says that the consent is missing."""


def head(family: dict[str, Any]) -> str:
    return str(family["applicant"]["iin"])


def parts(case: Case) -> list[dict[str, Any]]:
    """Those of the dossier that were asked, or are to be."""
    rows = case.get("/dossier")["requests"]
    found = [part for row in rows for inquiry in row["inquiries"] for part in inquiry["parts"]]
    return [part for part in found if part["exchange"] is not None]


def guarded(case: Case) -> list[dict[str, Any]]:
    """The parts of the dossier whose source is asked only with a token."""
    return [part for part in parts(case) if part["passport"] in ASKED_WITH_CONSENT]


def causes(case: Case) -> set[str]:
    """Of the table's cells that are still open."""
    rows = case.get("/inquiries")["requests"]
    return {cell["cause"] for row in rows for cell in row["cells"] if not cell["closed"]}


def looks(house: TimeHouse) -> int:
    return house.mock.counts().get("kdp-consent", 0)


def test_a_person_gets_one_message_for_all_sources_of_an_application(times: TimeHouse) -> None:
    family = times.family(FAMILY)
    case = times.submit(family)
    times.step(timedelta(hours=1))
    assert len({part["passport"] for part in guarded(case)}) > 2
    assert {part["outcome"] for part in guarded(case)} <= {"found", "no_record"}
    by_phone = Counter(message["phone"] for message in times.consent_messages())
    adults = 1 + sum(1 for member in family["family"] if member["relation"] == "spouse")
    assert (len(by_phone), set(by_phone.values())) == (adults, {1})
    assert {part["consent"]["status"] for part in guarded(case)} == {"granted"}
    assert {part["consent"]["by"] for part in parts(case)} == {"token", "ground"}
    assert {message["sender"] for message in times.consent_messages()} == {"1414"}


def test_a_consent_that_waits_is_looked_up_without_a_message_until_it_comes(times: TimeHouse) -> None:
    family = times.family()
    times.people_do(head(family), does="wait")
    case = times.submit(family, times.portal)
    times.settle()
    assert causes(case) == {"consent-pending"}
    assert case.notice_kinds() == ["consent_needed"]
    assert ("await_consent", "consent-pending:applicant") in case.tasks()
    assert case.get()["whose_move"]["code"] == "applicant"
    times.step(timedelta(minutes=7))
    asked = looks(times)
    assert asked > 1, "it is looked up meanwhile"
    times.people_do(head(family), now="grant")
    times.step(timedelta(hours=1))
    assert causes(case) == set()
    assert case.status() == "package_registered"
    assert len(times.consent_messages()) == 1
    assert case.letters() == []


@pytest.mark.parametrize(
    ("does", "cause", "notice"),
    [
        ("refuse", "consent-refused", "consent_refused"),
        ("expire", "consent-expired", "consent_expired"),
        ("no_phone", "consent-no-phone", "consent_no_phone"),
    ],
)
def test_what_is_not_given_is_told_to_the_applicant_and_never_asked_of_an_owner(
    times: TimeHouse, does: str, cause: str, notice: str
) -> None:
    family = times.family()
    times.people_do(head(family), does=does)
    case = times.submit(family, times.portal)
    times.settle()
    assert causes(case) == {cause}
    assert case.notice_kinds() == [notice]
    told = times.portal.get(f"/v1/applications/{case.id}/notices")["notices"]
    assert [one["kind"] for one in told] == [notice]
    times.step(timedelta(days=3))
    assert (case.letters(), causes(case)) == ([], {cause})
    assert {part["reason"] for part in guarded(case)} == {cause}
    assert len(times.consent_messages()) == (0 if does == "no_phone" else 1)


def test_a_question_that_ran_out_is_asked_again_by_hand(times: TimeHouse) -> None:
    family = times.family()
    times.people_do(head(family), does="expire")
    case = times.submit(family)
    times.settle()
    times.people_do(head(family), does="grant")
    rows = case.get("/inquiries")["requests"]
    for cell in (cell for row in rows for cell in row["cells"] if not cell["closed"]):
        case.post(f"/inquiries/{cell['inquiry']}/ask-again", 202)
    times.settle()
    assert (causes(case), len(times.consent_messages())) == (set(), 2)


def test_a_token_that_has_run_out_is_asked_for_anew_without_a_word_to_the_applicant(times: TimeHouse) -> None:
    times.mock.fail(kind="silence", passport=REGISTER, seconds=0)
    case = times.submit(times.family(), times.portal)
    times.step(timedelta(minutes=20))
    times.mock.mend()
    times.step(timedelta(hours=1))
    assert (causes(case), case.notice_kinds()) == (set(), [])
    assert len(times.consent_messages()) == 1, "what was granted is looked up"


@pytest.mark.parametrize("source", [REGISTER, BANK])
def test_a_consent_that_is_taken_back_is_the_applicants_matter(times: TimeHouse, source: str) -> None:
    family = times.family()
    times.mock.fail(kind="silence", passport=source, seconds=0)
    case = times.submit(family, times.portal)
    times.step(timedelta(minutes=2))
    times.people_do(head(family), now="revoke")
    times.mock.mend()
    times.step(timedelta(hours=2))
    assert causes(case) == {"consent-revoked"}
    assert case.notice_kinds() == ["consent_revoked"]
    assert (case.letters(), len(times.consent_messages())) == ([], 1)


def test_the_other_envelope_of_the_consent_service_is_read_as_well(times: TimeHouse) -> None:
    answer = requests.post(f"{times.mock.url}/_mock/consents/envelope", json={"on": True}, timeout=20)
    assert answer.json() == {"on": True}
    case = times.submit(times.family())
    times.step(timedelta(hours=1))
    assert (case.status(), len(times.consent_messages())) == ("package_registered", 1)


def test_nobody_is_asked_again_at_night(begin_at: BeginAt) -> None:
    evening = datetime.fromisoformat("2026-10-05T20:50:00+05:00")
    times = begin_at(evening)
    family = times.family()
    times.people_do(head(family), does="wait")
    case = times.submit(family, times.portal)
    times.step_to(datetime.fromisoformat("2026-10-05T21:01:00+05:00"))
    asked = looks(times)
    times.step_to(datetime.fromisoformat("2026-10-06T07:59:00+05:00"))
    assert looks(times) == asked
    times.people_do(head(family), now="expire", does="grant")
    times.step_to(datetime.fromisoformat("2026-10-06T08:01:00+05:00"))
    assert looks(times) > asked
    times.step(timedelta(hours=3))
    assert (causes(case), len(times.consent_messages())) == (set(), 2), "the first one ran out unanswered"
