"""What a reply looks like to its reader, whether it came as XML or JSON: nodes with children by name, and texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from lxml import etree

from adapters.payloads.paths import Condition, Step
from adapters.payloads.plans import XSI

_NIL = f"{{{XSI}}}nil"


class Node(Protocol):
    """A place in a reply. "No value" has one look: an absent, nil or empty thing is "" or nothing."""

    def children(self, local: str, namespace: str | None = None) -> Sequence[Node]:
        """Those of that local name; of any namespace where none is asked for ("" asks for none at all)."""
        ...

    def items(self) -> Iterable[tuple[str, Node]]:
        """All children with their local names, in document order."""
        ...

    def is_in(self, namespace: str) -> bool: ...

    def text(self) -> str: ...

    def attribute(self, local: str) -> str: ...

    def names(self) -> Collection[str]:
        """Local names of the children."""
        ...

    def is_empty(self) -> bool:
        """True where neither it nor anything below it says anything."""
        ...


class XmlNode:
    """An element; prefixes and namespaces do not matter unless they are asked for."""

    __slots__ = ("element",)

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    def children(self, local: str, namespace: str | None = None) -> Sequence[XmlNode]:
        space = "*" if namespace is None else namespace
        return [XmlNode(child) for child in self.element.iterchildren(f"{{{space}}}{local}")]

    def items(self) -> Iterator[tuple[str, XmlNode]]:
        for child in self.element:
            tag = child.tag
            if isinstance(tag, str):
                yield (local_name(tag) if tag[0] == "{" else tag), XmlNode(child)

    def is_in(self, namespace: str) -> bool:
        return _space(self.element) == namespace

    def text(self) -> str:
        return text_of(self.element)

    def attribute(self, local: str) -> str:
        attributes = self.element.attrib
        if local in attributes:
            return str(attributes[local]).strip()
        return next((str(value).strip() for name, value in attributes.items() if local_name(str(name)) == local), "")

    def names(self) -> Collection[str]:
        return {local_name(child.tag) for child in self.element if isinstance(child.tag, str)}

    def is_empty(self) -> bool:
        return is_empty(self.element)


class JsonNode:
    """A JSON value; a list stands for its items."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def children(self, local: str, namespace: str | None = None) -> Sequence[JsonNode]:
        value = self._value.get(local) if isinstance(self._value, Mapping) else None
        items = value if isinstance(value, list) else [value]
        return [JsonNode(item) for item in items if item is not None]

    def items(self) -> Iterator[tuple[str, JsonNode]]:
        for name in self.names():
            for child in self.children(name):
                yield name, child

    def is_in(self, namespace: str) -> bool:
        return not namespace

    def text(self) -> str:
        match self._value:
            case bool():
                return "true" if self._value else "false"
            case Decimal():
                return format(self._value, "f") if abs(self._value.adjusted()) < 40 else str(self._value)
            case str():
                return self._value.strip()
            case int():
                return str(self._value)
        return ""

    def attribute(self, local: str) -> str:
        return next((node.text() for node in self.children(local)), "")

    def names(self) -> Collection[str]:
        return self._value.keys() if isinstance(self._value, Mapping) else ()

    def is_empty(self) -> bool:
        return _says_nothing(self._value)


def find_all(start: Node, steps: Sequence[Step], namespaces: Sequence[str | None] = ()) -> list[Node]:
    """Return the nodes at the end of the steps; the last step may not be an attribute."""
    nodes: list[Node] = [start]
    for place, step in enumerate(steps):
        wanted = namespaces[place] if place < len(namespaces) else None
        nodes = [
            child
            for node in nodes
            for child in node.children(step.local, wanted)
            if step.condition is None or fits(child, step.condition)
        ]
    return nodes


def fits(node: Node, condition: Condition) -> bool:
    if condition.attribute:
        return node.attribute(condition.name) == condition.value
    return any(child.text() == condition.value for child in node.children(condition.name))


def is_nil(element: etree._Element) -> bool:
    return element.get(_NIL) in ("true", "1")


def text_of(element: etree._Element) -> str:
    """An element's text without the blanks around it, "" where it is nil."""
    # Whether there are attributes at all is told far quicker than whether that one is there.
    text = element.text
    return "" if not text or (element.keys() and is_nil(element)) else text.strip()


def is_empty(element: etree._Element) -> bool:
    """True where neither the element nor anything below it says anything; the attributes of XSI say nothing."""
    if names := element.keys():
        if is_nil(element):
            return True
        if any(_space_of(str(name)) != XSI for name in names):
            return False
    text = element.text
    if text and text.strip():
        return False
    return all(is_empty(child) for child in element if isinstance(child.tag, str))


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _space(element: etree._Element) -> str:
    return _space_of(str(element.tag))


def _space_of(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _says_nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_says_nothing(item) for item in value.values())
    if isinstance(value, list):
        return all(_says_nothing(item) for item in value)
    return value is None or (isinstance(value, str) and not value.strip())
