"""The forms that a written payload takes: XML elements, the nested values of a SOAP operation, a JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lxml import etree

from adapters.payloads.plans import XS, XSI, Plan
from adapters.payloads.writing import Written
from adapters.ports import SignPayload
from contracts.errors import SettingInvalid
from contracts.passport import Passport
from contracts.words import DataForm, FieldType

_XSI_TYPE, _XSI_NIL = f"{{{XSI}}}type", f"{{{XSI}}}nil"
_SOURCE = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def write_data(
    parent: etree._Element, plan: Plan, written: Sequence[Written], passport: Passport, sign: SignPayload | None
) -> None:
    """Append `<data>` in the payload's form: string, inline, typed or element (shep-protocol 1.5)."""
    form = plan.payload.form
    if form in (DataForm.INLINE, DataForm.TYPED):
        data = etree.SubElement(parent, "data", nsmap={**plan.prefixes, "xsi": XSI})
        if form is DataForm.TYPED:
            data.set(_XSI_TYPE, plan.payload.xsi_type)
        append_elements(data, written)
        return
    document = _signed(write_document(plan, written), plan, passport, sign)
    if form is DataForm.ELEMENT:
        etree.SubElement(parent, "data").append(etree.fromstring(document, _SOURCE))
        return
    append_string(parent, document)


def append_string(parent: etree._Element, document: bytes) -> None:
    """Append `<data>` that holds a document as a string: what is signed inside stays as it was."""
    data = etree.SubElement(parent, "data", nsmap={"xs": XS, "xsi": XSI})
    data.set(_XSI_TYPE, "xs:string")
    data.text = document.decode("utf-8")


def write_document(plan: Plan, written: Sequence[Written]) -> bytes:
    """Return the business document of the forms string and element, as UTF-8 without a declaration."""
    root = etree.Element(plan.root_tag, nsmap=dict(plan.prefixes))
    if plan.payload.xsi_type:
        root.set(_XSI_TYPE, plan.payload.xsi_type)
    append_elements(root, written)
    return etree.tostring(root, encoding="utf-8", xml_declaration=False)


def append_elements(parent: etree._Element, written: Sequence[Written]) -> None:
    """Append what was written below `parent`, attributes onto it."""
    for item in written:
        if item.branch.step.attribute:
            parent.set(item.branch.tag, item.text or "")
            continue
        element = etree.SubElement(parent, item.branch.tag, nsmap={"xsi": XSI} if item.nil or item.xsi_type else None)
        if item.xsi_type:
            element.set(_XSI_TYPE, item.xsi_type)
        if item.nil:
            element.set(_XSI_NIL, "true")
        if item.text:
            element.text = item.text
        append_elements(element, item.parts)


def as_json(written: Sequence[Written]) -> dict[str, Any]:
    """Return the JSON object of the form json: numbers and booleans as such, everything else as text."""
    return {item.branch.step.local: _json_value(item) for item in written}


def _json_value(item: Written) -> Any:
    if item.nil:
        return None
    if item.parts or item.type is FieldType.GROUP:
        return as_json(item.parts)
    text = item.text or ""
    match item.type:
        case FieldType.BOOLEAN:
            return text in ("true", "1")
        case FieldType.INT | FieldType.LONG:
            return int(text)
        case FieldType.DECIMAL | FieldType.DOUBLE:
            return float(Decimal(text))
    return text


def _signed(document: bytes, plan: Plan, passport: Passport, sign: SignPayload | None) -> bytes:
    if not plan.payload.signed:
        return document
    if sign is None:
        raise SettingInvalid(f"{passport.key} wants a signed payload, and no key for payloads is set")
    return sign(document)
