"""A portal that ran the code itself attests it under its organisation's key: what is believed, and what is not."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gateway.settings import read_settings
from gateway.store.rows import ClientKind
from gateway.wiring import open_store
from tests.end_to_end.test_representative import by_attorney
from tests.support.authority import ATTESTING_BIN, write_application
from tests.support.house import Caller, describe
from tests.support.time_house import TimeHouse

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def portal(times: TimeHouse) -> Caller:
    """A portal that may attest."""
    settings = read_settings(describe(times.folder, times.registrar, times.mock.url))
    with open_store(settings, lambda: times.started_at) as store:
        _, key = store.add_client("eGov", ClientKind.PORTAL, "portal", attests_bin=ATTESTING_BIN)
    return Caller(times.url, key)


def state(times: TimeHouse, content: bytes) -> dict[str, Any]:
    applicant = json.loads(content)["applicant"]
    return {
        "application_sha256": hashlib.sha256(content).hexdigest(),
        "iin": applicant["iin"],
        "phone_masked": "+7******0417",
        "signed_at": times.started_at.isoformat(),
        "method": "otp",
    }


def submit(caller: Caller, content: bytes, signature: bytes) -> tuple[int, str]:
    body = {
        "application": base64.b64encode(content).decode(),
        "signature": {"method": "attested", "value": base64.b64encode(signature).decode()},
    }
    answer = caller.call("POST", "/v1/applications", json=body)
    told = answer.json()
    return answer.status_code, told["id"] if answer.status_code == 202 else told["code"]


def test_an_attested_signature_is_an_application_with_its_evidence(times: TimeHouse, portal: Caller) -> None:
    content = write_application(times.family())
    signature = times.registrar.attest(json.dumps(state(times, content)).encode())
    status, application_id = submit(portal, content, signature)
    assert status == 202
    times.settle()
    verdict = times.provider.get(f"/v1/applications/{application_id}/dossier")["signature"]["verdict"]
    told = (verdict["method"], verdict["signed_by"], verdict["phone"], verdict["indication"])
    assert told == ("attested", "applicant", "+7******0417", "TOTAL_PASSED")
    assert portal.get(f"/v1/applications/{application_id}")["status"]["code"] == "package_registered"


def test_a_representative_who_is_declared_may_have_signed_at_the_portal(times: TimeHouse, portal: Caller) -> None:
    application = by_attorney(times)
    content = write_application(application)
    told = state(times, content) | {"iin": application["representative"]["iin"]}
    status, application_id = submit(portal, content, times.registrar.attest(json.dumps(told).encode()))
    assert status == 202
    dossier = times.provider.get(f"/v1/applications/{application_id}/dossier")
    assert dossier["signature"]["verdict"]["signed_by"] == "representative"


def test_a_key_that_may_not_attest_is_refused(times: TimeHouse) -> None:
    content = write_application(times.family())
    signature = times.registrar.attest(json.dumps(state(times, content)).encode())
    assert submit(times.portal, content, signature) == (403, "attestation-not-allowed")


MISMATCH, STALE, MALFORMED = "attestation-mismatch", "attestation-stale", "attestation-malformed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda told: told.update(application_sha256="0" * 64), MISMATCH),
        (lambda told: told.update(iin="900101399990"), MISMATCH),
        (lambda told: told.update(signed_at="2026-10-05T09:44:59+05:00"), STALE),
        (lambda told: told.update(signed_at="2026-10-05T10:02:01+05:00"), STALE),
        (lambda told: told.update(signed_at="2026-10-05T10:00:00"), MALFORMED),
        (lambda told: told.update(method="pigeon"), MALFORMED),
        (lambda told: told.pop("phone_masked"), MALFORMED),
        (lambda told: told.update(more=1), MALFORMED),
    ],
)
def test_a_statement_about_anything_else_is_refused(
    change: Change, code: str, times: TimeHouse, portal: Caller
) -> None:
    content = write_application(times.family())
    told = state(times, content)
    change(told)
    assert submit(portal, content, times.registrar.attest(json.dumps(told).encode())) == (422, code)


def test_only_a_system_of_the_organisation_attests_and_only_with_its_statement_inside(
    times: TimeHouse, portal: Caller
) -> None:
    content = write_application(times.family())
    statement = json.dumps(state(times, content)).encode()
    iin = json.loads(content)["applicant"]["iin"]
    attest, codes = times.registrar.attest, []
    for signature in (
        attest(statement, bin_="990140007778"),
        attest(statement, role="organisation-employee"),
        times.registrar.sign(statement, iin),
        attest(statement)[:-10],
        b"noise",
    ):
        status, code = submit(portal, content, signature)
        assert status == 422
        codes.append(code)
    assert codes[:2] == ["signature-signer-unclear"] * 2
    assert all(code.startswith("signature-") for code in codes)


def test_a_statement_is_good_for_a_quarter_of_an_hour(times: TimeHouse, portal: Caller) -> None:
    content = write_application(times.family())
    signature = times.registrar.attest(json.dumps(state(times, content)).encode())
    times.step(timedelta(minutes=14))
    assert submit(portal, content, signature)[0] == 202
    times.step(timedelta(minutes=2))
    assert submit(portal, content, signature) == (422, STALE)
