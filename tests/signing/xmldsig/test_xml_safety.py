"""No document can keep the program busy for long: the square of what it holds is bounded before anything is hashed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from signing.errors import SignatureRefused
from signing.xml_safety import MAX_ATTRIBUTES, find_root_name, parse_safely
from signing.xmldsig.canonical import write_document

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def with_namespaces(count: int, elements: int) -> bytes:
    declared = " ".join(f'xmlns:n{number}="urn:{number}"' for number in range(count))
    return f"<a {declared}>{'<b/>' * elements}</a>".encode()


def nested_namespaces(count: int, elements: int) -> bytes:
    opened = "".join(f'<a xmlns:n{number}="urn:{number}" xmlns:m{number}="urn:m">' for number in range(count))
    return f"{opened}{'<b/>' * elements}{'</a>' * count}".encode()


def with_attributes(count: int) -> bytes:
    attributes = " ".join(f'a{number}="1"' for number in range(count))
    return f"<a {attributes}/>".encode()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        # Canonical form would take 7 minutes (libxml2 2.14).
        (lambda: with_namespaces(8000, 1000), "namespaces"),
        (lambda: nested_namespaces(200, 10_000), "namespaces"),
        (lambda: with_attributes(MAX_ATTRIBUTES + 1), "attributes"),
        (lambda: with_attributes(500_000), "attributes"),
    ],
    ids=["at the root", "at every level", "attributes", "a lot of attributes"],
)
def test_what_would_take_long_is_refused_at_once(document: Callable[[], bytes], reason: str) -> None:
    content = document()
    begun = time.monotonic()
    with pytest.raises(SignatureRefused, match=reason):
        parse_safely(content)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "document",
    [
        lambda: b"<a>" + b'<b xmlns="urn:b" xmlns:c="urn:c"/>' * 20_000 + b"</a>",
        lambda: with_namespaces(50, 1000),
        lambda: with_attributes(MAX_ATTRIBUTES),
        lambda: b"<a>" + b"<b/>" * 1_000_000 + b"</a>",
    ],
    ids=["namespaces of their own", "many namespaces", "many attributes", "many elements"],
)
def test_what_is_only_large_is_read(document: Callable[[], bytes]) -> None:
    assert write_document(parse_safely(document()))


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (b"<a/>", "a"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!--x--><a:b xmlns:a='urn:a'><c>", "{urn:a}b"),
        (f'<S:Envelope xmlns:S="{SOAP}"/>'.encode(), f"{{{SOAP}}}Envelope"),
        (b"", ""),
        (b"text", ""),
        (b"<", ""),
        (b"\0\xff<", ""),
        (b'<?xml version="1.0" encoding="none"?><a/>', ""),
    ],
)
def test_the_root_is_named_or_there_is_none(document: bytes, name: str) -> None:
    assert find_root_name(document) == name


def test_the_root_is_named_without_reading_on() -> None:
    assert find_root_name(b"<a>" + b"<b>" * 1_000_000) == "a"


def test_an_entity_is_not_expanded_to_name_the_root() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;">]><a b="&y;">'
    assert find_root_name(bomb) in ("", "a")
