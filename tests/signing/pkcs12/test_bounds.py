"""A key file cannot keep the decoder busy: neither with long identifiers nor with many parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from signing.asn1_bounds import MAX_IDENTIFIER_BYTES
from signing.errors import KeyUnusable
from signing.pkcs12.reading import read_p12
from tests.signing.pkcs12.files import PASSWORD, certificate_bag, key_bag, plain, seal, sequence
from tests.signing.pki import gost_person
from tests.signing.rewriting import OBJECT_IDENTIFIER, each_changed

TOO_LONG = "an identifier or a number is too long"
LONG_IDENTIFIERS = [b"\x81" * MAX_IDENTIFIER_BYTES + b"\x01", b"\x81" * 25_000 + b"\x01"]


def bags() -> bytes:
    return plain(key_bag(), certificate_bag(gost_person().der))


def files(identifier: bytes) -> Iterator[bytes]:
    """One identifier changed: around what the MAC covers, in it, and in the strings inside it; the MAC fits."""
    yield from each_changed(seal(bags()), OBJECT_IDENTIFIER, identifier)
    for changed in each_changed(bags(), OBJECT_IDENTIFIER, identifier):
        yield seal(changed)
    for inside in each_changed(sequence(key_bag()), OBJECT_IDENTIFIER, identifier):
        yield seal(plain(inside[4:] if inside[1] == 0x82 else inside[3:]))


@pytest.mark.parametrize("identifier", LONG_IDENTIFIERS, ids=["by a byte", "by far"])
def test_a_long_identifier_anywhere_in_a_key_file_is_refused(identifier: bytes) -> None:
    refused = 0
    for file in files(identifier):
        with pytest.raises(KeyUnusable, match="not well-formed") as caught:
            read_p12(file, PASSWORD)
        assert TOO_LONG in str(caught.value.__cause__)
        refused += 1
    assert refused == 7


def test_a_file_of_very_many_parts_is_refused() -> None:
    with pytest.raises(KeyUnusable, match="not well-formed") as caught:
        read_p12(seal(safe=sequence(b"\x30\x00" * 6000)), PASSWORD)
    assert "too complex" in str(caught.value.__cause__)
