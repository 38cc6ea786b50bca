"""A registry's own signature: what it covers is read and nothing else, and only where the passport says so."""

from __future__ import annotations

import re

import pytest

from adapters.payloads.nodes import XmlNode
from adapters.payloads.parsing import parse_xml
from adapters.trust import Trust
from contracts.catalogue import load_catalogue
from contracts.errors import UntrustedAnswer

PASSPORTS = load_catalogue().passports
SIGNED = [key for key, one in PASSPORTS.items() if one.reply.signed and one.signature == "registry"]
OUTER = b'<e xmlns="urn:outer"><data><answer xmlns="">told<!-- x --></answer></data></e>'


def payload() -> XmlNode:
    (answer,) = parse_xml(OUTER).iter("answer")
    return XmlNode(answer)


@pytest.mark.parametrize("key", SIGNED)
def test_what_is_read_is_what_the_signature_covers(key: str) -> None:
    seen: list[tuple[str, bytes]] = []

    def check(registry: str, document: bytes) -> bytes:
        seen.append((registry, document))
        return b"<answer>signed</answer>"

    assert Trust(check_payload=check).read_signed(PASSPORTS[key], payload()).text() == "signed"
    ((registry, document),) = seen
    assert registry == PASSPORTS[key].registry
    assert re.search(rb"urn:outer", document) is None


@pytest.mark.parametrize("key", SIGNED)
def test_a_signature_that_does_not_hold_ends_the_reading(key: str) -> None:
    def check(registry: str, document: bytes) -> bytes:
        raise UntrustedAnswer(registry)

    with pytest.raises(UntrustedAnswer):
        Trust(check_payload=check).read_signed(PASSPORTS[key], payload())


def test_a_reply_that_carries_no_signature_of_its_own_is_read_as_it_is() -> None:
    def check(registry: str, document: bytes) -> bytes:
        raise UntrustedAnswer(registry)

    found, unsigned = payload(), next(one for key, one in PASSPORTS.items() if key not in SIGNED)
    assert Trust(check_payload=check).read_signed(unsigned, found) is found
