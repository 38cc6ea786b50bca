"""The centre's services say over HTTP what is so, and the gateway's own verifier believes them, in both algorithms."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp

from registries_mock.settings import Settings
from signing.cms.hashes import SHA1, SHA256
from signing.revocation.certificate_ids import name_certificate
from signing.revocation.crl import read_list
from signing.revocation.crl_judging import is_believed
from signing.revocation.judging import RevocationPolicy
from signing.revocation.ocsp import read_response
from signing.revocation.ocsp_judging import Asked, judge_live
from signing.revocation.ocsp_request import build_request
from signing.revocation.status import Answer
from signing.verdict import Stage, SubIndication
from tests.registries_mock.centre_of_tests import SUFFIXES, Centre, make_key
from tests.registries_mock.small_world import NOW, small_app

NONCE = b"n" * 32
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


def policy(centre: Centre, way: str) -> RevocationPolicy:
    return centre.by_responder() if way == "responder" else centre.by_lists(deltas=way == "deltas")


@BY_ALGORITHM
@pytest.mark.parametrize("way", ["responder", "lists", "deltas"])
def test_who_is_not_revoked_passes_and_who_is_does_not(way: str, algorithm: str, centre: Centre) -> None:
    key = make_key(algorithm)
    assert centre.judge(key, policy(centre, way)).passed
    assert centre.judge(make_key(algorithm, "organisation-head"), policy(centre, way)).passed
    centre.now += HOUR
    centre.revoke(key)
    verdict = centre.judge(key, policy(centre, way))
    assert (verdict.stage, verdict.sub_indication) == (Stage.REVOCATION, SubIndication.REVOKED)
    assert "the key was compromised" in verdict.reason
    assert centre.judge(make_key(algorithm, "organisation-head"), policy(centre, way)).passed


@BY_ALGORITHM
def test_a_list_of_changes_tells_what_an_older_full_list_could_not(algorithm: str, centre: Centre) -> None:
    key = make_key(algorithm)
    issuer = key.chain[0]
    name = f"/ca/crl/issuing{SUFFIXES[algorithm]}"
    full = read_list(centre.client.get(f"{name}.crl").data)
    centre.now += HOUR
    centre.revoke(key)
    delta, later = (read_list(centre.client.get(f"{name}{end}.crl").data) for end in ("_d", ""))
    assert is_believed(full, issuer) and is_believed(delta, issuer)
    assert full.number and later.number and delta.number and delta.base_number
    assert delta.base_number <= full.number < delta.number == later.number
    assert full.entries.find(key.certificate.serial_number) is None
    for one in (delta, later):
        entry = one.entries.find(key.certificate.serial_number)
        assert entry is not None and (entry.revoked_at, entry.reason) == (centre.now, 1)
    assert full.next_update and delta.next_update
    assert (full.next_update - full.this_update, delta.next_update - delta.this_update) == (DAY, HOUR)


def test_the_numbers_of_lists_grow_where_time_stands(centre: Centre) -> None:
    numbers = []
    for role in ("individual", "organisation-head"):
        numbers.append(read_list(centre.client.get("/ca/crl/issuing.crl").data).number or 0)
        centre.revoke(make_key("rsa", role), reason="unspecified")
    numbers.append(read_list(centre.client.get("/ca/crl/issuing.crl").data).number or 0)
    assert numbers == sorted(set(numbers))


def test_what_is_old_leaves_the_list_of_changes_and_stays_on_the_full_one(centre: Centre) -> None:
    key = make_key()
    centre.revoke(key)
    centre.now += 3 * DAY
    full, delta = (read_list(centre.client.get(f"/ca/crl/issuing{end}.crl").data) for end in ("", "_d"))
    assert len(full.entries) == 1 and len(delta.entries) == 0


def test_a_revocation_of_the_future_is_told_when_it_has_come(centre: Centre) -> None:
    key = make_key()
    centre.revoke(key, centre.now + HOUR)
    assert centre.judge(key, centre.by_responder()).passed
    centre.now += 2 * HOUR
    assert centre.judge(key, centre.by_responder()).sub_indication is SubIndication.REVOKED


def test_each_list_is_of_its_own_authority(centre: Centre) -> None:
    key = make_key("gost2015")
    centre.revoke(key)
    for name, issuer in centre.authority.issuers().items():
        found = read_list(centre.client.get(f"/ca/crl/{name}.crl").data)
        assert is_believed(found, issuer.certificate)
        assert len(found.entries) == (1 if name == "issuing_gost" else 0)


def test_an_issuing_authority_that_the_root_took_back_is_believed_no_more(centre: Centre) -> None:
    key = make_key()
    issuing = centre.authority.hierarchy("rsa").issuing.certificate
    assert centre.authority.revoke(issuing.serial_number, issuer="root", at=centre.now, recorded=centre.now)
    assert centre.judge(key, centre.by_lists()).sub_indication is SubIndication.REVOKED


def answer(centre: Centre, data: bytes) -> bytes:
    reply = centre.client.post("/ca/ocsp", data=data, content_type="application/ocsp-request")
    assert (reply.status_code, reply.content_type) == (200, "application/ocsp-response")
    body: bytes = reply.data
    return body


def question(algorithm: str, hash_oid: str) -> bytes:
    key = make_key(algorithm)
    name = name_certificate(key.certificate, key.chain[0], hash_oid)
    asked = {
        "hash_algorithm": {"algorithm": hash_oid},
        "issuer_name_hash": name.issuer_name_hash,
        "issuer_key_hash": name.issuer_key_hash,
        "serial_number": name.serial_number,
    }
    encoded: bytes = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": asked}]}}).dump()
    return encoded


@BY_ALGORITHM
@pytest.mark.parametrize("hash_oid", [SHA1, SHA256, "1.2.398.3.10.1.3.3", "1.2.398.3.10.1.3.1"])
def test_certificates_may_be_named_by_any_digest(hash_oid: str, algorithm: str, centre: Centre) -> None:
    key = make_key(algorithm)
    response = read_response(answer(centre, question(algorithm, hash_oid)))
    assert response.answers[0].certificate.hash_oid == hash_oid
    assert judge_live(response, Asked(key.certificate, key.chain[0]), now=centre.now).answer is Answer.GOOD
    assert response.nonce is None


def test_an_answer_is_of_this_moment_repeats_the_nonce_and_does_not_say_until_when(centre: Centre) -> None:
    key = make_key()
    response = read_response(answer(centre, build_request(key.certificate, key.chain[0], NONCE)))
    (said,) = response.answers
    assert (response.nonce, said.next_update) == (NONCE, None)
    assert response.produced_at == said.this_update == centre.now


def test_the_responder_answers_to_get_as_well(centre: Centre) -> None:
    key = make_key()
    for number in range(64):
        # Among so many, some have slashes next to each other, or a plus.
        nonce = bytes([number]) * 16 + b"\xff\xff\xff\xfb\xef\xbe"
        asked = base64.b64encode(build_request(key.certificate, key.chain[0], nonce)).decode()
        reply = centre.client.get(f"/ca/ocsp/{asked}")
        assert reply.status_code == 200
        assert read_response(reply.data).nonce == nonce


@pytest.mark.parametrize("whose", ["other authority", "root"])
def test_of_certificates_of_others_the_responder_knows_nothing(whose: str, centre: Centre) -> None:
    key = make_key("rsa", "impostor") if whose == "other authority" else make_key()
    certificate, issuer = (key.certificate, *key.chain)[:2] if whose == "other authority" else key.chain
    response = read_response(answer(centre, build_request(certificate, issuer, NONCE)))
    assert response.answers[0].answer is Answer.UNKNOWN


def test_a_question_by_get_that_is_no_base64_is_malformed(centre: Centre) -> None:
    for asked in ("*", "вопрос", "%FF%FE"):
        reply = centre.client.get(f"/ca/ocsp/{asked}")
        assert ocsp.OCSPResponse.load(reply.data)["response_status"].native == "malformed_request", asked


@pytest.mark.parametrize("data", [b"", b"junk", b"\x30\x00", b"\x30\x80"])
def test_what_is_no_question_is_malformed(data: bytes, centre: Centre) -> None:
    read = ocsp.OCSPResponse.load(answer(centre, data))
    assert read["response_status"].native == "malformed_request"
    assert centre.client.get("/ca/ocsp/!!").data == read.dump()


def test_a_question_that_is_wrong_deep_inside_is_malformed(centre: Centre) -> None:
    key = make_key()
    asked = build_request(key.certificate, key.chain[0], NONCE)
    parameters = asked.index(bytes.fromhex("0609608648016503040201")) + 11
    assert asked[parameters : parameters + 2] == b"\x05\x00"
    wrong = asked[:parameters] + b"\x04" + asked[parameters + 1 :]
    assert ocsp.OCSPResponse.load(answer(centre, wrong))["response_status"].native == "malformed_request"


def test_a_record_that_cannot_be_read_is_no_answer_that_is_good(centre: Centre) -> None:
    (centre.folder / "revoked.jsonl").write_text("junk\n", encoding="utf-8")
    key = make_key()
    read = ocsp.OCSPResponse.load(answer(centre, build_request(key.certificate, key.chain[0], NONCE)))
    assert read["response_status"].native == "internal_error"
    reply = centre.client.get("/ca/crl/issuing.crl")
    assert (reply.status_code, reply.text) == (503, "journal-broken\n")
    assert centre.client.get("/_mock/ca/revocations").status_code == 503


@BY_ALGORITHM
def test_certificates_of_the_authorities_are_there_under_their_names(algorithm: str, centre: Centre) -> None:
    key = make_key(algorithm)
    for name, certificate in zip(("issuing", "root"), key.chain, strict=True):
        reply = centre.client.get(f"/ca/cert/{name}{SUFFIXES[algorithm]}.cer")
        assert (reply.data, reply.content_type) == (certificate.der, "application/pkix-cert")


@pytest.mark.parametrize("path", ["crl/king.crl", "crl/issuing", "cert/issuing.crl", "cert/king.cer", "king"])
def test_nothing_else_is_published(path: str, centre: Centre) -> None:
    assert centre.client.get(f"/ca/{path}").status_code == 404


def test_a_folder_that_is_no_authority_is_said_to_be_none(tmp_path: Path) -> None:
    client = small_app(Settings(authority=tmp_path)).test_client()
    for reply in (client.get("/ca/crl/issuing.crl"), client.post("/ca/ocsp"), client.post("/_mock/ca/revocations")):
        assert reply.status_code in (422, 503)
    assert client.get("/ca/cert/root.cer").text.startswith("BUS-011")


def test_without_a_folder_certificates_are_taken_back_over_http() -> None:
    client = small_app().test_client()
    number = {"serial_number": "ABC", "reason": "superseded"}
    assert client.post("/_mock/ca/revocations", json=number).status_code == 201
    assert client.post("/_mock/ca/revocations", json=number).status_code == 200
    (told,) = client.get("/_mock/ca/revocations").get_json()
    assert (told["serial_number"], told["issuer"], told["reason"]) == ("abc", "issuing", "superseded")
    found = read_list(client.get("/ca/crl/issuing.crl").data).entries.find(0xABC)
    assert found is not None and (found.revoked_at, found.reason) == (NOW, 4)


@pytest.mark.parametrize(
    "wanted",
    [None, [], {}, {"serial_number": 7}, {"serial_number": "x"}, {"serial_number": "1", "issuer": "king"},
     {"serial_number": "1", "reason": "boredom"}, {"serial_number": "1", "more": 1}],
)  # fmt: skip
def test_an_order_over_http_that_is_none_takes_nothing_back(wanted: object) -> None:
    client = small_app().test_client()
    reply = client.post("/_mock/ca/revocations", json=wanted)
    assert reply.status_code == 422 and reply.get_json()["error"]
    assert client.get("/_mock/ca/revocations").get_json() == []
