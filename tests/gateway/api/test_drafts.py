"""Drafts: the same judgement as a submission but for the signature, the exact bytes back, and nothing kept."""

from __future__ import annotations

import base64
import json

from gateway.intake.wrapper import read_wrapper
from tests.gateway.api.bench import Bench
from tests.gateway.sample_case import encode, make_application


def test_the_bytes_to_sign_are_those_that_were_sent_and_the_xml_carries_them() -> None:
    bench = Bench()
    content = json.dumps(make_application(), indent=3).encode()
    response = bench.post("/v1/drafts", content, bench.portal_key)
    body = response.get_json()
    assert response.status_code == 200, body
    assert base64.b64decode(body["application"]) == content
    assert read_wrapper(base64.b64decode(body["xml"])) == content
    assert body["text"]["ru"][0].startswith("Заявление на государственную услугу «Услуга»")
    assert len(body["text"]["kk"]) == len(body["text"]["ru"])


def test_what_a_submission_would_be_refused_for_a_draft_is_refused_for_too() -> None:
    bench = Bench()
    wrong = make_application()
    wrong["consents"]["verification"] = False
    wrong["applicant"]["iin"] = "900101490000"
    answers = [
        bench.post("/v1/drafts", encode(wrong), bench.portal_key),
        bench.submit(bench.portal_key, json.dumps({
            "application": base64.b64encode(encode(wrong)).decode(),
            "signature": {"method": "eds", "format": "cms", "value": "AAAA"},
        }).encode()),
    ]  # fmt: skip
    first, second = ([p["code"] for p in answer.get_json()["problems"]] for answer in answers)
    assert first == second != []
    assert {answer.status_code for answer in answers} == {422}
    assert bench.post("/v1/drafts", b"{", bench.portal_key).status_code == 400
    assert bench.post("/v1/drafts", encode(make_application())).status_code == 401
    assert bench.post("/v1/drafts", encode(make_application()), bench.portal_key, media="text/plain").status_code == 415
    assert bench.store.applications == {}
