"""A question that its service cannot read: the journal shows where it looked, and which name came instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from tests.registries_mock.small_world import (
    async_request,
    request_body,
    request_data,
    small_app,
    soap_message,
    sync_message,
)

MESSAGES: Final[Mapping[Protocol, Callable[[Catalogue, Passport], str | bytes]]] = {
    Protocol.SHEP_SYNC: lambda known, one: sync_message(one.service_id, request_data(known, one)),
    Protocol.SHEP_ASYNC: async_request,
    Protocol.SOAP: lambda known, one: soap_message(request_body(known, one)),
    Protocol.REST: request_body,
}
ADDRESSES: Final[Mapping[Protocol, str]] = {
    Protocol.SHEP_SYNC: "/bip-sync-wss-gost/",
    Protocol.SHEP_ASYNC: "/bip-async-wss-gost/",
    Protocol.SOAP: "/soap/",
    Protocol.REST: "/rest/",
}


@pytest.fixture
def client() -> FlaskClient:
    return small_app().test_client()


def send(client: FlaskClient, passport: Passport, message: bytes) -> list[dict[str, Any]]:
    """What the journal says was probably meant."""
    client.post(ADDRESSES[passport.protocol] + passport.address, data=message)
    number = client.get("/_mock/journal?limit=1000").get_json()[-1]["number"]
    return list(client.get(f"/_mock/journal/{number}").get_json()["nearest"])


def written(catalogue: Catalogue, passport: Passport) -> bytes:
    message = MESSAGES[passport.protocol](catalogue, passport)
    return message.encode() if isinstance(message, str) else message


def with_place(catalogue: Catalogue, protocol: Protocol, name: str) -> Passport:
    """A service of the protocol that finds people by what stands there, and by nothing else."""
    return next(
        one
        for one in catalogue.passports.values()
        if one.protocol is protocol and len(one.search) == 1 and name in {field.path for field in one.request.fields}
    )


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        (Protocol.SHEP_SYNC, "iin"),
        (Protocol.SHEP_ASYNC, "iin"),
        (Protocol.SOAP, "request/requestData/iin"),
        (Protocol.REST, "iban"),
    ],
)
def test_a_mistyped_name_is_shown_beside_the_place_where_the_service_looked(
    client: FlaskClient, catalogue: Catalogue, protocol: Protocol, name: str
) -> None:
    passport = with_place(catalogue, protocol, name)
    right = written(catalogue, passport)
    assert send(client, passport, right) == []
    last = name.rpartition("/")[2].encode()
    wrong = right
    for before, after in ((b"<", b">"), (b"</", b">"), (b"&lt;", b"&gt;"), (b"&lt;/", b"&gt;"), (b'"', b'"')):
        wrong = wrong.replace(before + last + after, before + last + b"s" + after)
    assert wrong != right
    assert send(client, passport, wrong) == [
        {"passport": passport.key, "likeness": 1.0, "differs": {name: {"came": f"{last.decode()}s", "known": name}}}
    ]


def test_what_is_like_no_place_is_told_as_nothing_and_no_value_is_shown(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = with_place(catalogue, Protocol.SHEP_SYNC, "iin")
    for data in ("<data><who>900314499010</who></data>", "<data/>"):
        (told,) = send(client, passport, sync_message(passport.service_id, data))
        assert told["differs"]["iin"] == {"came": "", "known": "iin"}
        assert "900314499010" not in str(told)


def test_of_a_failure_on_demand_with_the_same_code_nothing_is_told(client: FlaskClient, catalogue: Catalogue) -> None:
    passport = with_place(catalogue, Protocol.SHEP_SYNC, "iin")
    client.post("/_mock/failures", json={"kind": "fault", "passport": passport.key})
    assert send(client, passport, written(catalogue, passport)) == []
