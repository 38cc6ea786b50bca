"""A reply's payload read into a record of the vocabulary: strict in what a field binds, blind to everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.payloads.nodes import Node, fits
from adapters.payloads.plans import Branch, Plan
from adapters.payloads.values import Value, read_code, read_value, term_type_of
from contracts.errors import ContractBroken
from contracts.passport import DictionaryEntry, PayloadField
from contracts.vocabulary.terms import Record, Term
from contracts.words import FieldType, TermType

Dictionary = Callable[[str], Sequence[DictionaryEntry]]


@dataclass(frozen=True)
class _Level:
    """What is bound below one element: everything else of the plan is not even looked for."""

    attributes: tuple[tuple[str, PayloadField], ...]
    elements: Mapping[str, tuple[_Bound, ...]]
    """By local name."""


@dataclass(frozen=True)
class _Bound:
    branch: Branch
    fields: tuple[PayloadField, ...]
    below: _Level


class RecordReader:
    """Reads payloads of one plan. Safe for threads: it keeps nothing of what it reads."""

    def __init__(self, plan: Plan, vocabulary: Mapping[str, Term], dictionary: Dictionary) -> None:
        self._plan = plan
        self._vocabulary = vocabulary
        self._dictionary = dictionary
        self._top = _bound_level(plan.branches)

    def read(self, payload: Node) -> Record:
        """Return the record; raises ContractBroken naming the path (never the value) of what cannot be read."""
        record: Record = {}
        self._read_level(self._top, payload, [("", record)])
        return record

    def _read_level(self, level: _Level, node: Node, scopes: list[tuple[str, Record]]) -> None:
        for name, field in level.attributes:
            self._keep_text(field, node.attribute(name), scopes)
        if not level.elements:
            return
        for name, child in node.items():
            for bound in level.elements.get(name, ()):
                branch = bound.branch
                if branch.judged_by_namespace and not child.is_in(branch.namespace):
                    continue
                if branch.step.condition is None or fits(child, branch.step.condition):
                    self._read_node(bound, child, scopes)

    def _read_node(self, bound: _Bound, node: Node, scopes: list[tuple[str, Record]]) -> None:
        for field in bound.fields:
            if field.type is FieldType.GROUP:
                if node.is_empty():
                    return
                scopes = self._open_group(field.bind, scopes)
            elif field.type is FieldType.DICT:
                self._keep(field.bind, self._read_dict(field, node), scopes)
            else:
                self._keep_text(field, node.text(), scopes)
        self._read_level(bound.below, node, scopes)

    def _open_group(self, bind: str, scopes: list[tuple[str, Record]]) -> list[tuple[str, Record]]:
        home, keys = _locate(bind, scopes)
        if not bind.endswith("[]"):
            _descend(home, keys)
            return scopes
        item: Record = {}
        _descend(home, keys[:-1]).setdefault(keys[-1].removesuffix("[]"), []).append(item)
        return [*scopes, (f"{bind}.", item)]

    def _read_dict(self, field: PayloadField, node: Node) -> Value | None:
        code, ru, kk = (
            next((child.text() for child in node.children(name)), "") for name in self._plan.payload.dict_shape
        )
        if not (code or ru or kk):
            return None
        if self._term_type(field) is TermType.CODE:
            return read_code(code, ru, kk, self._dictionary(field.dictionary))
        return self._convert(field, code) if code else None

    def _keep_text(self, field: PayloadField, text: str, scopes: list[tuple[str, Record]]) -> None:
        if field.split is not None:
            pieces = text.split(field.split.separator)
            text = pieces[field.split.index].strip() if field.split.index < len(pieces) else ""
        if text:
            self._keep(field.bind, self._convert(field, text), scopes)

    def _convert(self, field: PayloadField, text: str) -> Value:
        kind = self._term_type(field)
        try:
            return read_value(text, kind, self._dictionary(field.dictionary) if field.dictionary else ())
        except (ValueError, ArithmeticError):
            # `from None`: the texts of these exceptions quote the value, which may be personal.
            raise ContractBroken(f"{field.path} is not a {kind}") from None

    def _term_type(self, field: PayloadField) -> TermType:
        term = self._vocabulary.get(field.bind.removesuffix("[]"))
        return term.type if term is not None else term_type_of(field.type)

    def _keep(self, bind: str, value: Value | None, scopes: list[tuple[str, Record]]) -> None:
        if value is None:
            return
        home, keys = _locate(bind, scopes)
        place = _descend(home, keys[:-1])
        if bind.endswith("[]"):
            place.setdefault(keys[-1].removesuffix("[]"), []).append(value)
        else:
            place.setdefault(keys[-1], value)  # of several, the first that stands in the document


def _bound_level(branches: Sequence[Branch]) -> _Level:
    attributes: list[tuple[str, PayloadField]] = []
    elements: dict[str, tuple[_Bound, ...]] = {}
    for branch in branches:
        fields = tuple(field for field in branch.fields if field.bind)
        name = branch.step.local
        if branch.step.attribute:
            attributes += [(name, field) for field in fields]
            continue
        below = _bound_level(branch.children)
        if fields or below.attributes or below.elements:
            elements[name] = (*elements.get(name, ()), _Bound(branch, fields, below))
    return _Level(tuple(attributes), elements)


def _locate(bind: str, scopes: list[tuple[str, Record]]) -> tuple[Record, list[str]]:
    """The innermost list item (or the record) that the path runs through, and the keys below it."""
    for prefix, home in reversed(scopes):
        if bind.startswith(prefix):
            return home, bind[len(prefix) :].split(".")
    raise AssertionError("the outermost scope has an empty prefix")


def _descend(record: Record, keys: Sequence[str]) -> Record:
    inner: Any = record
    for key in keys:
        if key.endswith("[]"):
            # A list that no element opens: the payload holds one item of it, spread over its own fields.
            items = inner.setdefault(key.removesuffix("[]"), [])
            if not items:
                items.append({})
            inner = items[0]
        else:
            inner = inner.setdefault(key, {})
    place: Record = inner
    return place
