"""A message that is parsed once says the same as one that is parsed for each question."""

from __future__ import annotations

import pytest
from hypothesis import given

from signing.errors import SignatureRefused
from signing.wsse.opening import open_message
from signing.wsse.reading import begins_signed, is_signed
from tests.signing.wsse.messages import ENVELOPE, SOURCES, ours_rsa
from tests.signing.wsse.test_fuzz_wsse import BUDGET, PIECES
from tests.signing.wsse.test_signing import ENVELOPES
from tests.signing.wsse.test_wsse_attacks import ATTACKS
from tests.support.fuzzing import Edits, mutated, mutations


@pytest.mark.parametrize("name", SOURCES)
def test_a_signed_message_is_opened_and_passes_again_and_again(name: str) -> None:
    source = SOURCES[name]()
    opened = open_message(source.message)
    assert opened.is_signed
    for _ in range(2):
        assert opened.judge(source.policy, source.known) == source.judge(source.message)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_trick_gets_the_same_verdict(name: str) -> None:
    source = ours_rsa()
    message = ATTACKS[name][0](source)
    try:
        opened = open_message(message)
    except SignatureRefused:
        with pytest.raises(SignatureRefused):
            is_signed(message)
        return
    assert opened.is_signed is is_signed(message)
    assert opened.judge(source.policy, source.known) == source.judge(message)


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_unsigned_envelope_neither_is_nor_begins_signed(name: str) -> None:
    assert not open_message(ENVELOPES[name]).is_signed
    assert not begins_signed(ENVELOPES[name])


@pytest.mark.parametrize("name", SOURCES)
def test_a_signed_message_begins_signed(name: str) -> None:
    assert begins_signed(SOURCES[name]().message)


@pytest.mark.parametrize(
    "beginning",
    [
        b"<!--<S:Envelope><S:Header><S:Security>-->",
        b"<S:Envelope><!--<S:Header><S:Security>-->",
        b"<S:Envelope><S:Header><![CDATA[<S:Security>]]>",
        b"<S:Envelope><S:Header><S:Securities>",
        b"<S:Envelope><S:Header></S:Header><S:Security>",
        b"<S:Envelope><S:Body><S:Security>",
    ],
)
def test_what_only_mentions_it_does_not_begin_signed(beginning: bytes) -> None:
    assert not begins_signed(beginning)


def says_too(message: bytes) -> bool:
    """Whether the thorough look agrees that the message is signed, or cannot read it."""
    try:
        return is_signed(message)
    except SignatureRefused:
        return True


@BUDGET
@given(mutations(4200, PIECES, 12))
def test_what_begins_signed_is_signed(changes: Edits) -> None:
    message = mutated(ours_rsa().message, changes)
    assert not begins_signed(message) or says_too(message)


@BUDGET
@given(mutations(len(ENVELOPE), [*PIECES, b"<S:Header><Security>", b"<Security/>", b"<x:Header>"], 12))
def test_an_unsigned_message_that_begins_signed_after_all_is_signed(changes: Edits) -> None:
    message = mutated(ENVELOPE, changes)
    assert not begins_signed(message) or says_too(message)
