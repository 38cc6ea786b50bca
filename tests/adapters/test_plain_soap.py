"""Plain SOAP: written by zeep from the passport's own WSDL on disk, posted by our transport, read by our reader."""

import threading
from pathlib import Path

import pytest
from lxml import etree

from adapters.ports import Deadline
from contracts.errors import CatalogueInvalid, ContractBroken, RegistryFailed, RegistryRefused, RegistryUnavailable
from contracts.exchange import Reply
from contracts.passport import Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import IIN, Rig, question, rig
from tests.adapters.stub_server import StubServer, always, http, serving

NS = "urn:example:service"
WSDL = f"""<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="{NS}" targetNamespace="{NS}"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types><xs:schema targetNamespace="{NS}">{{include}}
    <xs:complexType name="Criterion"><xs:sequence>
      <xs:element name="iin" type="xs:string"/></xs:sequence></xs:complexType>
    <xs:element name="find"><xs:complexType><xs:sequence>
      <xs:element name="asked" type="xs:dateTime"/><xs:element name="note" type="xs:string" nillable="true"/>
      <xs:element name="criterion" type="xs:anyType"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="findResponse"><xs:complexType><xs:sequence>
      <xs:element name="return" type="xs:anyType"/></xs:sequence></xs:complexType></xs:element>
  </xs:schema></types>
  <message name="in"><part name="parameters" element="t:find"/></message>
  <message name="out"><part name="parameters" element="t:findResponse"/></message>
  <portType name="P"><operation name="find"><input message="t:in"/><output message="t:out"/></operation></portType>
  <binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="find"><soap:operation soapAction="urn:find"/><input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output></operation></binding>
  <service name="S"><port name="Q" binding="t:B"><soap:address location="http://wrong.invalid/"/></port></service>
</definitions>"""
FAULT = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:{}</faultcode>'
    "<faultstring>880314490010</faultstring></s:Fault></s:Body></s:Envelope>"
)


def plain(**changed: object) -> Passport:
    return passport(
        "operation",
        key="plain",
        protocol="soap",
        service_id="",
        address="deep/Service",
        soap={"wsdl": "service.wsdl", "service": "S", "port": "Q", "operation": "find"},
        namespaces={"t": NS},
        readings=[
            {"at": "fault", "retry": ["Server"], "refused": ["Client"]},
            {"at": "element", "path": "return/iin", "missing": "no_record"},
        ],
        request={
            "form": "operation",
            "root": "t:find",
            "fields": [
                {"path": "asked", "type": "dateTime", "from": "message.date"},
                {"path": "note", "nil": True},
                {"path": "criterion", "type": "group", "xsi_type": "t:Criterion"},
                {"path": "criterion/iin", "from": "question.iin"},
            ],
        },
        reply={
            "form": "operation",
            "root": "t:findResponse",
            "fields": [
                {"path": "return/iin", "bind": "person.iin"},
                {"path": "return/birthDate", "type": "dateTime", "card": "0..1", "bind": "person.birth_date"},
            ],
        },
        **changed,
    )


def found(inner: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<r:findResponse xmlns:r="{NS}"><return>{inner}</return></r:findResponse></s:Body></s:Envelope>'
    ).encode()


def ask(
    folder: Path, reply: bytes, *, small: Passport | None = None, include: str = ""
) -> tuple[Reply, Rig, StubServer]:
    (folder / "service.wsdl").write_text(WSDL.replace("{include}", include), encoding="utf-8")
    asked = small or plain(limits={"tries": 1})
    with serving(always(reply)) as server:
        made = rig(catalogue_of(asked, folders={asked.key: folder}), server.url)
        try:
            got = made.adapters.soap.ask(asked, question(), deadline=Deadline(10), record=made.attempts.append)
        finally:
            made.adapters.close()
    return got, made, server


def test_the_wsdl_shapes_the_request_and_the_passport_the_reply(tmp_path: Path) -> None:
    reply, made, server = ask(
        tmp_path, http(200, found(f"<iin>{IIN}</iin><birthDate>1988-03-14T00:00:00+06:00</birthDate>"))
    )
    assert (reply.record["person"]["iin"], reply.record["person"]["birth_date"].isoformat()) == (IIN, "1988-03-14")
    sent = server.asked[0]
    assert sent.path == "/soap/deep/Service"
    assert sent.header("SOAPAction") == '"urn:find"'
    operation = etree.fromstring(sent.body)[0][0]
    xsi = "{http://www.w3.org/2001/XMLSchema-instance}"
    assert operation.tag == f"{{{NS}}}find"
    assert [node.tag for node in operation] == ["asked", "note", "criterion"]
    assert operation[0].text == "2026-02-10T09:15:00+05:00"
    assert operation[1].get(f"{xsi}nil") == "true"
    prefix, _, kind = (operation[2].get(f"{xsi}type") or "").partition(":")
    assert (operation[2].nsmap[prefix], kind, operation[2][0].text) == (NS, "Criterion", IIN)
    assert (made.attempts[0].request, made.attempts[0].http_status, made.failures) == (sent.body, 200, [""])


def test_nothing_found_is_an_answer(tmp_path: Path) -> None:
    assert ask(tmp_path, http(200, found("")))[0] == Reply("no_record", {}, "element:return/iin")


def test_a_date_that_cannot_be_read_is_not_no_date(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="return/birthDate is not a date"):
        ask(tmp_path, http(200, found(f"<iin>{IIN}</iin><birthDate>14.03.1988</birthDate>")))


def test_faults_are_read_by_their_code(tmp_path: Path) -> None:
    for code, error in (("Server", RegistryFailed), ("Client", RegistryRefused)):
        with pytest.raises(error) as caught:
            ask(tmp_path, http(500, FAULT.format(code).encode()))
        assert IIN not in caught.value.detail


def test_a_page_with_an_error_status_is_unavailable_not_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RegistryUnavailable):
        ask(tmp_path, http(503, b"<html>busy</html>", "text/html"))


def test_another_root_in_the_body_is_a_broken_contract(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken):
        ask(tmp_path, http(200, found("").replace(b"findResponse", b"otherResponse")))


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/x.xsd", "file:///etc/x.xsd", "missing.xsd"])
def test_a_wsdl_may_not_point_outside_its_folder(tmp_path: Path, place: str) -> None:
    include = f'<xs:include schemaLocation="{place}"/>'
    with pytest.raises(CatalogueInvalid, match="cannot be used"):
        ask(tmp_path, http(200, found("")), include=include)


def test_a_passport_that_does_not_fit_its_wsdl_says_so_without_values(tmp_path: Path) -> None:
    fields = [{"path": "nothing", "from": "question.iin"}]
    small = plain().model_copy(update={"request": plain().request.model_copy(update={"fields": ()})})
    broken = Passport.model_validate(
        small.model_dump(by_alias=True) | {"request": {"form": "operation", "root": "t:find", "fields": fields}}
    )
    with pytest.raises(CatalogueInvalid, match="does not take its fields") as caught:
        ask(tmp_path, http(200, found("")), small=broken)
    assert IIN not in caught.value.detail and caught.value.__cause__ is None


def test_threads_share_a_loaded_wsdl(tmp_path: Path) -> None:
    (tmp_path / "service.wsdl").write_text(WSDL.replace("{include}", ""), encoding="utf-8")
    small = plain()
    with serving(always(http(200, found(f"<iin>{IIN}</iin>")))) as server:
        made = rig(catalogue_of(small, folders={small.key: tmp_path}), server.url)

        def once() -> None:
            made.adapters.ask(small, question(), deadline=Deadline(30), record=made.attempts.append)

        threads = [threading.Thread(target=once) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        made.adapters.close()
    assert made.failures == [""] * 24
    assert len({etree.tostring(etree.fromstring(asked.body)) for asked in server.asked}) == 1
