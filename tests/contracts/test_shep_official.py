"""Our SHEP contracts against the operator's own files: the same names, the same verdicts, the same bytes from zeep."""

from typing import Any, NamedTuple

import pytest
from lxml import etree

from contracts import shep
from tests.contracts.shep_readers import (
    SERVICES,
    global_elements,
    our_schema,
    scattered_schema,
    wsdl_facts,
    zeep_client,
    zeep_message,
    zeep_text,
)
from tests.contracts.shep_tables import SAMPLES, all_messages, body_child
from tests.contracts.shep_variants import smallest, variants
from tests.shared import shared_path

_OFFICIAL = {
    "sync": "SyncChannel/v10/Interfaces/SyncChannelHttp_Service.wsdl",
    "async": "AsyncChannel/v10/Interfaces/AsyncChannelHttp_Service.wsdl",
    "async-client": "AsyncChannel/v10/Interfaces/AsyncChannelClientHttp_Service.wsdl",
}
_CALLS = {
    "sync": {"SendMessage": "sync-request"},
    "async": {
        "sendMessage": "async-send-request",
        "sendDeliveryNotification": "async-delivery-notification-request",
        "getMessageStatus": "async-message-status-request",
        "getMessages": "async-messages-request",
    },
    "async-client": {
        "sendMessage": "async-send-request",
        "changeMassageStatusNotification": "client-status-notification-request",
    },
}
_MESSAGES = all_messages()


class _Pair(NamedTuple):
    ours: etree.XMLSchema
    theirs: etree.XMLSchema


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> _Pair:
    return _Pair(our_schema(), scattered_schema(shared_path("data", "shep"), tmp_path_factory.mktemp("official")))


@pytest.mark.parametrize("example", ["signed_request_gost2004.xml", "signed_response_gost2004.xml"])
def test_the_official_signed_examples_are_valid_by_both(schemas: _Pair, example: str) -> None:
    message = body_child(shared_path("data", "shep", "examples", example))
    schemas.theirs.assertValid(message)
    schemas.ours.assertValid(message)


def test_both_know_the_same_roots() -> None:
    official = sorted(shared_path("data", "shep").rglob("*.xsd"))
    assert global_elements([shep.schema(name) for name in shep.XSD_FILES]) == global_elements(official)


@pytest.mark.parametrize("root", _MESSAGES)
def test_both_accept_and_reject_the_same_messages(schemas: _Pair, root: str) -> None:
    accepted = rejected = 0
    for start in (_MESSAGES[root], smallest(_MESSAGES[root], schemas.theirs)):
        for label, message in variants(start):
            verdict = schemas.theirs.validate(message)
            assert schemas.ours.validate(message) == verdict, f"{label}: the official files say {verdict}"
            accepted, rejected = accepted + verdict, rejected + (not verdict)
    assert accepted > 10
    assert rejected > 10


@pytest.mark.parametrize("service", SERVICES)
def test_both_describe_the_same_service(service: str) -> None:
    official = wsdl_facts(shared_path("data", "shep", _OFFICIAL[service]))
    assert len(official) > 20
    assert wsdl_facts(SERVICES[service]) == official


@pytest.mark.parametrize("service", SERVICES)
def test_zeep_writes_the_same_bytes_from_both(service: str) -> None:
    ours, theirs = zeep_client(SERVICES[service]), zeep_client(shared_path("data", "shep", _OFFICIAL[service]))
    (port,) = next(iter(theirs.wsdl.services.values())).ports.values()
    assert set(port.binding.all()) == set(_CALLS[service])
    for operation, sample in _CALLS[service].items():
        message = body_child(SAMPLES / f"{sample}.xml")
        for request in (_plain(message[0]), None):
            expected = zeep_message(theirs, operation, request)
            assert zeep_message(ours, operation, request) == expected
            assert (b"<senderId>" in expected or b"<messageState>" in expected) is (request is not None)


def _plain(element: etree._Element) -> Any:
    """Turn an element into what a caller would hand to zeep."""
    if element.tag == "data":
        return zeep_text(str(element.xpath("string()")))
    if not len(element):
        return element.text
    result: dict[str, Any] = {str(child.tag): _plain(child) for child in element}
    if "properties" in result:
        result["properties"] = [result["properties"], {"key": "second", "value": "2"}]
    return result
