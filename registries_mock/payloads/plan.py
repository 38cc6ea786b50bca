"""The tree that a payload's list of fields describes, in document order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from contracts.passport import PayloadField
from contracts.words import Cardinality, FieldType
from registries_mock.payloads.names import Naming
from registries_mock.payloads.paths import Step, bare, parse_path

MANY: Final = (Cardinality.MANY, Cardinality.SOME)
OPTIONAL: Final = (Cardinality.OPTIONAL, Cardinality.MANY)
NOTHING, FRAME, RECORD = 0, 1, 2
"""How much an element says: nothing, only constants and the frame's own values, or something of the record."""


@dataclass
class Node:
    """An element or attribute. Without fields: a parent that no field names; several fields are pieces of one text."""

    step: Step
    path: str
    """Without prefixes."""
    name: str = ""
    """As it is called on the wire."""
    key_name: str = ""
    """So is the child that its predicate asks for: `item[key=x]`."""
    fields: list[PayloadField] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    attributes: list[Node] = field(default_factory=list)
    has_binds: bool = False
    """Whether the vocabulary fills anything here or below."""
    places: dict[Step, Node] = field(default_factory=dict, repr=False)
    """Children and attributes by step."""
    is_plain: bool = False
    """One text of one field, and nothing else: most of what there is."""


def build_plan(fields: Iterable[PayloadField], naming: Naming) -> Node:
    """The payload's root; elements stand where they were first named."""
    root = Node(Step(""), "")
    for one in fields:
        node = root
        node.has_binds |= bool(one.bind)
        for step in parse_path(one.path):
            node = _below(node, step, naming)
            node.has_binds |= bool(one.bind)
        node.fields.append(one)
        node.path = bare(one.path)
    _find_plain(root)
    return root


def _find_plain(node: Node) -> None:
    own = node.fields[0] if len(node.fields) == 1 else None
    node.is_plain = (
        own is not None
        and not node.places
        and not node.step.key
        and own.type not in (FieldType.GROUP, FieldType.DICT)
        and own.card not in MANY
        and not own.xsi_type
        and own.split is None
    )
    for child in node.children:
        _find_plain(child)


def _below(parent: Node, step: Step, naming: Naming) -> Node:
    found = parent.places.get(step)
    if found is None:
        name = naming.of_attribute(step) if step.attribute else naming.of(step)
        path = f"{parent.path}/{step.name}".lstrip("/")
        found = parent.places[step] = Node(step, path, name, naming.of_key(step))
        (parent.attributes if step.attribute else parent.children).append(found)
    return found
