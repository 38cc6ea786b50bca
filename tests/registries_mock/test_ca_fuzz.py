"""Whatever bytes come, the centre's services answer in their protocol, and never fall over."""

from __future__ import annotations

from functools import cache

from asn1crypto import core, tsp
from hypothesis import given

from registries_mock.ca.authority import Authority
from registries_mock.ca.responder import Responder
from registries_mock.ca.signers import Signers
from registries_mock.ca.stamping import Stamping
from signing.cms.hashes import SHA256
from signing.revocation.ocsp_request import build_request
from tests.registries_mock.small_world import NOW
from tests.support.fuzzing import Edits, budget, mutated, mutations


@cache
def authority() -> Authority:
    return Authority.create(NOW)


@cache
def signers() -> Signers:
    """Keys that are made once."""
    return Signers(authority(), lambda: NOW)


@given(edits=mutations(160))
@budget()
def test_the_responder_answers_anything(edits: Edits) -> None:
    responder = Responder(authority(), signers(), lambda: NOW)
    hierarchy = authority().hierarchy("rsa")
    question = build_request(hierarchy.root.certificate, hierarchy.issuing.certificate, b"n" * 16)
    data = mutated(question, edits)
    assert core.Sequence.load(responder.answer(data, None), strict=True)[0].contents


@given(edits=mutations(70))
@budget()
def test_the_timestamping_service_answers_anything(edits: Edits) -> None:
    stamping = Stamping(signers(), lambda: NOW)
    imprint = {"hash_algorithm": {"algorithm": SHA256}, "hashed_message": b"h" * 32}
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True, "nonce": 7})
    assert core.Sequence.load(stamping.answer(mutated(asked.dump(), edits), "rsa", None), strict=True)[0].native
