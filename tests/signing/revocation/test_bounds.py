"""No identifier or number past all use reaches the decoder, whose time grows with the square of its length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from signing.algorithms import Suite
from signing.certificates import Certificate
from signing.errors import RevocationUnreadable
from signing.revocation.crl import read_list
from signing.revocation.ocsp import read_response
from tests.signing.pki import issuing, person
from tests.signing.revocation.making import Extra, Said, make_list, make_response

LONG = ".".join(["1.2", *["1"] * 70])
KEY_ID = issuing().certificate.subject_key_id or b""
IDENTIFIER = b"\x06\x41" + b"\x01" * 65


@dataclass(frozen=True)
class WithLongAlgorithm:
    """The authority, but that its algorithm has a name past all use."""

    @property
    def der(self) -> bytes:
        return issuing().der

    @property
    def certificate(self) -> Certificate:
        return issuing().certificate

    @property
    def chain(self) -> tuple[Certificate, ...]:
        return ()

    @property
    def signing_key(self) -> WithLongAlgorithm:
        return self

    @property
    def suite(self) -> Suite:
        return replace(issuing().signing_key.suite, signature_oid=LONG)

    def sign(self, data: bytes) -> bytes:
        return issuing().signing_key.sign(data)


def answer(said: Extra | None = None, **changes: Any) -> bytes:
    return make_response(issuing(), [Said(person().certificate, issuing().certificate, extra=said)], **changes)


def key_named(inside: bytes) -> Extra:
    """The name of the authority's key, with the element beside it that names the issuer of its certificate."""
    content = b"\x80" + bytes([len(KEY_ID)]) + KEY_ID + b"\xa1" + bytes([len(inside)]) + inside
    return Extra("2.5.29.35", b"\x30" + bytes([len(content)]) + content)


def of_long_kind() -> bytes:
    """Success, and an answer of a kind that nobody knows, with nothing in it."""
    held = b"\x30" + bytes([len(IDENTIFIER) + 2]) + IDENTIFIER + b"\x04\x00"
    content = b"\x0a\x01\x00\xa0" + bytes([len(held)]) + held
    return b"\x30" + bytes([len(content)]) + content


LISTS: dict[str, Callable[[], bytes]] = {
    "the algorithm": lambda: make_list(WithLongAlgorithm()),
    "the number": lambda: make_list(issuing(), number=1 << 512),
    "the number of the list that is changed": lambda: make_list(issuing(), base_number=1 << 512),
    "in the name of the key": lambda: make_list(issuing(), with_key_id=False, extra=[key_named(IDENTIFIER)]),
}
ANSWERS: dict[str, Callable[[], bytes]] = {
    "an extension": lambda: answer(extra=[Extra(LONG, b"")]),
    "an extension about a certificate": lambda: answer(Extra(LONG, b"")),
    "the kind of answer": of_long_kind,
}


@pytest.mark.parametrize("where", LISTS)
def test_a_list_with_an_element_past_all_use_is_refused(where: str) -> None:
    with pytest.raises(RevocationUnreadable) as caught:
        read_list(LISTS[where]())
    assert "too long" in str(caught.value.__cause__)


@pytest.mark.parametrize("where", ANSWERS)
def test_an_answer_with_an_element_past_all_use_is_refused(where: str) -> None:
    with pytest.raises(RevocationUnreadable, match="not well-formed"):
        read_response(ANSWERS[where]())


def test_what_these_are_made_from_is_read() -> None:
    usual = ".".join(["1.2", *["1"] * 63])
    assert read_list(make_list(issuing(), number=1 << 159)).number == 1 << 159
    assert (
        read_list(make_list(issuing(), with_key_id=False, extra=[key_named(b"\x06\x01\x2a")])).authority_key_id
        == KEY_ID
    )
    assert len(read_response(answer(Extra(usual, b""), extra=[Extra(usual, b"")])).answers) == 1
