"""Promises of the services with a WSDL of their own: zeep reads it, and hand-typed bodies are what its types say."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.contracts.soap_readers import SoapContract, compile_types, put_in_envelope, soap_contracts
from tests.shared import shared_path

_CONTRACTS = soap_contracts()
_SYSTEM_INFO = "http://v6.systeminfo.services.shep.nitec.kz"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_SHARED = (
    ("mtszn-p06552", "mtszn_sync", "getP06552.xml"),
    ("mtszn-p06552", "mtszn_sync", "getP06552Response.xml"),
    ("mtszn-p06560", "mtszn_sync", "getP06560.xml"),
    ("mtszn-p06560", "mtszn_sync", "getP06560Response.xml"),
    ("billing-deductions", "incomes", "getDeductionDetailedInfo.xml"),
    ("billing-deductions", "incomes", "getDeductionDetailedInfoResponse.xml"),
    ("opendata-aisoip", "alimony", "opendata_aisoip_request.xml"),
    ("opendata-aisoip", "alimony", "opendata_aisoip_response.xml"),
)


@pytest.fixture(params=sorted(_CONTRACTS))
def contract(request: pytest.FixtureRequest) -> SoapContract:
    return _CONTRACTS[request.param]


@pytest.fixture
def types(contract: SoapContract, tmp_path: Path) -> etree.XMLSchema:
    return compile_types(contract.wsdl, tmp_path)


def test_there_are_services_with_a_wsdl_of_their_own() -> None:
    assert {"mtszn-p06552", "mtszn-p06560", "billing-deductions", "opendata-aisoip"} <= set(_CONTRACTS)


def test_zeep_binds_the_operation_between_the_passports_two_roots(contract: SoapContract) -> None:
    operation: Any = contract.operation()
    assert operation.name == contract.soap.operation
    assert operation.style == "document"
    assert operation.soapaction == ""
    assert operation.input.body.qname.text == contract.root("request")
    assert operation.output.body.qname.text == contract.root("reply")


def test_the_address_in_the_file_is_a_placeholder_with_the_passports_path(contract: SoapContract) -> None:
    (address,) = etree.parse(str(contract.wsdl)).getroot().iter(f"{_SOAP}address")
    assert address.get("location") == f"http://127.0.0.1/soap/{contract.passport.address}"


def test_passports_at_one_address_share_one_file(contract: SoapContract) -> None:
    neighbours = [other for other in _CONTRACTS.values() if other.passport.address == contract.passport.address]
    assert {other.wsdl for other in neighbours} == {contract.wsdl}


@pytest.mark.parametrize("name", ["request", "reply", "no_record"])
def test_hand_typed_bodies_are_what_the_types_say(contract: SoapContract, types: etree.XMLSchema, name: str) -> None:
    body = contract.sample(name)
    assert body.tag == contract.root(name)
    assert types.validate(body), types.error_log


@pytest.mark.parametrize("name", ["reply", "no_record"])
def test_zeep_reads_hand_typed_replies(contract: SoapContract, name: str) -> None:
    assert contract.operation().output.deserialize(put_in_envelope(contract.sample(name))) is not None


@pytest.mark.parametrize("name", ["request", "reply"])
def test_a_field_that_no_table_knows_is_refused(contract: SoapContract, types: etree.XMLSchema, name: str) -> None:
    body = contract.sample(name)
    etree.SubElement(body[0], "unheardOf")
    assert not types.validate(body)


def test_the_ministry_says_yes_or_no_in_every_reply_with_data(tmp_path: Path) -> None:
    contract = _CONTRACTS["mtszn-p06552"]
    body = contract.sample("reply")
    (helped,) = body.iter("socialStatusHelped")
    parent = helped.getparent()
    assert parent is not None
    parent.remove(helped)
    assert not compile_types(contract.wsdl, tmp_path).validate(body)


def test_the_ministrys_sender_stands_in_the_gateways_namespace(tmp_path: Path) -> None:
    contract = _CONTRACTS["mtszn-p06552"]
    body = contract.sample("request")
    (sender,) = body.iter(f"{{{_SYSTEM_INFO}}}Sender")
    sender.tag = "Sender"
    assert not compile_types(contract.wsdl, tmp_path).validate(body)


def test_the_open_data_query_names_its_type_as_clients_do() -> None:
    (data,) = _CONTRACTS["opendata-aisoip"].sample("request").iter("data")
    prefix, _, name = str(data.get(_XSI_TYPE)).rpartition(":")
    assert (data.nsmap[prefix], name) == ("http://bip.bee.kz/SyncChannel/v10/Types/Request", "RequestMessage")


@pytest.mark.parametrize(("key", "folder", "file"), _SHARED)
def test_messages_beside_the_project_are_valid_too(key: str, folder: str, file: str, tmp_path: Path) -> None:
    root = etree.parse(str(shared_path("data", "payloads", folder, file))).getroot()
    body = next(root.iter("{http://schemas.xmlsoap.org/soap/envelope/}Body"), None)
    payload = root if body is None else body[0]
    types = compile_types(_CONTRACTS[key].wsdl, tmp_path)
    assert types.validate(etree.fromstring(etree.tostring(payload))), types.error_log
