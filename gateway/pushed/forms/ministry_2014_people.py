"""What the ministry's message of 2014 says of one person beside his name: fields of our application, or nothing."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from gateway.pushed.forms.documents import find_all, read_day, read_text, read_texts
from gateway.pushed.forms.ministry_2014_words import load_words

_MOBILE: Final = re.compile(r"(?:\+7|8|7)(7(?![12])[0-9]{9})")
_VALID: Final = "00"
"""The code of a document that is valid (attested by ГБД ФЛ)."""
_ADDRESS: Final = ("districts/nameRu", "region/nameRu", "city", "street", "building", "corpus", "flat")
_LONGEST_ADDRESS: Final = 500


def read_phone(person: etree._Element) -> dict[str, str]:
    """A mobile number, however it is written; a town's takes no message."""
    found = _MOBILE.fullmatch(re.sub(r"[\s()-]", "", read_text(person, "phone")))
    return {"phone": f"+7{found[1]}"} if found else {}


def read_paper(person: etree._Element) -> dict[str, Any]:
    """The first valid document of a known kind, in the order of the table."""
    held = list(find_all(person, "documents/document"))
    for row in load_words().document:
        for one in held:
            if (read_text(one, "documentType/code"), read_text(one, "documentInvalidity/code")) == (row.code, _VALID):
                number, issued_on = read_text(one, "number"), read_day(one, "beginDate")
                return {"document": {"kind": row.kind, "number": number, "issued_on": issued_on}}
    return {}


def read_address(person: etree._Element) -> dict[str, str]:
    """Where the person is registered, as one line."""
    parts = [text for path in _ADDRESS for text in read_texts(person, f"regAddress/{path}")]
    return {"address": ", ".join(parts)[:_LONGEST_ADDRESS].rstrip()} if parts else {}


def read_birth_record(member: etree._Element) -> dict[str, Any]:
    """The act of birth at a member, where it is of a child that was born on the same day."""
    number, day = read_text(member, "children/numberAkt"), read_day(member, "children/regDate")
    born = read_day(member, "children/child/birthDate")
    if not number or not day or born != read_day(member, "person/birthDate"):
        return {}
    return {"birth_record": {"number": number, "date": day}}
