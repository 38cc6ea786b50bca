"""Strict readers of what the mock sends: SHEP's schemas, a passport's schemas, a service's WSDL."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path

from lxml import etree

from contracts import shep
from contracts.passport import Passport, Payload
from contracts.words import DataForm

_XS = "http://www.w3.org/2001/XMLSchema"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@cache
def _schema(file: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(file))


def body_root(message: bytes) -> etree._Element:
    """What stands in the SOAP body."""
    body = etree.fromstring(message).find(f"{{{_SOAP}}}Body")
    assert body is not None and len(body) == 1
    return body[0]


def assert_envelope(message: bytes, schema: str) -> etree._Element:
    """The body's content is valid against a schema of SHEP; returns it. Business types are not the schema's affair."""
    root = body_root(message)
    looked_at = deepcopy(root)
    for element in looked_at.iter():
        if (element.get(_XSI_TYPE) or "xs:string") != "xs:string":
            del element.attrib[_XSI_TYPE]
    content = looked_at
    if looked_at.tag == f"{{{_SOAP}}}Fault":
        content = looked_at.find("detail")[0]  # type: ignore[index]
    _schema(shep.schema(schema)).assertValid(content)
    return root


def data_of(root: etree._Element) -> etree._Element | None:
    return next(root.iter("data"), None)


def payload_in(data: etree._Element, form: DataForm) -> etree._Element:
    """The element that a payload's schema describes."""
    if form is DataForm.STRING:
        assert data.text and len(data) == 0
        return etree.fromstring(data.text.encode())
    if form is DataForm.ELEMENT:
        assert len(data) == 1
        return etree.fromstring(etree.tostring(data[0]))
    return data


def assert_payload(payload: Payload, folder: Path, element: etree._Element) -> None:
    """Valid against the payload's own schema."""
    _schema(folder / payload.schema_file).assertValid(element)


@cache
def _wsdl_schemas(wsdl: Path, folder: Path) -> etree.XMLSchema:
    schemas = list(etree.parse(wsdl).iter(f"{{{_XS}}}schema"))
    files = {one.get("targetNamespace") or "": folder / f"{number}.xsd" for number, one in enumerate(schemas)}
    top = etree.Element(f"{{{_XS}}}schema")
    for one in schemas:
        namespace = one.get("targetNamespace") or ""
        for needed in one.iter(f"{{{_XS}}}import"):
            place = needed.get("schemaLocation")
            needed.set("schemaLocation", str(wsdl.parent / place if place else files[needed.get("namespace") or ""]))
        # As text, because a copy loses the prefixes that only values use.
        files[namespace].write_bytes(etree.tostring(one))
        etree.SubElement(top, f"{{{_XS}}}import", namespace=namespace, schemaLocation=str(files[namespace]))
    return etree.XMLSchema(etree.ElementTree(top))


def assert_operation(passport: Passport, folder: Path, tmp: Path, element: etree._Element) -> None:
    """Valid against the schemas inside the service's WSDL."""
    assert passport.soap is not None
    _wsdl_schemas((folder / passport.soap.wsdl).resolve(), tmp).assertValid(element)
