"""Whatever the centre is made to say wrongly, the gateway's own verifier believes none of it, and says which way."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from registries_mock.ca.trouble_rows import KINDS, NAMES, Service
from registries_mock.clock import now
from registries_mock.settings import Settings
from registries_mock.web.beside import serving
from signing.errors import RevocationUnavailable
from signing.fetching import FetchRequest
from signing.http import fetch
from signing.policy import Policy
from signing.revocation.crl import read_list
from signing.timestamps.judging import judge_timestamp
from signing.verdict import Stage, SubIndication
from tests.registries_mock.centre_of_tests import CONTENT, SUFFIXES, Centre, make_key, save_authority, stamp
from tests.registries_mock.small_world import small_app, suite_of

BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
DAY = timedelta(days=1)
AT_THE_DOOR = ("silence", "html_503", "html_200", "http_500", "garbage", "truncated")


def rows_of(service: Service, *, inside: bool) -> list[dict[str, Any]]:
    """Every kind that spoils this service's answers, in each of its variants."""
    return [
        {"kind": kind, "service": service.value, "variant": variant}
        for kind, rule in KINDS.items()
        for variant in (rule.services.get(service, ()) or ("",))
        if service in rule.services and (kind not in {*AT_THE_DOOR, "slow", "reset"}) is inside
    ]


def name_row(row: dict[str, Any]) -> str:
    return "-".join(str(one) for one in row.values() if one)


def each(service: Service) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows_of(service, inside=True), ids=name_row)


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


REASONS_OCSP = {
    ("stale", "old"): "of another time",
    ("stale", "expired"): "of another time",
    ("future", ""): "of another time",
    ("wrong_signer", "other-key"): "signature of the responder's answer does not hold",
    ("wrong_signer", "untrusted-key"): "does not come from one who may answer",
    ("wrong_signer", "wrong-role"): "does not come from one who may answer",
    ("declined", "try_later"): "could not answer: try later",
    ("declined", "malformed_request"): "could not answer: malformed request",
    ("declined", "internal_error"): "could not answer: internal error",
    ("declined", "sign_required"): "could not answer: sign required",
    ("declined", "unauthorized"): "could not answer: unauthorized",
    ("unknown", "unknown"): "does not know the certificate",
    ("unknown", "never-issued"): "never issued",
    ("other_serial", ""): "not about the certificate",
    ("nonce", "missing"): "not to this question",
    ("nonce", "wrong"): "not to this question",
}


@BY_ALGORITHM
@each(Service.OCSP)
def test_no_wrong_answer_of_the_responder_is_believed(row: dict[str, Any], algorithm: str, centre: Centre) -> None:
    centre.spoil(**row)
    verdict = centre.judge(make_key(algorithm), centre.by_responder())
    refused = SubIndication.REVOKED if row["variant"] == "never-issued" else SubIndication.TRY_LATER
    assert (verdict.stage, verdict.sub_indication) == (Stage.REVOCATION, refused)
    assert REASONS_OCSP[row["kind"], row["variant"]] in verdict.reason


REASONS_CRL = {
    ("stale", "expired"): "out of date",
    ("wrong_signer", "other-key"): "not signed by the authority",
    ("wrong_signer", "untrusted-key"): "another authority",
    ("other_list", "other-authority"): "no list of the authority",
    ("other_list", "other-kind"): "other kind",
}


@BY_ALGORITHM
@each(Service.CRL)
def test_no_wrong_list_is_believed(row: dict[str, Any], algorithm: str, centre: Centre) -> None:
    centre.spoil(**row, name=f"issuing{SUFFIXES[algorithm]}")
    verdict = centre.judge(make_key(algorithm), centre.by_lists())
    assert (verdict.stage, verdict.sub_indication) == (Stage.REVOCATION, SubIndication.TRY_LATER)
    assert REASONS_CRL[row["kind"], row["variant"]] in centre.tell_by_one_list(make_key(algorithm))
    assert centre.judge(make_key("gost2015" if algorithm == "rsa" else "rsa"), centre.by_lists()).passed


@BY_ALGORITHM
def test_a_wrong_list_of_the_root_leaves_the_issuing_authority_in_doubt(algorithm: str, centre: Centre) -> None:
    centre.spoil(kind="wrong_signer", service="crl", name=f"root{SUFFIXES[algorithm]}")
    verdict = centre.judge(make_key(algorithm), centre.by_lists())
    assert verdict.sub_indication is SubIndication.TRY_LATER


def test_a_stale_list_still_proves_what_it_says_and_nothing_of_later(centre: Centre) -> None:
    centre.revoke(make_key(), reason="superseded")
    centre.now += 2 * DAY
    for seconds, told in ((1, SubIndication.REVOKED), (3 * 86_400, SubIndication.TRY_LATER)):
        centre.client.delete("/_mock/ca/failures")
        centre.spoil(kind="stale", service="crl", name="issuing", seconds=seconds)
        assert centre.judge(make_key(), centre.by_lists()).sub_indication is told
        shutil.rmtree(centre.folder / "lists")


@pytest.mark.parametrize("service", [Service.OCSP, Service.CRL])
@pytest.mark.parametrize("kind", AT_THE_DOOR)
def test_what_is_no_answer_at_all_leaves_it_unknown(kind: str, service: Service, centre: Centre) -> None:
    centre.spoil(kind=kind, service=service.value, **({"seconds": 0} if kind == "silence" else {}))
    policy = centre.by_responder() if service is Service.OCSP else centre.by_lists()
    verdict = centre.judge(make_key(), policy)
    assert (verdict.stage, verdict.sub_indication) == (Stage.REVOCATION, SubIndication.TRY_LATER)


REFUSED_STAMPS = {
    ("future", ""): SubIndication.TIMESTAMP_ORDER_FAILURE,
    ("wrong_signer", "other-key"): SubIndication.SIG_CRYPTO_FAILURE,
    ("wrong_signer", "untrusted-key"): SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    ("wrong_signer", "wrong-role"): SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    ("declined", "system_failure"): SubIndication.FORMAT_FAILURE,
    ("declined", "time_not_available"): SubIndication.FORMAT_FAILURE,
    ("declined", "bad_request"): SubIndication.FORMAT_FAILURE,
    ("wrong_imprint", ""): SubIndication.HASH_FAILURE,
    ("wrong_policy", ""): SubIndication.SIG_CONSTRAINTS_FAILURE,
    # A verifier does not know what was asked; who asked must look (tests with openssl).
    ("nonce", "missing"): None,
    ("nonce", "wrong"): None,
}


@BY_ALGORITHM
@each(Service.TSP)
def test_no_wrong_timestamp_is_believed(row: dict[str, Any], algorithm: str, centre: Centre) -> None:
    centre.spoil(**row)
    answer = stamp(centre, f"/ca/tsp/{algorithm}", nonce=7)
    judged = judge_timestamp(answer, CONTENT, Policy(centre.trust, centre.now, centre.by_responder()))
    wanted = REFUSED_STAMPS[row["kind"], row["variant"]]
    assert judged.result.sub_indication is wanted
    assert (judged.at is None) is (wanted is not None)


@pytest.mark.parametrize("kind", ["html_200", "garbage", "truncated"])
def test_what_is_no_timestamp_at_all_is_malformed(kind: str, centre: Centre) -> None:
    whole = stamp(centre)
    centre.spoil(kind=kind, service="tsp")
    answer = centre.client.post("/ca/tsp", data=whole).data
    judged = judge_timestamp(answer, CONTENT, Policy(centre.trust, centre.now))
    assert judged.result.sub_indication is SubIndication.FORMAT_FAILURE


def test_a_responder_that_is_held_is_given_up_and_one_that_is_slow_is_heard(tmp_path: Path) -> None:
    """Over a real socket: the deadline is the caller's, and a reset lets the held reply go."""
    app = small_app(Settings(authority=save_authority(tmp_path)), clock=now)
    with serving(app) as url:
        suite = suite_of(app)
        asked = FetchRequest(f"{url}/ca/crl/issuing.crl", 100_000, 0.3)
        suite.troubles.add({"kind": "silence", "times": 1})
        with pytest.raises(RevocationUnavailable):
            fetch(asked)
        suite.troubles.add({"kind": "reset", "times": 1})
        with pytest.raises(RevocationUnavailable):
            fetch(asked)
        suite.troubles.add({"kind": "slow", "seconds": 0.2, "times": 1})
        started = time.monotonic()
        patient = FetchRequest(asked.url, 100_000, 20.0)
        assert read_list(fetch(patient)).issuer_name and time.monotonic() - started >= 0.2
        suite.close()


def test_rows_are_shown_used_up_and_taken_away(centre: Centre) -> None:
    # Each judgement asks about the signer and about the issuing authority.
    centre.spoil(kind="unknown", times=4)
    centre.spoil(kind="http_500", service="crl", name="issuing_d", until="2030-01-01T00:00:00+05:00")
    first, second = centre.client.get("/_mock/ca/failures").get_json()
    assert (first["kind"], first["variant"], first["times"]) == ("unknown", "unknown", 4)
    assert (second["name"], second["until"]) == ("issuing_d", "2030-01-01T00:00:00+05:00")
    key = make_key()
    assert [centre.judge(key, centre.by_responder()).passed for _ in range(3)] == [False, False, True]
    assert centre.client.get("/ca/crl/issuing.crl").status_code == 200
    assert centre.client.get("/ca/crl/issuing_d.crl").status_code == 500
    centre.client.post("/_mock/reset")
    assert centre.client.get("/_mock/ca/failures").get_json() == []
    assert centre.client.get("/ca/crl/issuing_d.crl").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ([], "JSON object"),
        ({}, "kind is one of"),
        ({"kind": "boredom"}, "kind is one of"),
        ({"kind": "unknown", "iin": "1"}, "iin is not a word"),
        ({"kind": "unknown", "service": "crl"}, "service is one of ocsp"),
        ({"kind": "stale"}, "service is one of ocsp, crl"),
        ({"kind": "stale", "service": "ocsp", "variant": "x"}, "variant is one of old, expired"),
        ({"kind": "silence", "variant": "x"}, "no variants"),
        ({"kind": "silence", "seconds": 61}, "seconds"),
        ({"kind": "silence", "times": 0}, "times"),
        ({"kind": "silence", "from": "soon"}, "from is a moment"),
        ({"kind": "silence", "service": 1}, "are texts"),
        ({"kind": "silence", "name": "issuing"}, "service is crl"),
        ({"kind": "silence", "service": "crl", "name": "king"}, "name is one of root"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_a_sentence(wanted: object, sentence: str, centre: Centre) -> None:
    answer = centre.client.post("/_mock/ca/failures", json=wanted)
    assert answer.status_code == 422 and sentence in answer.get_json()["error"]
    assert centre.client.get("/_mock/ca/failures").get_json() == []


def test_the_names_of_lists_are_those_that_are_published(centre: Centre) -> None:
    assert set(NAMES) == {f"{name}{changes}" for name in centre.authority.issuers() for changes in ("", "_d")}
