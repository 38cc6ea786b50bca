"""What every SHEP message shares: SOAP envelope, moments, sender, properties, faults; read whatever the prefixes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from lxml import etree

from adapters.http.statuses import judge_status, refuse_pages
from adapters.payloads.nodes import XmlNode, local_name
from adapters.payloads.parsing import parse_xml
from adapters.ports import HttpReply, Opened
from contracts.errors import ContractBroken

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SYNC = "http://bip.bee.kz/SyncChannel/v10/Types"
ASYNC = "http://bip.bee.kz/AsyncChannel/v10/Types"
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
INQUIRY = "inquiryId"
"""Key of the property that carries the id of our exchange."""
_CODE_TEXTS = ("errorCode", "Value", "faultcode")


def new_body(namespace: str, operation: str, inner: str) -> tuple[etree._Element, etree._Element]:
    """Return (envelope, element `inner`): everything but the operation's own element is in no namespace."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    wrapper = etree.SubElement(body, f"{{{namespace}}}{operation}", nsmap={"ns2": namespace})
    return envelope, etree.SubElement(wrapper, inner)


def to_bytes(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, encoding="utf-8", xml_declaration=True)


def append_texts(parent: etree._Element, texts: Sequence[tuple[str, str]]) -> None:
    """Append elements with these texts; one without a text is left out."""
    for name, text in texts:
        if text:
            etree.SubElement(parent, name).text = text


def append_sender(parent: etree._Element, sender_id: str, password: str) -> None:
    append_texts(etree.SubElement(parent, "sender"), (("senderId", sender_id), ("password", password)))


def append_inquiry(parent: etree._Element, inquiry_id: str) -> None:
    if inquiry_id:
        append_texts(etree.SubElement(parent, "properties"), (("key", INQUIRY), ("value", inquiry_id)))


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def open_reply(reply: HttpReply, open_message: Callable[[bytes], Opened]) -> tuple[etree._Element, Opened]:
    """Return the element inside the reply's Body, an answer or a Fault of any status, and how the envelope was opened.

    Raises what the status stands for where the body is no message, ContractBroken where it is a broken one.
    """
    refuse_pages(reply)
    try:
        opened = open_message(reply.body)
        inside = open_envelope(opened.content, reply.content_type if not opened.signed else "")
    except ContractBroken:
        if reply.status >= 400:
            raise judge_status(reply.status) from None
        raise
    if reply.status >= 400 and not is_fault(inside):
        raise judge_status(reply.status)
    return inside, opened


def open_envelope(content: bytes, content_type: str = "") -> etree._Element:
    """Return the first element inside the Body; raises ContractBroken."""
    root = parse_xml(content, content_type)
    if local_name(str(root.tag)) != "Envelope":
        raise ContractBroken("the message is no SOAP envelope")
    bodies = XmlNode(root).children("Body")
    if len(bodies) != 1:
        raise ContractBroken("the envelope does not have one Body")
    inside = next((child for child in bodies[0].element if isinstance(child.tag, str)), None)
    if inside is None:
        raise ContractBroken("the envelope's Body is empty")
    return inside


def is_fault(inside: etree._Element) -> bool:
    return local_name(str(inside.tag)) == "Fault"


def read_fault(fault: etree._Element) -> str:
    """Return the code of a fault: ErrorInfo's errorCode, also where it stands in escaped XML; else the faultcode."""
    for name in _CODE_TEXTS:
        for node in fault.iter():
            if isinstance(node.tag, str) and local_name(node.tag) == name and (text := (node.text or "").strip()):
                return text.rpartition(":")[2] if name != "errorCode" else text
        if name == "errorCode" and (escaped := _escaped_code(fault)):
            return escaped
    return ""


def first_text(node: XmlNode, *path: str) -> str:
    """Return the text at the end of the path, "" where there is none."""
    for step in path:
        found = node.children(step)
        if not found:
            return ""
        node = found[0]
    return node.text()


def first_child(node: XmlNode, local: str) -> XmlNode | None:
    return next(iter(node.children(local)), None)


def _escaped_code(fault: etree._Element) -> str:
    for node in fault.iter():
        text = (node.text or "").strip() if isinstance(node.tag, str) else ""
        if not text.startswith("<"):
            continue
        try:
            inner = parse_xml(text.encode("utf-8"))
        except ContractBroken:
            continue
        for found in inner.iter():
            if isinstance(found.tag, str) and local_name(found.tag) == "errorCode" and found.text:
                return found.text.strip()
    return ""
