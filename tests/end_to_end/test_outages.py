"""A registry that is down for many applications: a breaker, one incident with one letter, and all woken at once."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from pypdf import PdfReader

from tests.support.house import OVER
from tests.support.time_house import Case, TimeHouse

VEHICLES = "mvd-vehicles"
FAMILIES = ("lone-pensioner", "sole-proprietor", "kandas", "former-kandas", "stateless-person", "refugee")


def submit_six(times: TimeHouse) -> list[Case]:
    return [times.submit(times.family(persona)) for persona in FAMILIES]


def closed_at(case: Case) -> set[str]:
    return {one["at"] for one in case.events("inquiry_closed") if one["data"]["number"] == 24}


def test_when_a_registry_is_back_all_that_wait_for_it_are_woken_by_the_first_answer(times: TimeHouse) -> None:
    times.mock.fail(kind="html_503", passport=VEHICLES, until="2026-10-05T11:45:00+05:00")
    cases = submit_six(times)
    times.step_to(datetime.fromisoformat("2026-10-05T11:45:00+05:00"))
    assert all(24 in case.open_numbers() for case in cases)
    asked = times.mock.counts()[VEHICLES]
    # Their rounds are up to an hour away, at different minutes: the first of them finds the registry back.
    for _ in range(61):
        times.step(timedelta(minutes=1))
        if any(closed_at(case) for case in cases):
            break
    times.settle()
    moments = sorted(datetime.fromisoformat(at) for case in cases for at in closed_at(case))
    assert not any(24 in case.open_numbers() for case in cases)
    assert moments[-1] - moments[0] <= timedelta(seconds=2)
    # One question for each subject, and nobody was asked about twice.
    assert times.mock.counts()[VEHICLES] - asked == sum(len(case.cells(24)) for case in cases)


def test_a_registry_that_is_down_is_left_alone_instead_of_asked_for_every_application(times: TimeHouse) -> None:
    times.mock.fail(kind="html_503", passport=VEHICLES)
    submit_six(times)
    times.step(timedelta(hours=3))
    rounds = 8
    assert times.mock.counts()[VEHICLES] < 3 * len(FAMILIES) * rounds


def test_an_outage_that_hits_many_applications_is_one_incident_with_one_printed_letter_for_all(
    times: TimeHouse,
) -> None:
    times.mock.fail(kind="silence", seconds=0, passport=VEHICLES, until="2026-10-07T09:00:00+05:00")
    cases = submit_six(times)
    times.step_to(datetime.fromisoformat("2026-10-05T14:05:00+05:00"))
    assert all(("police", "drafted") in case.letter_states() for case in cases)
    (incident,) = times.provider.get("/v1/incidents")["incidents"]
    assert (incident["owner"], incident["closed_at"]) == ("police", None)
    assert {one["application"] for one in incident["letters"]} == {case.id for case in cases}
    printed = times.provider.call(
        "GET", f"/v1/incidents/{incident['id']}/letter", headers={"Accept": "application/pdf"}
    )
    assert printed.headers["Content-Type"] == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.content)).pages)
    assert all(case.get()["number"] in text for case in cases)
    # The letters are still each application's own: one is sent, and one only of them is extended.
    (own,) = [letter["n"] for letter in cases[0].letters() if letter["owner"] == "police"]
    cases[0].send(own)
    times.settle()
    assert cases[0].status() == "extended"
    assert cases[1].get()["terms"]["extension_until"] is None
    times.step_to(datetime.fromisoformat("2026-10-07T10:05:00+05:00"))
    assert all(("police", "withdrawn") in case.letter_states() for case in cases)
    assert times.provider.get("/v1/incidents")["incidents"] == []
    (closed,) = times.provider.get("/v1/incidents?closed=true")["incidents"]
    assert closed["closed_at"] is not None
    assert cases[0].status() == OVER
    portal = times.portal.call("GET", f"/v1/incidents/{incident['id']}/letter")
    assert portal.status_code == 403
