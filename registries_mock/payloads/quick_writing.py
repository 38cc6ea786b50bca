"""The usual reply in few steps: a plan turned once into functions that write its text straight away.

writer.py says what a reply is; this writes the same, byte for byte, of a frame that changes nothing, and leaves to it
whatever is rare. It is here because writing was half of what an exchange cost the suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from contracts.passport import Payload, PayloadField
from contracts.vocabulary.terms import Record
from contracts.words import DataForm, FieldType
from registries_mock.payloads.items import declare, escape_text, write_item
from registries_mock.payloads.plan import FRAME, MANY, NOTHING, OPTIONAL, RECORD, Node
from registries_mock.payloads.quick_leaves import (
    Emit,
    compile_bound,
    compile_dictionary,
    compile_finding,
    compile_framed,
)
from registries_mock.payloads.scope import Scope, is_present

if TYPE_CHECKING:
    from registries_mock.payloads.writer import Run


class QuickWriter:
    """Writes one payload as XML."""

    def __init__(self, plan: Node, payload: Payload, namespaces: Mapping[str, str]) -> None:
        self._plan = plan
        self._children = compile_children(plan)
        self._name = payload.root or "data"
        self._type = payload.xsi_type if payload.form is DataForm.TYPED else ""
        self._namespaces = namespaces
        names = {self._name, self._type, *_names_of(plan)}
        self._prefixes = sorted({prefix for name in names if (prefix := name.rpartition(":")[0])} | {"xsi"})
        self._declared: dict[tuple[str, ...], str] = {}

    def write(self, run: Run, records: Sequence[Record]) -> str:
        """The element as text, with every prefix that it uses declared on it."""
        out: list[str] = []
        self._children(run, Scope(records, records[0] if records else {}), out)
        attributes = {node.step.name: text for node, text in run.attributes(self._plan, Scope(records, {}))}
        if self._type:
            attributes["xsi:type"] = self._type
        told = "".join(f" {name}={quoteattr(text)}" for name, text in attributes.items())
        inner = "".join(out)
        whole = f"<{self._name}{told}>{inner}</{self._name}>" if inner else f"<{self._name}{told}/>"
        head = len(self._name) + 1
        return f"{whole[:head]}{self._declare(whole)}{whole[head:]}"

    def _declare(self, text: str) -> str:
        # What is looked for stands in no escaped text but by a wild chance, and then one prefix more is declared.
        used = tuple(
            one for one in self._prefixes if f"<{one}:" in text or f" {one}:" in text or f' xsi:type="{one}:' in text
        )
        found = self._declared.get(used)
        if found is None:
            found = self._declared[used] = declare(used, self._namespaces)
        return found


def _names_of(node: Node) -> Iterator[str]:
    """All names, and types, that stand below."""
    for one in (*node.children, *node.attributes):
        yield one.name
        yield from (own.xsi_type for own in one.fields)
        yield from _names_of(one)


def compile_children(node: Node) -> Emit:
    """All that is below the node."""
    emits = tuple(_compile(child) for child in node.children)

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        says = NOTHING
        for one in emits:
            weight = one(run, scope, out)
            if weight > says:
                says = weight
        return says

    return emit


def _compile(node: Node) -> Emit:
    if node.is_plain:
        own = node.fields[0]
        return compile_bound(node, own) if own.bind else compile_framed(node, own)
    if node.attributes or _is_told_at_run(node):
        return _leave(node)
    if not node.fields:
        return _compile_unnamed(node)
    if node.fields[0].type is FieldType.GROUP:
        own = node.fields[0]
        return _compile_list(node, own) if own.bind.endswith("[]") else _compile_group(node, own)
    if node.fields[0].type is FieldType.DICT and node.fields[0].bind and node.fields[0].card not in MANY:
        return compile_dictionary(node, node.fields[0])
    return _leave(node)


def _leave(node: Node) -> Emit:
    """What has attributes, dictionaries, pieces: as the writer does it."""

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        items, says = run.element(node, scope)
        for item in items:
            write_item(item, out, set())
        return says

    return emit


def _compile_unnamed(node: Node) -> Emit:
    """An element that no field names: there where anything is in it."""
    whole = _compile_one(node, "")

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        place = len(out)
        says = whole(run, scope, out)
        if not says and len(out) == place + 1:
            del out[place:]
        return says

    return emit


def _compile_one(node: Node, xsi_type: str) -> Emit:
    """The element with what is below it, be it nothing: then it is one text of `out`, else several."""
    told = f" {node.step.key}={quoteattr(node.step.wanted)}" if node.step.key_is_attribute else ""
    told += f" xsi:type={quoteattr(xsi_type)}" if xsi_type else ""
    wanted, name = escape_text(node.step.wanted), node.key_name
    first = (f"<{name}>{wanted}</{name}>" if wanted else f"<{name}/>",) if name else ()
    children, end = compile_children(node), f"</{node.name}>"
    begin, empty = f"<{node.name}{told}>", f"<{node.name}{told}/>"

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        place = len(out)
        out.append(begin)
        out += first
        says = children(run, scope, out)
        if len(out) > place + 1:
            out.append(end)
        else:
            out[place] = empty
        return says

    return emit


def _is_told_at_run(node: Node) -> bool:
    """Whether the child that the predicate asks for can be one of the record's own."""
    return any(child.name.rpartition(":")[2] == node.step.key for child in node.children)


def _compile_list(node: Node, own: PayloadField) -> Emit:
    """An element for each item of a list, or for its first."""
    find, one, bind, many = compile_finding(own.bind), _compile_one(node, own.xsi_type), own.bind, own.card in MANY
    absent = _compile_absent(node, own, one, lambda scope: Scope((), {}, scope.items))

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        rows = find(scope)
        if not rows:
            return absent(run, scope, out)
        for row in rows if many else rows[:1]:
            one(run, scope.inside(bind, row), out)
        return RECORD

    return emit


def _compile_group(node: Node, own: PayloadField) -> Emit:
    """The element of a group: there where it says something of the record, or is made of constants alone."""
    one, has_binds, many = _compile_one(node, own.xsi_type), node.has_binds, own.card in MANY
    find = compile_finding(own.bind) if own.bind else None
    absent = _compile_absent(node, own, one, lambda scope: scope)

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        begun, weight = len(out), NOTHING
        for inner in [scope.of_record(record) for record in scope.records] if many and scope.records else (scope,):
            place, gaps = len(out), len(run.gaps)
            says = one(run, inner, out)
            if find is not None and is_present(find(inner)):
                says = RECORD
            if says > weight:
                weight = says
            if says == NOTHING or (says == FRAME and has_binds):
                del out[place:], run.gaps[gaps:]
        return weight if len(out) > begun else absent(run, scope, out)

    return emit


def _compile_absent(node: Node, own: PayloadField, one: Emit, inside: Callable[[Scope], Scope]) -> Emit:
    """A group that the record does not fill."""
    if own.card in OPTIONAL:
        return lambda _run, _scope, _out: NOTHING

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        if own.nil:
            out.append(f'<{node.name} xsi:nil="true"/>')
        else:
            one(run, inside(scope), out)
        return NOTHING

    return emit
