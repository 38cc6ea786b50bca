"""Each way in, from the signature to the whole dossier; what was accepted once is not accepted again by another key.

What else each way refuses stands with it: test_certification_centre (keys), test_one_time_code, test_attestation,
test_counter, test_representative, test_shep_intake, test_service_centre.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gateway.settings import read_settings
from gateway.store.rows import ClientKind
from gateway.wiring import open_store
from tests.end_to_end.conftest import BeginAt
from tests.end_to_end.test_attestation import state
from tests.end_to_end.test_one_time_code import begin, confirm, read_code
from tests.end_to_end.test_shep_intake import OVER_THE_BUS, look
from tests.support.authority import ATTESTING_BIN, envelope, write_application
from tests.support.bus_portal import let_in, open_bus_portal
from tests.support.clock import MONDAY
from tests.support.house import Caller, describe
from tests.support.time_house import PDF, TimeHouse

Way = Callable[[TimeHouse], str]
"""Brings an application in; its id."""


@pytest.fixture
def times(begin_at: BeginAt) -> TimeHouse:
    return begin_at(MONDAY, None, **OVER_THE_BUS)


def accepted(caller: Caller, body: Mapping[str, Any]) -> str:
    answer = caller.call("POST", "/v1/applications", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def attesting(times: TimeHouse) -> Caller:
    settings = read_settings(describe(times.folder, times.registrar, times.mock.url))
    with open_store(settings, lambda: times.started_at) as store:
        return Caller(times.url, store.add_client("eGov", ClientKind.PORTAL, "portal", attests_bin=ATTESTING_BIN)[1])


def signed(times: TimeHouse, form: str, algorithm: str) -> dict[str, Any]:
    family = times.family()
    body, iin = write_application(family), family["applicant"]["iin"]
    sign = times.registrar.sign_xml if form == "xmldsig" else times.registrar.sign
    return envelope(body, sign(body, iin, algorithm=algorithm), form)


def attested(times: TimeHouse) -> dict[str, Any]:
    content = write_application(times.family())
    statement = times.registrar.attest(json.dumps(state(times, content)).encode())
    return envelope(content, statement) | {
        "signature": {"method": "attested", "value": base64.b64encode(statement).decode()}
    }


def by_code(times: TimeHouse) -> str:
    _, waiting = begin(times, times.family())
    assert confirm(times, waiting["id"], read_code(times))[0] == 202
    return str(waiting["id"])


def on_paper(times: TimeHouse) -> str:
    scan = {"method": "paper", "scan": base64.b64encode(PDF).decode()}
    return accepted(times.provider, envelope(write_application(times.family()), b"") | {"signature": scan})


def over_the_bus(times: TimeHouse) -> str:
    let_in(describe(times.folder, times.registrar, times.mock.url), times.keys[1])
    family = times.family()
    portal = open_bus_portal(times.mock.url, times.registrar.payload_key, times.now)
    portal.send(times.registrar.sign_xml(write_application(family), family["applicant"]["iin"], algorithm="gost2015"))
    times.settle()
    return str(portal.fetch()[0].text("application"))


WAYS: Mapping[str, Way] = {
    "cms-rsa": lambda times: accepted(times.portal, signed(times, "cms", "rsa")),
    "cms-gost2015": lambda times: accepted(times.portal, signed(times, "cms", "gost2015")),
    "xmldsig-gost2015": lambda times: accepted(times.portal, signed(times, "xmldsig", "gost2015")),
    "code": by_code,
    "attested": lambda times: accepted(attesting(times), attested(times)),
    "paper": on_paper,
    "bus": over_the_bus,
}


@pytest.mark.parametrize("way", WAYS)
def test_an_application_goes_to_a_whole_dossier_by_each_way(way: str, times: TimeHouse) -> None:
    application_id = WAYS[way](times)
    times.settle()
    dossier = times.provider.get(f"/v1/applications/{application_id}/dossier")
    assert dossier["summary"]["complete"], dossier["summary"]
    assert dossier["summary"]["accounted"] == dossier["summary"]["requests"] == 24
    assert (dossier["chain"] is None) == (way != "bus")


@pytest.mark.parametrize(("form", "algorithm"), [("cms", "rsa"), ("xmldsig", "gost2015")])
def test_who_brings_a_signature_again_is_refused_and_nothing_is_kept(
    form: str, algorithm: str, times: TimeHouse
) -> None:
    submission = signed(times, form, algorithm)
    accepted(times.portal, submission)
    for caller in (times.portal, times.other_portal):
        again = caller.call("POST", "/v1/applications", json=submission)
        assert (again.status_code, again.json()["code"]) == (409, "signature-replayed")
    assert look(times, "SELECT count(*) FROM applications") == [(1,)]


def test_a_signature_in_another_container_is_the_same_signature(times: TimeHouse) -> None:
    submission = signed(times, "xmldsig", "rsa")
    accepted(times.portal, submission)
    value = base64.b64decode(submission["signature"]["value"])
    other = b"<?xml version='1.0'?>\n" + value.replace(b"</SignatureValue>", b"\n</SignatureValue>").replace(
        b"</ds:SignatureValue>", b"\n</ds:SignatureValue>"
    )
    assert other != value
    submission["signature"]["value"] = base64.b64encode(other).decode()
    again = times.other_portal.call("POST", "/v1/applications", json=submission)
    assert (again.status_code, again.json()["code"]) == (409, "signature-replayed")


def test_an_attestation_is_good_once(times: TimeHouse) -> None:
    caller, submission = attesting(times), attested(times)
    accepted(caller, submission)
    again = caller.call("POST", "/v1/applications", json=submission)
    assert (again.status_code, again.json()["code"]) == (409, "signature-replayed")


def test_the_same_key_of_idempotency_gives_the_first_answer_and_is_no_replay(times: TimeHouse) -> None:
    submission, headers = signed(times, "cms", "rsa"), {"Idempotency-Key": "one"}
    ids = [times.portal.submit(submission, **headers) for _ in range(2)]
    assert ids[0] == ids[1]
