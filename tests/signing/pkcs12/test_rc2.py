"""RC2 gives the answers of RFC 2268, section 5, both ways."""

from __future__ import annotations

import pytest

from signing.pkcs12.rc2 import decrypt_cbc, encrypt_cbc

VECTORS = [
    ("0000000000000000", 63, "0000000000000000", "ebb773f993278eff"),
    ("ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"),
    ("3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"),
    ("88", 64, "0000000000000000", "61a8a244adacccf0"),
    ("88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"),
    ("88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"),
    ("88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"),
    (
        "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e",
        129,
        "0000000000000000",
        "5b78d3a43dfff1f1",
    ),
]
NO_VECTOR = bytes(8)


@pytest.mark.parametrize(("key", "bits", "plain", "hidden"), VECTORS)
def test_the_published_answers_come_out(key: str, bits: int, plain: str, hidden: str) -> None:
    secret = bytes.fromhex(key)
    assert encrypt_cbc(secret, NO_VECTOR, bytes.fromhex(plain), bits).hex() == hidden
    assert decrypt_cbc(secret, NO_VECTOR, bytes.fromhex(hidden), bits).hex() == plain


def test_each_block_depends_on_the_one_before_it_and_the_first_on_the_vector() -> None:
    key, vector, data = b"12345", b"a vector", b"the same" * 3
    hidden = encrypt_cbc(key, vector, data, 40)
    assert len({hidden[:8], hidden[8:16], hidden[16:]}) == 3
    assert encrypt_cbc(key, NO_VECTOR, data, 40)[:8] != hidden[:8]
    assert decrypt_cbc(key, vector, hidden, 40) == data


@pytest.mark.parametrize("change", [encrypt_cbc, decrypt_cbc])
def test_half_a_block_is_an_error(change: object) -> None:
    assert callable(change)
    with pytest.raises(ValueError, match="whole blocks"):
        change(b"12345", NO_VECTOR, b"1234567", 40)
