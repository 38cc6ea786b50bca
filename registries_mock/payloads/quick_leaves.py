"""Texts of a reply in few steps: what quick_writing.py makes of elements with nothing below them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from contracts.passport import PayloadField
from registries_mock.payloads.items import Item, escape_text, write_item
from registries_mock.payloads.plan import FRAME, NOTHING, OPTIONAL, RECORD, Node
from registries_mock.payloads.scope import Scope, find_ways, is_present
from registries_mock.payloads.values import find_entry, to_text

if TYPE_CHECKING:
    from registries_mock.payloads.writer import Run

Emit = Callable[["Run", Scope, list[str]], int]
"""Adds an element, or none, to the text; how much it says."""
Find = Callable[[Scope], Any]


def compile_bound(node: Node, own: PayloadField) -> Emit:
    """One text of the record."""
    find, fill = compile_finding(own.bind), _filling(node, own)
    begin, end, empty = f"<{node.name}>", f"</{node.name}>", f"<{node.name}/>"
    kind, name = own.type, own.dictionary

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        value = find(scope)
        if not is_present(value):
            return fill(run, out)
        text = find_entry(value, run.writer.dictionaries(name)).code if name else to_text(value, kind)
        out.append(f"{begin}{escape_text(text)}{end}" if text else empty)
        return RECORD

    return emit


def compile_dictionary(node: Node, own: PayloadField) -> Emit:
    """A code with its names."""
    find, typed = compile_finding(own.bind), f" xsi:type={quoteattr(own.xsi_type)}" if own.xsi_type else ""
    begin, end, nil = f"<{node.name}{typed}>", f"</{node.name}>", f'<{node.name}{typed} xsi:nil="true"/>'
    is_optional = own.card in OPTIONAL

    def emit(run: Run, scope: Scope, out: list[str]) -> int:
        value = find(scope)
        is_there = is_present(value)
        if not is_there and is_optional:
            return NOTHING
        if not is_there and own.nil:
            out.append(nil)
            return NOTHING
        if not is_there:
            run.gaps.append(node.path)
        entry = find_entry(value if is_there else "", run.writer.dictionaries(own.dictionary))
        out.append(begin)
        for name, text in zip(run.writer.names_of_entry(node), (entry.code, entry.ru, entry.kk), strict=True):
            out.append(f"<{name}>{escape_text(text)}</{name}>" if text else f"<{name}/>")
        out.append(end)
        return RECORD if is_there else NOTHING

    return emit


def compile_framed(node: Node, own: PayloadField) -> Emit:
    """One text of the frame, or a constant."""
    sources, constant, fill = own.sources, own.value or None, _filling(node, own)
    begin, end, empty = f"<{node.name}>", f"</{node.name}>", f"<{node.name}/>"
    kind = own.type

    def emit(run: Run, _: Scope, out: list[str]) -> int:
        facts = run.frame.facts
        value = constant
        for word in sources:
            if text := facts.get(word):
                value = text
                break
        if value is None:
            return fill(run, out)
        text = to_text(value, kind)
        out.append(f"{begin}{escape_text(text)}{end}" if text else empty)
        return FRAME

    return emit


def _filling(node: Node, own: PayloadField) -> Callable[[Run, list[str]], int]:
    """Instead of a text that nobody has."""
    if own.card in OPTIONAL:
        return lambda _run, _out: NOTHING

    def fill(run: Run, out: list[str]) -> int:
        write_item(run.filled(node, own, Item(node.name, own.type)), out, set())
        return NOTHING

    return fill


def compile_finding(bind: str) -> Find:
    """`Scope.value` of one path."""
    ways = find_ways(bind)
    ((_, from_record), lists) = ways[0], ways[1:]

    def find(scope: Scope) -> Any:
        here: Any = scope.record
        steps = from_record
        if lists and scope.items:
            for prefix, rest in lists:
                if prefix in scope.items:
                    here, steps = scope.items[prefix], rest
                    break
        for step in steps:
            if type(here) is dict:
                here = here.get(step)
                continue
            if isinstance(here, list):
                here = here[0] if here else None
            here = here.get(step) if isinstance(here, Mapping) else None
        return here

    return find
