"""Of what kind a reply is: so that a floor which is answered by a fault does not pass for a floor."""

from __future__ import annotations

import json
from collections.abc import Iterable

from lxml import etree

_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"


def name_kind(reply: bytes) -> str:
    """The element within the SOAP Body with the bus's status where it has one, the root of other XML, names of JSON.

    What is told of a person is not of it: the same question may be answered otherwise at another moment.
    """
    if reply.lstrip().startswith(b"{"):
        return f"JSON {' '.join(sorted(json.loads(reply)))}"
    root = etree.fromstring(reply)
    body = root.find(_BODY)
    said = root if body is None else next(iter(body), root)
    status = said.findtext(".//{*}status/{*}code")
    return f"{said.tag} {status}" if status else str(said.tag)


def check_kinds(pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Of each pair, a reply that came and one that is right: RuntimeError where they are not of one kind."""
    for came, right in pairs:
        if (found := name_kind(came)) != (wanted := name_kind(right)):
            raise RuntimeError(f"its figure would mean nothing: a reply is {found}, not {wanted}")
