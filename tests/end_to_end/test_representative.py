"""An application that a representative signs, over the wire: a guardian for a ward, and by power of attorney."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.end_to_end.test_one_time_code import confirm
from tests.support.authority import envelope, write_application
from tests.support.house import inquiries_of
from tests.support.time_house import Case, TimeHouse

STRANGER = "900101499776"
GUARDIANSHIP = "akimat-guardianship"


def for_the_ward(times: TimeHouse, **representative: Any) -> dict[str, Any]:
    """The ward applies, the guardian of the registries signs."""
    family = times.family("guardian-with-ward")
    guardian, (ward,) = family["applicant"], family["family"]
    people = ("surname", "name", "patronymic", "birth_date", "iin")
    return family | {
        "applicant": {key: ward[key] for key in people if key in ward} | {"phone": guardian["phone"]},
        "family": [],
        "declared": {},
        "representative": {key: guardian[key] for key in people if key in guardian}
        | {"ground": "guardianship", "document_number": "12-3", "issued_on": "2021-03-10"}
        | representative,
    }


def by_attorney(times: TimeHouse, **representative: Any) -> dict[str, Any]:
    """A pensioner applies, the holder of a power of attorney signs."""
    other = times.family("sole-proprietor")["applicant"]
    people = ("surname", "name", "patronymic", "birth_date", "iin")
    return times.family() | {
        "representative": {key: other[key] for key in people if key in other}
        | {"ground": "power_of_attorney", "document_number": "77", "issued_on": "2026-02-03"}
        | {"valid_until": "2027-02-03", "phone": other["phone"]}
        | representative
    }


def hand_in(times: TimeHouse, application: dict[str, Any], signer: str, form: str = "cms") -> tuple[int, Any]:
    body = write_application(application)
    sign = times.registrar.sign_xml if form == "xmldsig" else times.registrar.sign
    answer = times.portal.call("POST", "/v1/applications", json=envelope(body, sign(body, signer), form))
    return answer.status_code, answer.json()


def read_page(times: TimeHouse, case: Case) -> str:
    headers = {"Accept": "text/html", "Accept-Language": "ru"}
    return times.provider.call("GET", f"/v1/applications/{case.id}/dossier", headers=headers).text


@pytest.mark.parametrize("form", ["cms", "xmldsig"])
def test_a_guardian_signs_for_the_ward_and_the_registrys_word_on_the_guardianship_is_there(
    times: TimeHouse, form: str
) -> None:
    application = for_the_ward(times)
    guardian = application["representative"]["iin"]
    status, accepted = hand_in(times, application, guardian, form)
    assert status == 202, accepted
    times.settle()
    case = Case(times, accepted["id"], times.portal)
    dossier = case.get("/dossier")
    assert (dossier["signature"]["verdict"]["signed_by"], dossier["signature"]["representative"]["ground"]) == (
        "representative", "guardianship",
    )  # fmt: skip
    (told,) = [part for one in inquiries_of(dossier) for part in one["parts"] if part["passport"] == GUARDIANSHIP]
    assert told["question"] == {"iin": application["applicant"]["iin"], "related_iin": guardian}
    assert told["outcome"] == "found"
    assert told["answer"]["person"]["guardianship"]["guardian_iin"] == guardian
    page = read_page(times, case)
    assert "подписал(а) представитель" in page
    assert "опекун, решение № 12-3" in page


@pytest.mark.parametrize("form", ["cms", "xmldsig"])
def test_the_holder_of_a_power_of_attorney_signs_and_the_dossier_says_so(times: TimeHouse, form: str) -> None:
    application = by_attorney(times)
    status, accepted = hand_in(times, application, application["representative"]["iin"], form)
    assert status == 202, accepted
    times.settle()
    case = Case(times, accepted["id"], times.portal)
    told = case.get("/dossier")["signature"]
    assert told["verdict"]["signed_by"] == "representative"
    assert (told["representative"]["ground"], told["representative"]["valid_until"]) == (
        "power_of_attorney", "2027-02-03",
    )  # fmt: skip
    assert "по доверенности № 77, 2026-02-03 — 2027-02-03" in read_page(times, case)
    own = by_attorney(times) | {"language": "kk"}
    assert hand_in(times, own, own["applicant"]["iin"], form)[0] == 202, "the applicant may sign all the same"


@pytest.mark.parametrize("form", ["cms", "xmldsig"])
def test_a_representative_who_is_not_declared_is_another_person(times: TimeHouse, form: str) -> None:
    application = by_attorney(times)
    holder = application.pop("representative")["iin"]
    for signer in (holder, STRANGER):
        status, told = hand_in(times, application, signer, form)
        assert (status, told["code"]) == (422, "signature-other-person")
    status, told = hand_in(times, by_attorney(times), STRANGER, form)
    assert (status, told["code"]) == (422, "signature-other-person")


def test_a_power_of_attorney_is_good_on_its_last_day_and_not_on_the_next(times: TimeHouse) -> None:
    last = by_attorney(times, valid_until="2026-10-05")
    assert hand_in(times, last, last["representative"]["iin"])[0] == 202
    over = by_attorney(times, valid_until="2026-10-04")
    status, told = hand_in(times, over, over["representative"]["iin"])
    assert (status, told["code"]) == (422, "representative-expired")
    assert told["problems"][0]["pointer"] == "/representative/valid_until"


@pytest.mark.parametrize("declare", [for_the_ward, by_attorney], ids=["guardian", "attorney"])
def test_a_representative_signs_by_a_code_that_goes_to_the_representatives_own_phone(
    times: TimeHouse, declare: Any
) -> None:
    application = declare(times)
    phone = application["representative"].get("phone") or application["applicant"]["phone"]
    application["representative"]["phone"] = phone
    assert declare is for_the_ward or phone != application["applicant"]["phone"]
    body = envelope(write_application(application), b"") | {"signature": {"method": "otp"}}
    waiting = times.portal.call("POST", "/v1/applications", json=body)
    assert waiting.status_code == 201, waiting.text
    message = times.phones()[0]
    assert message["phone"].endswith(phone[-10:])
    (code,) = re.findall(r"\b[0-9]{6}\b", message["text"])
    status, accepted = confirm(times, waiting.json()["id"], code)
    assert status == 202
    times.settle()
    verdict = Case(times, accepted["id"], times.portal).get("/dossier")["signature"]["verdict"]
    assert (verdict["method"], verdict["signed_by"], verdict["phone"][-4:]) == ("otp", "representative", phone[-4:])


def test_without_that_phone_or_with_somebody_elses_no_code_is_sent(times: TimeHouse) -> None:
    application = by_attorney(times)
    told = application["representative"].pop("phone")
    for phone, code in ((None, "representative-phone-missing"), ("+77000000999", "otp-phone-not-bound")):
        application["representative"]["phone"] = phone
        body = envelope(write_application(application), b"") | {"signature": {"method": "otp"}}
        answer = times.portal.call("POST", "/v1/applications", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["problems"][0]["pointer"] == "/application/representative/phone"
    application["representative"]["phone"] = application["applicant"]["phone"]
    body = envelope(write_application(application), b"") | {"signature": {"method": "otp"}}
    assert times.portal.call("POST", "/v1/applications", json=body).json()["code"] == "otp-phone-not-bound"
    assert told
    assert times.phones() == []
