"""The centre's timestamping service stamps what is asked in its one form, and says why it stamps nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, tsp

from registries_mock.ca.tsp import POLICY
from signing.cms.hashes import HASHES, SHA256, SHA384
from signing.policy import Policy
from signing.timestamps.judging import judge_timestamp
from signing.verdict import SubIndication
from tests.registries_mock.centre_of_tests import CONTENT, Centre, make_key, stamp

BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
DAY = timedelta(days=1)


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


@pytest.mark.parametrize("path", ["/ca/tsp", "/ca/tsp/rsa", "/ca/tsp/gost2015"])
@pytest.mark.parametrize("hash_oid", [SHA256, SHA384, "1.2.398.3.10.1.3.3", "1.2.398.3.10.1.3.1"])
def test_timestamps_are_believed(hash_oid: str, path: str, centre: Centre) -> None:
    token = stamp(centre, path, hash_oid=hash_oid, nonce=2**63, req_policy=POLICY)
    judged = judge_timestamp(token, CONTENT, Policy(centre.trust, centre.now, centre.by_responder()))
    assert (judged.at, judged.policy_oid) == (centre.now, POLICY), judged
    assert (
        tsp.TimeStampResp.load(token)["time_stamp_token"]["content"]["encap_content_info"]["content"]
        .parsed["nonce"]
        .native
        == 2**63
    )


@BY_ALGORITHM
def test_a_signature_may_carry_its_timestamp(algorithm: str, centre: Centre) -> None:
    key = make_key(algorithm)

    def stamped(signature: bytes) -> bytes:
        answer = stamp(centre, hashed=HASHES[SHA256](signature))
        token: bytes = tsp.TimeStampResp.load(answer)["time_stamp_token"].dump()
        return token

    verdict = centre.judge(key, centre.by_responder(), stamped)
    assert verdict.passed and verdict.only_signer and verdict.only_signer.stamped_at == centre.now


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"hash_oid": "1.2.840.113549.2.5", "hashed": b"h" * 16}, "bad_alg"),
        ({"hashed": b"h" * 31}, "bad_data_format"),
        ({"req_policy": "1.2.398.3.3.2.6.1"}, "unaccepted_policy"),
        ({"extensions": [{"extn_id": "1.2.3", "extn_value": b"\x05\x00"}]}, "unaccepted_extensions"),
    ],
)
def test_what_is_not_stamped_is_rejected_with_its_reason(changed: dict[str, Any], failure: str, centre: Centre) -> None:
    assert rejection(stamp(centre, **changed)) == failure


@pytest.mark.parametrize("data", [b"", b"junk", b"\x30\x00"])
def test_what_is_no_request_of_a_timestamp_is_rejected(data: bytes, centre: Centre) -> None:
    answer = centre.client.post("/ca/tsp", data=data).data
    assert rejection(answer) == "bad_data_format"
    judged = judge_timestamp(answer, CONTENT, Policy(centre.trust, centre.now))
    assert (judged.at, judged.result.sub_indication) == (None, SubIndication.FORMAT_FAILURE)


def rejection(answer: bytes) -> str:
    (status,) = core.SequenceOf.load(answer, spec=core.Any, strict=True)
    info = tsp.PKIStatusInfo.load(status.dump())
    assert info["status"].native == "rejection"
    (failure,) = info["fail_info"].native
    return str(failure)


def test_who_has_the_certificate_need_not_get_it_again(centre: Centre) -> None:
    tokens = [tsp.TimeStampResp.load(stamp(centre, cert_req=wanted))["time_stamp_token"] for wanted in (True, False)]
    assert [len(one["content"]["certificates"]) for one in tokens] == [1, 0]


def test_a_half_that_is_not_there_stamps_nothing_and_the_other_goes_on(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    for path in tmp_path.rglob("*_gost.pem"):
        path.unlink()
    assert centre.client.post("/ca/tsp/gost2015").status_code == 404
    assert judge_timestamp(stamp(centre), CONTENT, Policy(centre.trust, centre.now)).at == centre.now
    assert centre.client.get("/ca/crl/issuing_gost.crl").status_code == 404


def test_services_get_new_keys_when_their_certificates_have_ended(centre: Centre) -> None:
    assert judge_timestamp(stamp(centre), CONTENT, Policy(centre.trust, centre.now)).at == centre.now
    centre.now += 4 * 365 * DAY
    assert judge_timestamp(stamp(centre), CONTENT, Policy(centre.trust, centre.now)).at == centre.now
