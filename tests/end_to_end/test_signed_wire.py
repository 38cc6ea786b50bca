"""Signatures over the real wire: applications in either format and family, and a bus that signs both ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.catalogue import load_catalogue
from contracts.words import Predicate, Protocol
from registries_mock.bus.seals import Demand, Naming
from tests.support.authority import Registrar, envelope, write_application
from tests.support.clock import MovableClock
from tests.support.house import House, open_house, open_mock, parts_of

PASSPORTS = load_catalogue().passports
SHEP = {key for key, one in PASSPORTS.items() if one.protocol in (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC)}
PERSONA = "family-of-five"
SPOILED = {
    PASSPORTS[part.passport].protocol: part.passport
    for row in load_catalogue().services["asp"].requests
    for part in row.parts
    if row.wave == 1 and row.applies == (Predicate.ALWAYS,) and not row.provides and part.passport in SHEP
}
"""A source on each channel of the bus that everybody's application asks, and whom no fact rests on."""


@contextmanager
def wired(
    folder: Path, registrar: Registrar, clock: MovableClock, environ: Mapping[str, str], *, push: bool, **mock: Any
) -> Iterator[House]:
    with (
        open_mock(clock, registrar, **mock) as server,
        open_house(folder, registrar, clock, server, environ, push=push) as house,
    ):
        yield house


def told(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every part that SHEP was asked for, with an answer of a registry."""
    return [part for part in parts_of(dossier) if part["passport"] in SHEP]


@pytest.mark.parametrize("family", ["rsa", "gost2015"])
@pytest.mark.parametrize("push", [True, False])
def test_where_all_is_signed_the_bus_vouches_for_every_reply_of_its_own(
    tmp_path: Path, registrar: Registrar, clock: MovableClock, family: str, push: bool
) -> None:
    key = {"ASP_SHEP_KEY_FILE": str(registrar.issue_system(family)), "ASP_PULL_SECONDS": "0" if push else "1"}
    with wired(tmp_path, registrar, clock, key, push=push, signatures=Demand.REQUIRED) as house:
        dossier = house.gather(house.mock.application(PERSONA), 60)
    assert dossier["summary"]["complete"]
    assert told(dossier) and all("bus" in part["vouched_by"] for part in told(dossier))
    beside = [part for part in parts_of(dossier) if part["passport"] not in SHEP]
    assert beside and all(part["vouched_by"] == [] for part in beside)


def test_a_bus_that_names_its_certificate_alone_is_believed_where_it_is_pinned(
    tmp_path: Path, registrar: Registrar, clock: MovableClock
) -> None:
    with open_mock(clock, registrar, naming=Naming.ISSUER_SERIAL) as mock:
        known = tmp_path / "bus"
        known.mkdir()
        (known / "bus.pem").write_bytes(requests.get(f"{mock.url}/_mock/certificates/rsa", timeout=20).content)
        with open_house(tmp_path, registrar, clock, mock, {"ASP_SHEP_CERTIFICATES": str(known)}) as house:
            dossier = house.gather(house.mock.application(PERSONA), 60)
    assert dossier["summary"]["complete"]
    assert all(part["vouched_by"] == ["bus"] for part in told(dossier) if part["outcome"] == "found")


def test_a_bus_of_another_organisation_than_is_set_answers_nothing(
    tmp_path: Path, registrar: Registrar, clock: MovableClock
) -> None:
    with wired(tmp_path, registrar, clock, {"ASP_SHEP_BIN": "990140009992"}, push=True) as house:
        application_id = house.provider.submit(house.registrar.submission(house.mock.application(PERSONA)))
        dossier = house.settled(application_id)
    asked = told(dossier)
    assert asked and {part["outcome"] for part in asked} == {"no_answer"}
    assert "untrusted-answer" in {part["reason"] for part in asked}
    assert all(part["vouched_by"] == [] for part in asked)


def test_who_does_not_sign_gets_no_answer_where_signatures_are_required(
    tmp_path: Path, registrar: Registrar, clock: MovableClock
) -> None:
    unsigned = {"ASP_SHEP_KEY_FILE": "none"}
    with wired(tmp_path, registrar, clock, unsigned, push=True, signatures=Demand.REQUIRED) as house:
        application_id = house.provider.submit(house.registrar.submission(house.mock.application(PERSONA)))
        dossier = house.settled(application_id)
    assert {part["outcome"] for part in told(dossier)} == {"no_answer"}


@pytest.mark.parametrize(
    "row",
    [{"kind": "badly_signed"}, {"kind": "badly_signed", "variant": "untrusted-key"}, {"kind": "unsigned"}],
    ids=["other-body", "untrusted-key", "unsigned"],
)
def test_replies_that_the_bus_did_not_sign_well_answer_nothing_and_the_rest_goes_on(
    tmp_path: Path, registrar: Registrar, clock: MovableClock, row: dict[str, str]
) -> None:
    with wired(tmp_path, registrar, clock, {}, push=True) as house:
        for passport in SPOILED.values():
            house.mock.fail(passport=passport, **row)
        application_id = house.provider.submit(house.registrar.submission(house.mock.application(PERSONA)))
        dossier = house.settled(application_id, silent=SPOILED[Protocol.SHEP_ASYNC])
    for protocol, reason in (
        (Protocol.SHEP_SYNC, "untrusted-answer"),
        (Protocol.SHEP_ASYNC, "waiting-for-late-reply"),
    ):
        asked = {(p["outcome"], p["reason"]) for p in parts_of(dossier) if p["passport"] == SPOILED[protocol]}
        assert asked == {("no_answer", reason)}
    others = {part["outcome"] for part in parts_of(dossier) if part["passport"] not in SPOILED.values()}
    assert others == {"found", "no_record"}


def test_an_unsigned_bus_is_served_in_development_and_nobody_vouches(
    tmp_path: Path, registrar: Registrar, clock: MovableClock
) -> None:
    with wired(tmp_path, registrar, clock, {"ASP_SHEP_KEY_FILE": "none"}, push=True) as house:
        dossier = house.gather(house.mock.application(PERSONA), 60)
    assert dossier["summary"]["complete"]
    assert not any("bus" in part["vouched_by"] for part in told(dossier))


@pytest.mark.parametrize("family", ["rsa", "gost2015"])
@pytest.mark.parametrize("form", ["cms", "xmldsig"])
def test_an_application_is_taken_in_either_format_and_family(house: House, family: str, form: str) -> None:
    body = write_application(house.mock.application(PERSONA))
    iin = json.loads(body)["applicant"]["iin"]
    sign = house.registrar.sign if form == "cms" else house.registrar.sign_xml
    application_id = house.provider.submit(envelope(body, sign(body, iin, algorithm=family), form))
    verdict = house.provider.dossier(application_id)["signature"]["verdict"]
    (signer,) = verdict["signers"]
    assert (verdict["format"], verdict["indication"], verdict["signed_by"]) == (form, "TOTAL_PASSED", "applicant")
    assert signer["algorithm"].startswith("GOST" if family == "gost2015" else "RSA")
    assert signer["iin"].startswith("********")


@pytest.mark.parametrize("form", ["cms", "xmldsig"])
def test_a_draft_is_signed_as_it_comes_and_submitted(house: House, form: str) -> None:
    content = write_application(house.mock.application(PERSONA) | {"language": "kk"})
    answer = house.portal.call("POST", "/v1/drafts", data=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    draft = answer.json()
    iin = json.loads(content)["applicant"]["iin"]
    assert any(iin in line for line in draft["text"]["ru"])
    if form == "cms":
        value = house.registrar.sign(base64.b64decode(draft["application"]), iin)
    else:
        value = house.registrar.sign_document(base64.b64decode(draft["xml"]), iin)
    signature = {"method": "eds", "format": form, "value": base64.b64encode(value).decode()}
    house.portal.submit({"application": draft["application"], "signature": signature})


def test_a_signed_wrapper_of_another_application_is_refused_and_nothing_is_kept(house: House) -> None:
    one, other = (write_application(house.mock.application(PERSONA) | {"language": tongue}) for tongue in ("ru", "kk"))
    iin = json.loads(one)["applicant"]["iin"]
    before = house.look("SELECT count(*) FROM applications")
    answer = house.provider.call(
        "POST", "/v1/applications", json=envelope(one, house.registrar.sign_xml(other, iin), "xmldsig")
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "signature-digest-mismatch")
    assert house.look("SELECT count(*) FROM applications") == before


def test_the_check_over_the_api_tells_what_intake_would_say(house: House) -> None:
    body = write_application(house.mock.application(PERSONA))
    submission = house.registrar.submission(house.mock.application(PERSONA))
    asked = {"document": submission["signature"]["value"], "content": submission["application"]}
    answer = house.portal.call("POST", "/v1/checks/signature", json=asked)
    assert (answer.status_code, answer.json()["indication"]) == (200, "TOTAL_PASSED")
    assert answer.json()["signers"][0]["iin"] == json.loads(body)["applicant"]["iin"]
    spoiled = house.portal.call("POST", "/v1/checks/signature", json=asked | {"content": "e30="})
    assert spoiled.json()["indication"] == "TOTAL_FAILED"
