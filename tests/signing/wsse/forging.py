"""Edits that turn a soundly signed message into a forged one: pieces of the attacks of the checklist."""

from __future__ import annotations

import copy
from collections.abc import Callable

from lxml import etree

from tests.signing.wsse.messages import DS, SOAP, WSU, Parts, Source

Edit = Callable[[Parts], object]
Forge = Callable[[Source], bytes]


def edited(edit: Edit) -> Forge:
    return lambda source: source.changed(edit)


def in_text(name: str, text: str) -> Forge:
    return edited(lambda parts: setattr(parts.find(name), "text", text))


def in_attribute(name: str, attribute: str, value: str) -> Forge:
    return edited(lambda parts: parts.find(name).set(attribute, value))


def in_algorithm(name: str, uri: str) -> Forge:
    return in_attribute(name, "Algorithm", uri)


def twice(name: str) -> Forge:
    def edit(parts: Parts) -> None:
        first = parts.find(name)
        first.addnext(copy.deepcopy(first))

    return edited(edit)


def added(parent: str, name: str) -> Forge:
    """One more child, by its whole name."""
    return edited(lambda parts: etree.SubElement(parts.find(parent), name))


def first_child(parent: str, node: Callable[[], etree._Element]) -> Forge:
    return edited(lambda parts: parts.find(parent).insert(0, node()))


def split_by(node: Callable[[str], etree._Element], name: str) -> Forge:
    """A comment or an instruction in the middle of a value."""

    def edit(parts: Parts) -> None:
        value, cut = parts.find(name), node("x")
        cut.tail, value.text = (value.text or "")[8:], (value.text or "")[:8]
        value.append(cut)

    return edited(edit)


def value_changed(name: str) -> Forge:
    """One character of the value replaced."""

    def edit(parts: Parts) -> None:
        value = parts.find(name)
        text = "".join((value.text or "").split())
        value.text = ("B" if text[0] == "A" else "A") + text[1:]

    return edited(edit)


def evil(body: etree._Element, identifier: str | None = None) -> etree._Element:
    """A twin of the Body with other values, and with another identifier or none."""
    twin = copy.deepcopy(body)
    twin.attrib.clear()
    if identifier is not None:
        twin.set(identifier, str(body.get(f"{WSU}Id")))
    for element in twin.iter(etree.Element):
        if element.text and element.text.strip():
            element.text = "900"
    return twin


def confused(evil_attribute: str | None, true_attribute: str) -> Forge:
    """The evil Body in the Body's place, the true one in the Header, with two kinds of identifiers of one value.

    A program that looks for one kind checks the signature of the one, a program that looks for the other, or for none,
    reads the other.
    """

    def edit(parts: Parts) -> None:
        true = parts.body
        parts.root.append(evil(true, evil_attribute))
        value = true.attrib.pop(f"{WSU}Id")
        true.set(true_attribute, value)
        # Not called Body there: the rule that refuses a second Body must not be what refuses this.
        true.tag = "{urn:x}Wrapped"
        etree.SubElement(parts.header, "Wrapper").append(true)

    return edited(edit)


def wrapped(kind: int) -> Forge:
    """Signature wrapping after Somorovsky et al. (2012), 1 to 8, of a Body: `kind` says where what goes."""

    def edit(parts: Parts) -> None:
        true, same = parts.body, f"{WSU}Id"
        if kind == 1:  # the true Body in a wrapper in the Header, an evil one without identifier in its place
            parts.root.append(evil(true))
            etree.SubElement(parts.header, "Wrapper").append(true)
        elif kind == 2:  # the same, and both have the identifier
            parts.root.append(evil(true, same))
            etree.SubElement(parts.header, "Wrapper").append(true)
        elif kind == 3:  # evil in front of the true one
            true.addprevious(evil(true))
        elif kind == 4:  # the true one inside the evil one
            twin = evil(true)
            parts.root.append(twin)
            twin.append(true)
        elif kind == 5:  # the signature inside the evil Body, the true one behind it
            twin = evil(true)
            true.addprevious(twin)
            twin.append(parts.security)
        elif kind == 6:  # the true Body inside the signature
            parts.root.append(evil(true))
            parts.signature.append(true)
        elif kind == 7:  # an evil twin among the extensions in front of the true content
            extensions = etree.Element("Extensions")
            extensions.append(evil(true))
            true.insert(0, extensions)
        else:  # the true Body in an Object of the signature
            parts.root.append(evil(true))
            etree.SubElement(parts.signature, DS + "Object").append(true)

    return edited(edit)


def under_another_envelope(source: Source) -> bytes:
    """The whole signed message inside the Header of another one, whose Body is evil."""
    parts = Parts(etree.fromstring(source.message))
    outer = etree.Element(f"{SOAP}Envelope")
    header = etree.SubElement(outer, f"{SOAP}Header")
    header.append(copy.deepcopy(parts.security))
    header.append(parts.root)
    outer.append(evil(parts.body))
    return etree.tostring(outer)
