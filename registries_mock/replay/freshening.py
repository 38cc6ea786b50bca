"""What of a recorded reply is of the moment: ids, session and dates of its envelope, made anew for each asker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from registries_mock.errors import Refused
from registries_mock.payloads.xml_in import child, local, parse_bytes

_DATES: Final = frozenset({"responseDate", "errorDate"})


def freshen(reply: bytes, now: str, session: str, ids: Mapping[str, str]) -> bytes:
    """The SOAP reply with this moment and session, and these texts of elements by name ("": the element is left out).

    Only what the envelope says of the message is looked at, never its data. A reply that is no SOAP stays.
    """
    try:
        root = parse_bytes(reply)
    except Refused:
        return reply
    body = child(root, "Body")
    if body is None or not len(body):
        return reply
    for element in _places(body[0]):
        for one in list(element):
            name = local(one)
            if name in _DATES:
                one.text = now
            elif name == "sessionId":
                one.text = session
            elif name in ids:
                one.text = ids[name]
                if not ids[name]:
                    element.remove(one)
    # A chain that this asker has, and the one of the recording had not.
    info = child(child(body[0], "response"), "responseInfo")
    if info is not None and ids.get("correlationId") and child(info, "correlationId") is None:
        chain = etree.Element("correlationId")
        chain.text = ids["correlationId"]
        info.insert(1, chain)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _places(content: etree._Element) -> list[etree._Element]:
    """responseInfo, the response of AsyncChannel, and what the detail of a fault holds."""
    response = child(content, "response")
    info = child(response, "responseInfo")
    detail = child(content, "detail")
    found = [response if info is None else info, *(detail if detail is not None else ())]
    return [one for one in found if one is not None and isinstance(one.tag, str)]
