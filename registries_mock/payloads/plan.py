"""The tree that a payload's list of fields describes, in document order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.passport import PayloadField
from registries_mock.payloads.names import Naming
from registries_mock.payloads.paths import Step, bare, parse_path


@dataclass
class Node:
    """An element or attribute. Without fields: a parent that no field names; several fields are pieces of one text."""

    step: Step
    path: str
    """Without prefixes."""
    name: str = ""
    """As it is called on the wire."""
    fields: list[PayloadField] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    attributes: list[Node] = field(default_factory=list)
    has_binds: bool = False
    """Whether the vocabulary fills anything here or below."""
    places: dict[Step, Node] = field(default_factory=dict, repr=False)
    """Children and attributes by step."""


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
    return root


def _below(parent: Node, step: Step, naming: Naming) -> Node:
    found = parent.places.get(step)
    if found is None:
        name = naming.of_attribute(step) if step.attribute else naming.of(step)
        found = parent.places[step] = Node(step, f"{parent.path}/{step.name}".lstrip("/"), name)
        (parent.attributes if step.attribute else parent.children).append(found)
    return found
