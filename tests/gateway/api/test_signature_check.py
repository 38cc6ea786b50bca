"""The check of a signature over the API: the verdict as it is, and what is no signature refused with its place."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.gateway.api.bench import Bench

PATH = "/v1/checks/signature"


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def post(bench: Bench, **body: Any) -> Any:
    return bench.post(PATH, json.dumps(body).encode(), bench.portal_key)


def test_the_verdict_is_given_with_every_signer_and_stage() -> None:
    bench = Bench()
    answer = post(bench, document=encode(b"signature"), content=encode(b"content"))
    told = answer.get_json()
    assert (answer.status_code, told["indication"], told["format"]) == (200, "TOTAL_PASSED", "cms")
    (signer,) = told["signers"]
    assert set(signer["stages"]) == {"signature", "chain", "validity", "usage", "revocation", "timestamp"}
    assert set(signer["certificate"]) >= {"serial", "issuer", "not_before", "not_after"}
    assert bench.calls == [(b"signature", b"content", None)]


def test_a_bare_signature_goes_with_its_certificate() -> None:
    bench = Bench()
    assert post(bench, document=encode(b"s"), content=encode(b"c"), certificate=encode(b"x")).status_code == 200
    assert bench.calls == [(b"s", b"c", b"x")]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"document": encode(b"noise")}, "signature-unrecognised", "/document"),
        ({"document": "?"}, "malformed-base64", "/document"),
        ({"document": encode(b"s"), "content": "?"}, "malformed-base64", "/content"),
        ({"document": encode(b"s"), "certificate": "ц"}, "malformed-base64", "/certificate"),
        ({}, "missing-field", "/document"),
        ({"document": encode(b"s"), "trust": "mine"}, "unknown-field", "/trust"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_place(body: dict[str, str], code: str, pointer: str) -> None:
    answer = post(Bench(), **body)
    assert answer.status_code == 400
    assert [(one["code"], one["pointer"]) for one in answer.get_json()["problems"]] == [(code, pointer)]


def test_nobody_without_a_key_has_signatures_checked() -> None:
    bench = Bench()
    assert bench.post(PATH, json.dumps({"document": encode(b"s")}).encode()).status_code == 401
