"""A payload between the passport and the wire: named items, written as XML or as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from contracts.errors import CatalogueInvalid
from contracts.words import FieldType

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SPECIAL: Final = re.compile(r"[&<>\r]")
_NUMBERS: Final = frozenset({FieldType.INT, FieldType.LONG, FieldType.DECIMAL, FieldType.DOUBLE})


@dataclass(slots=True)
class Item:
    """One element; `name` carries its prefix."""

    name: str
    type: FieldType = FieldType.GROUP
    text: str = ""
    children: list[Item] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    nil: bool = False
    many: bool = False
    """May repeat: a list in JSON."""


def to_xml(item: Item, namespaces: Mapping[str, str]) -> str:
    """The element as text, with every prefix that it uses declared on it; nothing else is inherited from outside."""
    inner: list[str] = []
    names: set[str] = set()
    write_item(item, inner, names)
    declared = declare({prefix for name in names if (prefix := name.rpartition(":")[0])}, namespaces)
    head = len(item.name) + 1
    text = "".join(inner)
    return f"{text[:head]}{declared}{text[head:]}"


def declare(prefixes: Iterable[str], namespaces: Mapping[str, str]) -> str:
    """The prefixes as attributes; raises CatalogueInvalid for one that has no namespace."""
    known = {"xsi": XSI, **namespaces}
    missing = [prefix for prefix in sorted(prefixes) if prefix not in known]
    if missing:
        raise CatalogueInvalid(f"the prefix {missing[0]} has no namespace")
    return "".join(f" xmlns:{prefix}={quoteattr(known[prefix])}" for prefix in sorted(prefixes))


def to_json(items: list[Item]) -> bytes:
    """The items as a JSON object; numbers and booleans are typed, "no value" is null."""
    return json.dumps(_object(items), ensure_ascii=False).encode()


def write_item(item: Item, out: list[str], names: set[str]) -> None:
    """Adds the element to `out`, and to `names` whatever in it has a prefix or could have one."""
    tag = item.name
    names.add(tag)
    if item.attributes or item.nil:
        attributes = item.attributes | {"xsi:nil": "true"} if item.nil else item.attributes
        names.update(attributes)
        names.add(attributes.get("xsi:type", ""))
        tag += "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    if not item.text and not item.children:
        out.append(f"<{tag}/>")
        return
    out.append(f"<{tag}>{escape_text(item.text)}")
    for child in item.children:
        write_item(child, out, names)
    out.append(f"</{item.name}>")


def escape_text(text: str) -> str:
    """The text as it stands in an element."""
    return escape(text, {"\r": "&#13;"}) if _SPECIAL.search(text) else text


def _object(items: list[Item]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for item in items:
        if item.many:
            result.setdefault(item.name, []).append(_value(item))
        else:
            result[item.name] = _value(item)
    return result


def _value(item: Item) -> Any:
    if item.nil:
        return None
    if item.type in (FieldType.GROUP, FieldType.DICT):
        return _object(item.children)
    if item.type is FieldType.BOOLEAN:
        return item.text == "true"
    if item.type in _NUMBERS and item.text:
        return json.loads(item.text)
    return item.text
