"""Validity against published schemas: SHEP's own, and those of passports."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from contracts import shep
from contracts.passport import Payload

_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_KNOWN_TYPE: Final = "xs:string"
_LONGEST: Final = 300


@cache
def _schema(file: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(file))


def find_fault_of_shep(element: etree._Element, schema: str) -> str:
    """What is wrong with a message's element by a schema of SHEP; "" where it is valid.

    Business types inside `data` are not SHEP's affair: what is said of them by xsi:type is left out.
    """
    looked_at = deepcopy(element)
    for one in looked_at.iter(etree.Element):
        if _XSI_TYPE in one.attrib and one.get(_XSI_TYPE) != _KNOWN_TYPE:
            del one.attrib[_XSI_TYPE]
    return _find_fault(_schema(shep.schema(schema)), looked_at)


def find_fault_of_payload(element: etree._Element, payload: Payload, folder: Path) -> str:
    """The same for the payload of a passport that has a schema."""
    return _find_fault(_schema(folder / payload.schema_file), element)


def _find_fault(schema: etree.XMLSchema, element: etree._Element) -> str:
    try:
        schema.assertValid(element)
    except etree.DocumentInvalid as failure:
        return _without_values(str(failure))
    return ""


def _without_values(message: str) -> str:
    """The complaint with names only: a value that is wrong may be a person's."""
    told, found, rest = message.partition("The value '")
    if found:
        message = f"{told}The value {rest.rpartition(chr(39))[2].strip() or 'is not valid.'}"
    return message.partition(": '")[0][:_LONGEST]
