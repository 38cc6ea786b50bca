"""An account is checked before signing, over the wire: the bank says, the statement travels, the dossier shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.gateway.sample_case import make_iban
from tests.support.house import inquiries_of
from tests.support.time_house import TimeHouse

BANK = "bank-account"


def check(times: TimeHouse, iin: str, iban: str, consent: bool = True) -> tuple[int, dict[str, Any]]:
    body = {"iin": iin, "iban": iban, "consent": consent}
    answer = times.portal.call("POST", "/v1/checks/account", json=body)
    return answer.status_code, answer.json()


def account_of(family: dict[str, Any]) -> tuple[str, str]:
    return family["applicant"]["iin"], family["account"]["iban"]


def test_ones_own_account_is_a_yes_that_travels_inside_the_application_to_the_dossier(times: TimeHouse) -> None:
    family = times.family()
    status, told = check(times, *account_of(family))
    assert (status, told["owner"], told["cause"]) == (200, "yes", "")
    family["account"]["check"] = told["statement"]
    draft = times.portal.call("POST", "/v1/drafts", json=family).json()
    assert any("банк ответил, что это счёт заявителя" in line for line in draft["text"]["ru"])
    times.step(timedelta(hours=2))
    case = times.submit(family, times.portal)
    times.settle()
    dossier = case.get("/dossier")
    assert dossier["application"]["account_check"] == {"owner": "yes", "at": told["checked_at"]}
    asked = [one for one in inquiries_of(dossier) for part in one["parts"] if part["passport"] == BANK]
    assert [one["outcome"] for one in asked] == ["found"], "the ordinary request asks again all the same"
    page = times.provider.call(
        "GET", f"/v1/applications/{case.id}/dossier", headers={"Accept": "text/html", "Accept-Language": "ru"}
    )
    assert "банк: счёт заявителя, 2026-10-05 10:00" in page.text
    times.step(timedelta(days=1))
    late = times.portal.call("POST", "/v1/drafts", json=family)
    assert (late.status_code, late.json()["code"]) == (422, "account-check-expired")


def test_somebody_elses_account_and_one_that_no_bank_has_are_a_no(times: TimeHouse) -> None:
    own, other = times.family(), times.family("family-of-five")
    status, told = check(times, own["applicant"]["iin"], other["account"]["iban"])
    assert (status, told["owner"], bool(told["statement"])) == (200, "no", True)
    status, told = check(times, own["applicant"]["iin"], make_iban())
    assert (status, told["owner"], told["cause"]) == (200, "no", "")


@pytest.mark.parametrize(("passport", "cause"), [(BANK, "registry-failed"), ("kdp-consent", "registry-unavailable")])
def test_a_silent_bank_or_consent_service_is_unknown_and_says_why(times: TimeHouse, passport: str, cause: str) -> None:
    times.mock.fail(kind="silence", passport=passport, seconds=0)
    status, told = check(times, *account_of(times.family()))
    assert (status, told["owner"], told["cause"]) == (200, "unknown", cause)
    assert (told["retryable"], told["statement"], told["valid_until"]) == (True, "", None)


def test_without_the_persons_consent_nobody_is_asked_and_the_day_has_an_end(times: TimeHouse) -> None:
    family = times.family()
    status, told = check(times, *account_of(family), consent=False)
    assert (status, told["code"]) == (422, "consent-missing")
    assert [check(times, *account_of(family))[0] for _ in range(5)] == [200] * 5
    times.restart()
    refused = check(times, *account_of(family))
    assert (refused[0], refused[1]["code"]) == (429, "account-check-limit")
    times.step(timedelta(days=1))
    assert check(times, *account_of(family))[0] == 200


def test_a_source_that_does_not_say_whose_an_account_is_makes_it_unknown(begin_at: Any) -> None:
    times = begin_at(environ={"ASP_PROFILES": f"{BANK}=epay-2014"})
    status, told = check(times, *account_of(times.family()))
    assert (status, told["owner"], told["cause"]) == (200, "unknown", "owner-not-told")
