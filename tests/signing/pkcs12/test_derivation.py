"""Keys are made of passwords as RFC 7292 says, and no file may ask for work without end."""

from __future__ import annotations

import pytest

from signing.errors import KeyUnusable
from signing.pkcs12.derivation import MAX_ITERATIONS, Effort, Purpose, derive, encode_password

# Answers passed on since the first implementations of PKCS#12; OpenSSL's own tests have them too.
ANSWERS = [
    (Purpose.KEY, "smeg", "0a58cf64530d823f", 1, "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"),
    (Purpose.VECTOR, "smeg", "0a58cf64530d823f", 1, "79993dfe048d3b76"),
    (Purpose.MAC, "smeg", "3d83c0e4546ac140", 1, "8d967d88f6caa9d714800ab3d48051d63f73a312"),
    (Purpose.KEY, "queeg", "05dec959acff72f7", 1000, "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4"),
    (Purpose.VECTOR, "queeg", "05dec959acff72f7", 1000, "11dedad7758d4860"),
]


@pytest.mark.parametrize(("purpose", "password", "salt", "iterations", "expected"), ANSWERS)
def test_the_known_answers_come_out(purpose: Purpose, password: str, salt: str, iterations: int, expected: str) -> None:
    size = len(expected) // 2
    derived = derive(purpose, encode_password(password), bytes.fromhex(salt), iterations, size, "sha1")
    assert derived.hex() == expected


def test_a_password_is_written_in_two_octets_a_sign_and_ends_with_zero() -> None:
    assert encode_password("aя").hex() == "0061044f0000"
    assert encode_password("😀").hex() == "d83dde000000"
    assert encode_password("").hex() == "0000"


@pytest.mark.parametrize("iterations", [0, -1, MAX_ITERATIONS + 1, 2**63])
def test_an_absurd_number_of_iterations_is_refused(iterations: int) -> None:
    with pytest.raises(KeyUnusable, match="iterations"):
        Effort().spend(iterations)


def test_the_work_of_a_file_is_bounded_as_a_whole() -> None:
    effort = Effort()
    assert [effort.spend(MAX_ITERATIONS), effort.spend(MAX_ITERATIONS)] == [MAX_ITERATIONS] * 2
    with pytest.raises(KeyUnusable, match="iterations"):
        effort.spend(1)
