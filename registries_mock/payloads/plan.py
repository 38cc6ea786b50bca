"""The tree that a payload's list of fields describes, in document order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.passport import PayloadField
from registries_mock.payloads.paths import Step, bare, parse_path


@dataclass
class Node:
    """An element or attribute. Without fields: a parent that no field names; several fields are pieces of one text."""

    step: Step
    path: str
    """Without prefixes."""
    fields: list[PayloadField] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    attributes: list[Node] = field(default_factory=list)
    has_binds: bool = False
    """Whether the vocabulary fills anything here or below."""


def build_plan(fields: Iterable[PayloadField]) -> Node:
    """The payload's root; elements stand where they were first named."""
    root = Node(Step(""), "")
    for one in fields:
        node = root
        node.has_binds |= bool(one.bind)
        for step in parse_path(one.path):
            node = _below(node, step)
            node.has_binds |= bool(one.bind)
        node.fields.append(one)
        node.path = bare(one.path)
    return root


def _below(parent: Node, step: Step) -> Node:
    places = parent.attributes if step.attribute else parent.children
    found = next((node for node in places if node.step == step), None)
    if found is None:
        found = Node(step, f"{parent.path}/{step.name}".lstrip("/"))
        places.append(found)
    return found
