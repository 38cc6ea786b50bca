"""A reply's payload read into a record of the vocabulary: strict in what a field binds, blind to everything else."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.payloads.bindings import Binder, BoundCode, BoundElement, BoundGroup, Dictionary, Level
from adapters.payloads.nodes import Node, XmlNode, fits
from adapters.payloads.places import Scopes
from adapters.payloads.plans import Plan
from adapters.payloads.quick_reading import compile_level
from contracts.vocabulary.terms import Record, Term


class RecordReader:
    """Reads payloads of one plan. Safe for threads: it keeps nothing of what it reads."""

    def __init__(self, plan: Plan, vocabulary: Mapping[str, Term], dictionary: Dictionary) -> None:
        self._shape = plan.payload.dict_shape
        self._top = Binder(vocabulary, dictionary).bind_level(plan.branches)
        self._read_elements = compile_level(self._top, self._shape)

    def read(self, payload: Node) -> Record:
        """Return the record; raises ContractBroken naming the path (never the value) of what cannot be read."""
        record: Record = {}
        if isinstance(payload, XmlNode):
            self._read_elements(payload.element, (record,))
        else:
            self._read_level(self._top, payload, (record,))
        return record

    def _read_level(self, level: Level, node: Node, scopes: Scopes) -> None:
        for name, own in level.attributes:
            if text := node.attribute(name):
                own.keep(text, scopes)
        if not level.elements:
            return
        for name, child in node.items():
            for bound in level.elements.get(name, ()):
                branch = bound.branch
                if branch.judged_by_namespace and not child.is_in(branch.namespace):
                    continue
                if branch.step.condition is None or fits(child, branch.step.condition):
                    self._read_node(bound, child, scopes)

    def _read_node(self, bound: BoundElement, node: Node, scopes: Scopes) -> None:
        for use in bound.uses:
            if isinstance(use, BoundGroup):
                if node.is_empty():
                    return
                scopes = use.open(scopes)
            elif isinstance(use, BoundCode):
                code, ru, kk = (next((child.text() for child in node.children(name)), "") for name in self._shape)
                use.keep(code, ru, kk, scopes)
            elif text := node.text():
                use.keep(text, scopes)
        self._read_level(bound.below, node, scopes)
