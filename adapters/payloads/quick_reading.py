"""XML read in few steps: bindings turned once into functions that take lxml's elements as they are.

reading.py says what is read of a node; this reads the same of an element, without a node for each. It is here because
reading was the dearest of what an exchange cost us beside its signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from lxml import etree

from adapters.payloads.bindings import BoundCode, BoundElement, BoundGroup, KeepCode, KeepText, Level
from adapters.payloads.nodes import XmlNode, fits, is_empty, is_nil, local_name, text_of
from adapters.payloads.places import Scopes
from adapters.payloads.plans import Branch

Shape = tuple[str, str, str]
Take = Callable[[etree._Element, Scopes], None]
_T = TypeVar("_T")


def compile_level(level: Level, shape: Shape) -> Take:
    """What is bound below an element; `shape` names the children of a dictionary value."""
    attributes = level.attributes
    takes = {name: _join([_compile_bound(bound, shape) for bound in found]) for name, found in level.elements.items()}
    spaces = {(name, bound.branch.namespace) for name, found in level.elements.items() for bound in found}
    by_tag: dict[str, Take] = {**takes, **{f"{{{space}}}{name}": takes[name] for name, space in spaces if space}}

    def take_elements(element: etree._Element, scopes: Scopes) -> None:
        for child in element:
            take = by_tag.get(child.tag) or _find_foreign(by_tag, child.tag)
            if take is not None:
                take(child, scopes)

    def take_all(element: etree._Element, scopes: Scopes) -> None:
        node = XmlNode(element)
        for name, own in attributes:
            if text := node.attribute(name):
                own.keep(text, scopes)
        take_elements(element, scopes)

    return take_all if attributes else take_elements


def _compile_bound(bound: BoundElement, shape: Shape) -> Take:
    parts: list[Take] = []
    below = bound.below
    if below.attributes or below.elements:
        parts.append(compile_level(below, shape))
    for use in reversed(bound.uses):
        if isinstance(use, BoundGroup):
            parts = [_compile_group(use, _join(parts))]
        elif isinstance(use, BoundCode):
            parts.insert(0, _compile_code(use.keep, shape, bound.branch.namespace))
        else:
            parts.insert(0, _compile_text(use.keep))
    return _compile_choice(bound.branch, _join(parts))


def _compile_group(group: BoundGroup, inside: Take) -> Take:
    open_group = group.open

    def take(element: etree._Element, scopes: Scopes) -> None:
        if not is_empty(element):
            inside(element, open_group(scopes))

    return take


def _compile_text(keep: KeepText) -> Take:
    def take(element: etree._Element, scopes: Scopes) -> None:
        # As text_of does it, in place: most of a reply are such.
        text = element.text
        if text and (text := text.strip()) and not (element.keys() and is_nil(element)):
            keep(text, scopes)

    return take


def _compile_code(keep: KeepCode, shape: Shape, space: str) -> Take:
    names = {**({f"{{{space}}}{name}": name for name in shape} if space else {}), **{name: name for name in shape}}
    code, ru, kk = shape

    def take(element: etree._Element, scopes: Scopes) -> None:
        texts: dict[str, str] = {}
        for child in element:
            name = names.get(child.tag) or _find_foreign(names, child.tag)
            if name is not None and name not in texts:
                texts[name] = text_of(child)
        if texts:
            keep(texts.get(code, ""), texts.get(ru, ""), texts.get(kk, ""), scopes)

    return take


def _compile_choice(branch: Branch, take: Take) -> Take:
    """Of namesakes, the one that is meant."""
    condition, judged, space = branch.step.condition, branch.judged_by_namespace, branch.namespace
    if condition is None and not judged:
        return take

    def take_chosen(element: etree._Element, scopes: Scopes) -> None:
        node = XmlNode(element)
        if (not judged or node.is_in(space)) and (condition is None or fits(node, condition)):
            take(element, scopes)

    return take_chosen


def _find_foreign(by_tag: Mapping[str, _T], tag: object) -> _T | None:
    """What is known by this local name: namespaces are not asked for. A comment's tag is no text."""
    return by_tag.get(local_name(tag)) if isinstance(tag, str) and tag[0] == "{" else None


def _join(takes: list[Take]) -> Take:
    if len(takes) == 1:
        return takes[0]
    several = tuple(takes)

    def take(element: etree._Element, scopes: Scopes) -> None:
        for one in several:
            one(element, scopes)

    return take
