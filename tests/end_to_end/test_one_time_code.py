"""An application signed by a one-time code, over the wire: phone base, message, code, dossier."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from tests.end_to_end.test_notice_outage import set_outage
from tests.support.authority import envelope, write_application
from tests.support.time_house import TimeHouse


def begin(times: TimeHouse, application: dict[str, Any], key: str = "") -> tuple[int, dict[str, Any]]:
    body = envelope(write_application(application), b"") | {"signature": {"method": "otp"}}
    headers = {"Idempotency-Key": key} if key else {}
    answer = times.portal.call("POST", "/v1/applications", json=body, headers=headers)
    return answer.status_code, answer.json()


def read_code(times: TimeHouse) -> str:
    message = times.phones()[0]
    assert message["sender"] == "1414"
    found = re.findall(r"\b[0-9]{6}\b", message["text"])
    assert len(found) == 1
    return str(found[0])


def confirm(times: TimeHouse, application_id: str, code: str) -> tuple[int, dict[str, Any]]:
    path = f"/v1/applications/{application_id}/signature"
    answer = times.portal.call("POST", path, json={"code": code})
    return answer.status_code, answer.json()


def test_the_code_from_the_phone_signs_and_the_dossier_proves_it(times: TimeHouse) -> None:
    family = times.family()
    status, waiting = begin(times, family)
    assert (status, waiting["status"]["code"]) == (201, "waiting_code")
    assert waiting["phone"].endswith(family["applicant"]["phone"][-4:])
    assert times.portal.call("GET", f"/v1/applications/{waiting['id']}").status_code == 404
    code = read_code(times)
    assert confirm(times, waiting["id"], f"{(int(code) + 1) % 10**6:06d}")[0] == 422
    status, accepted = confirm(times, waiting["id"], code)
    assert (status, accepted["id"]) == (202, waiting["id"])
    times.settle()
    assert times.portal.get(f"/v1/applications/{waiting['id']}")["status"]["code"] == "package_registered"
    verdict = times.provider.get(f"/v1/applications/{waiting['id']}/dossier")["signature"]["verdict"]
    assert (verdict["method"], verdict["signed_by"], verdict["phone"]) == ("otp", "applicant", waiting["phone"])
    assert verdict["phone_base_answer"] and verdict["message_receipt"]
    assert code not in str(verdict)
    page = times.provider.call(
        "GET", f"/v1/applications/{waiting['id']}/dossier", headers={"Accept": "text/html", "Accept-Language": "ru"}
    )
    assert waiting["phone"] in page.text


def test_a_phone_of_somebody_else_gets_no_code(times: TimeHouse) -> None:
    family = times.family()
    family["applicant"]["phone"] = "+77000000999"
    status, told = begin(times, family)
    assert (status, told["code"]) == (422, "otp-phone-not-bound")
    assert times.phones() == []


def test_another_code_after_a_minute_takes_the_place_of_the_first(times: TimeHouse) -> None:
    _, waiting = begin(times, times.family(), "key-1")
    first = read_code(times)
    path = f"/v1/applications/{waiting['id']}/otp"
    early = times.portal.call("POST", path, json={})
    assert (early.status_code, early.json()["code"], early.headers["Retry-After"]) == (429, "otp-limit", "60")
    times.step(timedelta(seconds=61))
    again = times.portal.call("POST", path, json={})
    assert (again.status_code, again.json()["resends_left"]) == (200, 2)
    second = read_code(times)
    assert len(times.phones()) == 2
    if first != second:
        assert confirm(times, waiting["id"], first)[0] == 422
    assert confirm(times, waiting["id"], second)[0] == 202
    assert confirm(times, waiting["id"], second)[0] == 202, "an answer that was lost is given again"


def test_a_silent_phone_base_and_a_dead_sms_gateway_are_told_as_theirs(times: TimeHouse) -> None:
    times.mock.fail(kind="silence", passport="bmg-phone", seconds=0)
    status, told = begin(times, times.family())
    assert (status, told["code"]) == (502, "registry-unavailable")
    times.mock.mend()
    set_outage(times, True)
    status, told = begin(times, times.family())
    assert (status, told["code"]) == (502, "delivery-failed")
