"""Messages made from one message by one change each, right and wrong: what two schemas are to agree about."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from tests.contracts.shep_tables import VALUES

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TEXTS = sorted({text for pair in VALUES.values() for texts in pair for text in texts})


def variants(start: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Return the message itself and everything that one change makes of it, each with a label."""
    yield "as it is", deepcopy(start)
    for index, original in enumerate(start.iter()):
        name = f"{etree.QName(original).localname} ({index})"
        for change in _CHANGES:
            message = deepcopy(start)
            if change(list(message.iter())[index]):
                yield f"{name}: {change.__name__}", message
        if not len(original):
            for text in _TEXTS:
                message = deepcopy(start)
                list(message.iter())[index].text = text
                yield f"{name}: {text[:40]!r}", message


def smallest(message: etree._Element, schema: etree.XMLSchema) -> etree._Element:
    """Return a copy without all that the schema lets go."""
    kept = deepcopy(message)
    # From the end to the start, so that what is still to be tried keeps its place.
    for index in range(len(list(kept.iter())) - 1, 0, -1):
        trial = deepcopy(kept)
        if _removed(list(trial.iter())[index]) and schema.validate(trial):
            kept = trial
    return kept


def _removed(element: etree._Element) -> bool:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
    return parent is not None


def _repeated(element: etree._Element) -> bool:
    if element.getparent() is not None:
        element.addnext(deepcopy(element))
    return element.getparent() is not None


def _swapped(element: etree._Element) -> bool:
    following = element.getnext()
    if following is not None:
        following.addnext(element)
    return following is not None


def _moved_to_the_front(element: etree._Element) -> bool:
    parent = element.getparent()
    if parent is not None:
        parent.insert(0, element)
    return parent is not None


def _moved_to_the_namespace_of_the_root(element: etree._Element) -> bool:
    root = element.getroottree().getroot()
    if element is root:
        element.tag = etree.QName(element).localname
    else:
        element.tag = f"{{{etree.QName(root).namespace}}}{etree.QName(element).localname}"
    return True


def _made_nil(element: etree._Element) -> bool:
    for child in list(element):
        element.remove(child)
    element.text = None
    element.set(f"{{{_XSI}}}nil", "true")
    return True


def _emptied(element: etree._Element) -> bool:
    for child in list(element):
        element.remove(child)
    element.text = None
    return True


def _marked_nil_but_filled(element: etree._Element) -> bool:
    element.set(f"{{{_XSI}}}nil", "true")
    return True


def _given_an_attribute(element: etree._Element) -> bool:
    element.set("Id", "x")
    return True


def _given_a_stranger(element: etree._Element) -> bool:
    etree.SubElement(element, "stranger")
    return True


def _given_loose_text(element: etree._Element) -> bool:
    element.text = "loose"
    return bool(len(element))


def _typed_as_a_number(element: etree._Element) -> bool:
    typed = etree.Element(element.tag, {f"{{{_XSI}}}type": "xs:int"}, nsmap={"xs": "http://www.w3.org/2001/XMLSchema"})
    typed.text = element.text
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, typed)
    return parent is not None


_CHANGES = (
    _removed,
    _repeated,
    _swapped,
    _moved_to_the_front,
    _moved_to_the_namespace_of_the_root,
    _made_nil,
    _emptied,
    _marked_nil_but_filled,
    _given_an_attribute,
    _given_a_stranger,
    _given_loose_text,
    _typed_as_a_number,
)
