"""Finding the business payload in `<data>`, in whichever of the four forms it came (shep-protocol 1.5, 4.2)."""

from __future__ import annotations

from lxml import etree

from adapters.payloads.nodes import XmlNode, local_name
from adapters.payloads.parsing import parse_xml
from adapters.payloads.plans import Plan
from contracts.errors import ContractBroken


def locate(data: etree._Element | None, plan: Plan) -> XmlNode | None:
    """Return the node whose children are the payload's fields; None where `data` is absent or empty.

    Raises ContractBroken where something stands there that has neither the agreed root nor any agreed element:
    reading that as "no record" would be an outage taken for an answer.
    """
    if data is None:
        return None
    inner = [child for child in data if isinstance(child.tag, str)]
    if not inner:
        text = (data.text or "").strip().lstrip("\ufeff")
        if not text:
            return None
        return _in_document(parse_xml(text.encode("utf-8"), "text/xml; charset=utf-8"), plan)
    for child in inner:
        if plan.root and local_name(child.tag) == plan.root:
            return XmlNode(child)
    for child in inner:
        if (holder := _follow(child, plan)) is not None:
            return locate(holder, plan)
    node = XmlNode(data)
    if len(inner) == 1 and plan.first_names.isdisjoint(node.names()):
        node = XmlNode(inner[0])  # a root of another name, or one where the form has none
    return _checked(node, plan)


def find_below(element: etree._Element, local: str) -> etree._Element | None:
    """Return the first element of that local name below, whatever its namespace."""
    return next(element.iterdescendants(f"{{*}}{local}"), None)


def _in_document(root: etree._Element, plan: Plan) -> XmlNode | None:
    name = local_name(str(root.tag))
    if plan.root and name == plan.root:
        return XmlNode(root)
    if (holder := _follow(root, plan)) is not None:
        return locate(holder, plan)
    if name in plan.first_names:  # the form inline, sent as one document
        holder = etree.Element("data")
        holder.append(root)
        return XmlNode(holder)
    return _checked(XmlNode(root), plan)


def _follow(element: etree._Element, plan: Plan) -> etree._Element | None:
    """The element at the end of one of the ways that the payload may also come in, which begins at this one."""
    for first, *rest in plan.ways:
        found: etree._Element | None = element if _is_named(element, first) else None
        for name in rest:
            found = next((child for child in found if _is_named(child, name)), None) if found is not None else None
        if found is not None:
            return found
    return None


def _checked(node: XmlNode, plan: Plan) -> XmlNode:
    if plan.first_names.isdisjoint(node.names()):
        raise ContractBroken("the reply's data has neither the agreed root nor any agreed element")
    return node


def _is_named(node: etree._Element, local: str) -> bool:
    return isinstance(node.tag, str) and local_name(node.tag) == local
