"""REST: a JSON object each way, and what statuses and members mean."""

import json

import pytest

from adapters.ports import Deadline
from contracts.errors import (
    ConsentMissing,
    ContractBroken,
    RegistryError,
    RegistryFailed,
    RegistryRefused,
    RegistryUnavailable,
)
from contracts.exchange import Reply
from contracts.passport import Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import IIN, Rig, question, rig, texts_of
from tests.adapters.stub_server import StubServer, always, http, serving


def small() -> Passport:
    return passport(
        "json",
        key="rest",
        protocol="rest",
        service_id="",
        address="v1/find",
        rest={"method": "POST"},
        limits={"tries": 1},
        readings=[
            {"at": "http", "answer": ["200"], "no_record": ["404"], "consent": ["403"], "retry": ["504"]},
            {"at": "code", "path": "result/code", "answer": ["OK"], "no_record": ["NONE"], "missing": "answer"},
        ],
        request={
            "form": "json",
            "fields": [
                {"path": "id", "from": "message.id"},
                {"path": "who/iin", "from": "question.iin"},
                {"path": "who/exact", "type": "boolean", "value": "true"},
                {"path": "limit", "type": "int", "value": "5"},
                {"path": "phone", "card": "0..1", "from": "question.phone"},
                {"path": "iban", "nil": True, "from": "question.iban"},
            ],
        },
        reply={
            "form": "json",
            "fields": [
                {"path": "result/code", "value": "OK"},
                {"path": "iin", "bind": "person.iin"},
                {"path": "papers", "type": "group", "card": "0..n", "bind": "person.documents[]"},
                {"path": "papers/number", "bind": "person.documents[].number"},
                {"path": "papers/until", "type": "date", "bind": "person.documents[].valid_until"},
            ],
        },
    )


def ask(reply: bytes) -> tuple[Reply, Rig, StubServer]:
    with serving(always(reply)) as server:
        made = rig(catalogue_of(small()), server.url, settings={"api_keys": {"small": "invented-key"}})
        try:
            got = made.adapters.rest.ask(small(), question(), deadline=Deadline(10), record=made.attempts.append)
        finally:
            made.adapters.close()
    return got, made, server


def said(value: object, status: int = 200) -> bytes:
    return http(status, json.dumps(value).encode(), "application/json")


def test_the_body_carries_the_person_and_the_url_does_not() -> None:
    reply, made, server = ask(said({"iin": IIN, "papers": [{"number": 7, "until": "2030-01-02"}, {"number": "8"}]}))
    assert json.loads(server.asked[0].body) == {
        "id": "id-1",
        "who": {"iin": IIN, "exact": True},
        "limit": 5,
        "iban": None,
    }
    assert server.asked[0].path == "/rest/v1/find" and IIN not in server.asked[0].head
    assert server.asked[0].header("X-Inquiry-Id") == "inquiry-1"
    assert server.asked[0].header("X-Api-Key") == "invented-key"
    assert reply.record["person"]["iin"] == IIN
    assert [paper["number"] for paper in reply.record["person"]["documents"]] == ["7", "8"]
    assert made.failures == [""]


def test_one_item_may_come_without_its_list() -> None:
    assert ask(said({"papers": {"number": "7"}}))[0].record == {"person": {"documents": [{"number": "7"}]}}


def test_statuses_and_codes_mean_what_the_passport_says() -> None:
    assert ask(http(404, b"", "text/plain"))[0] == Reply("no_record", {}, "404")
    assert ask(said({"result": {"code": "NONE"}}))[0] == Reply("no_record", {}, "NONE")


ERRORS: list[tuple[bytes, type[RegistryError]]] = [
    (said({}, 403), ConsentMissing),
    (said({}, 504), RegistryFailed),
    (said({}, 500), RegistryUnavailable),
    (said({}, 400), RegistryRefused),
    (said({}, 302), ContractBroken),
    (said([]), ContractBroken),
    (said({}), ContractBroken),
    (said({"iin": None}), ContractBroken),
    (said({"other": 1}), ContractBroken),
    (said({"papers": [{"until": "880314490010"}]}), ContractBroken),
    (http(200, b"<html>880314490010</html>", "text/html"), ContractBroken),
    (http(200, b'{"iin": "880314490010"', "application/json"), ContractBroken),
    (http(200, b'{"iin": NaN}', "application/json"), ContractBroken),
    (http(200, b'{"iin": "\xff"}', "application/json"), ContractBroken),
    (http(200, b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json"), ContractBroken),
    (http(200, b"[" * 100_000, "application/json"), ContractBroken),
    (http(200, b'{"iin": ' + b"9" * 5000 + b"}", "application/json"), ContractBroken),
]


@pytest.mark.parametrize(("reply", "error"), ERRORS)
def test_everything_else_is_an_error_that_quotes_nothing(reply: bytes, error: type[RegistryError]) -> None:
    with pytest.raises(error) as caught:
        ask(reply)
    assert type(caught.value) is error
    assert not any(IIN in text for text in texts_of(caught.value))
