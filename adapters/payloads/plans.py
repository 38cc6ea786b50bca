"""A payload's fields as a tree with resolved namespaces: made once per passport, then only walked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.payloads.paths import Step, parse_path
from contracts.errors import CatalogueInvalid
from contracts.passport import Passport, Payload, PayloadField

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "http://www.w3.org/2001/XMLSchema"


@dataclass
class Branch:
    """One element (or attribute) of the payload; structural where no field says more."""

    step: Step
    namespace: str
    fields: list[PayloadField] = field(default_factory=list)
    """Several where each is one piece of the same text."""
    children: list[Branch] = field(default_factory=list)
    judged_by_namespace: bool = False
    """True where a namesake beside it differs by namespace alone: then, and only then, the reader looks at it."""

    @property
    def tag(self) -> str:
        return f"{{{self.namespace}}}{self.step.local}" if self.namespace else self.step.local

    @property
    def wanted_namespace(self) -> str | None:
        """What the reader asks for; None = any."""
        return self.namespace if self.judged_by_namespace else None


@dataclass(frozen=True)
class Plan:
    payload: Payload
    root: str
    """Local name, "" where the form has no root."""
    root_namespace: str
    branches: tuple[Branch, ...]
    prefixes: Mapping[str, str]
    """The namespaces that this payload uses, by prefix."""

    @property
    def root_tag(self) -> str:
        return f"{{{self.root_namespace}}}{self.root}" if self.root_namespace else self.root

    @cached_property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """Local names of the elements that the payload may also stand within, from the outermost."""
        return tuple(tuple(step.rpartition(":")[2] for step in way.split("/")) for way in self.payload.also_within)

    @cached_property
    def first_names(self) -> frozenset[str]:
        """Local names of the elements right below the root."""
        return frozenset(branch.step.local for branch in self.branches)


def make_plan(passport: Passport, payload: Payload) -> Plan:
    """Return the payload's tree; raises CatalogueInvalid for an unknown prefix or an unreadable path."""
    spaces = dict(passport.namespaces)
    used: dict[str, str] = {}

    def resolve(prefix: str) -> str:
        if prefix not in spaces:
            raise CatalogueInvalid(f"passport {passport.key}: the prefix {prefix} is not among its namespaces")
        used[prefix] = spaces[prefix]
        return spaces[prefix]

    root_prefix, _, root = payload.root.rpartition(":")
    root_space = resolve(root_prefix) if root_prefix else ""
    inherited = ""
    if payload.qualified == "all":
        type_prefix = payload.xsi_type.rpartition(":")[0]
        inherited = root_space or (resolve(type_prefix) if type_prefix else spaces.get("", ""))
    for name in (payload.xsi_type, *(each.xsi_type for each in payload.fields)):
        prefix = name.rpartition(":")[0]
        if prefix == "xs":
            used[prefix] = XS
        elif prefix:
            resolve(prefix)

    def place(step: Step) -> str:
        if step.attribute and step.prefix is None:
            return ""
        return inherited if step.prefix is None else resolve(step.prefix) if step.prefix else ""

    top: list[Branch] = []
    for each in payload.fields:
        level, branch = top, None
        for step in parse_path(each.path):
            branch = next((known for known in level if known.step == step), None)
            if branch is None:
                branch = Branch(step, place(step))
                level.append(branch)
            level = branch.children
        if branch is not None:
            branch.fields.append(each)
    _mark_namesakes(top)
    return Plan(payload, root, root_space, tuple(top), used)


def walk(branches: tuple[Branch, ...] | list[Branch]) -> Iterator[Branch]:
    """Every branch, in document order."""
    for branch in branches:
        yield branch
        yield from walk(branch.children)


def _mark_namesakes(level: list[Branch]) -> None:
    for branch in level:
        branch.judged_by_namespace = any(
            other.step.local == branch.step.local and other.namespace != branch.namespace for other in level
        )
        _mark_namesakes(branch.children)
