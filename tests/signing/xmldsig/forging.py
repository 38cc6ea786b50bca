"""Edits that turn a sound signed document into a forged one: pieces of the attacks of the checklist."""

from __future__ import annotations

import copy
from collections.abc import Callable

from lxml import etree

from tests.signing.xmldsig.documents import DS, Source

Edit = Callable[[etree._Element, etree._Element], object]
"""edit(root, signature)"""
Forge = Callable[[Source], bytes]


def edited(edit: Edit) -> Forge:
    return lambda source: source.changed(edit)


def find(signature: etree._Element, name: str) -> etree._Element:
    return signature if name == "Signature" else next(signature.iter(DS + name))


def in_text(name: str, text: str) -> Forge:
    """Another text in an element of the signature."""
    return edited(lambda _, signature: setattr(find(signature, name), "text", text))


def in_attribute(name: str, attribute: str, value: str) -> Forge:
    return edited(lambda _, signature: find(signature, name).set(attribute, value))


def in_algorithm(name: str, uri: str, place: int = 0) -> Forge:
    return edited(lambda _, signature: list(signature.iter(DS + name))[place].set("Algorithm", uri))


def without_attribute(name: str, attribute: str) -> Forge:
    return edited(lambda _, signature: find(signature, name).attrib.pop(attribute))


def twice(name: str) -> Forge:
    """The element two times."""

    def edit(_: etree._Element, signature: etree._Element) -> None:
        first = find(signature, name)
        first.addnext(copy.deepcopy(first))

    return edited(edit)


def added(parent: str, name: str) -> Forge:
    """One more child, of the signature's namespace."""

    def edit(_: etree._Element, signature: etree._Element) -> None:
        etree.SubElement(find(signature, parent), DS + name).text = "128"

    return edited(edit)


def split_by(node: Callable[[str], etree._Element], name: str) -> Forge:
    """A comment or an instruction in the middle of a value."""

    def edit(_: etree._Element, signature: etree._Element) -> None:
        value, cut = find(signature, name), node("x")
        cut.tail, value.text = (value.text or "")[8:], (value.text or "")[:8]
        value.append(cut)

    return edited(edit)


def before(text: bytes) -> Forge:
    """Something in front of the root."""
    return lambda source: text + etree.tostring(etree.fromstring(source.document))


def evil(root: etree._Element) -> etree._Element:
    """A twin of the content, with other values."""
    twin = copy.deepcopy(root)
    for signature in list(twin.iter(DS + "Signature")):
        twin.remove(signature)
    for element in twin.iter(etree.Element):
        if element.text and element.text.strip():
            element.text = "900"
    return twin


def wrapped(kind: int) -> Forge:
    """Signature wrapping after Somorovsky et al. (2012), 1 to 8, over a whole document: `kind` says where what goes."""

    def forge(source: Source) -> bytes:
        original = etree.fromstring(source.document)
        signature = next(original.iter(DS + "Signature"))
        root = evil(original)
        if kind == 1:  # the original, with its signature, as the last child of the evil root
            root.append(original)
        elif kind == 2:  # the original, and its signature detached behind it
            root.append(original)
            root.append(signature)
        elif kind == 3:  # evil and original as siblings, the signature last
            outer = etree.Element("outer")
            outer.extend([root, original, signature])
            root = outer
        elif kind == 4:  # the original inside evil, the signature stays inside the original
            root.insert(0, original)
        elif kind == 5:  # evil has the signature, the original comes behind it
            root.append(signature)
            root.append(original)
        elif kind == 6:  # evil has the signature, which holds the original
            root.append(signature)
            signature.append(original)
        elif kind == 7:  # the evil twin in an Extensions element in front of the original's content
            extensions = etree.Element("Extensions")
            extensions.append(root)
            original.insert(0, extensions)
            root = original
        else:  # the original in an Object of the evil root's signature
            root.append(signature)
            etree.SubElement(signature, DS + "Object").append(original)
        return etree.tostring(root)

    return forge
