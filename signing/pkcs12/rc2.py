"""The cipher RC2 (RFC 2268) in CBC mode: long broken, and what the certificates in key files of НУЦ РК lie under."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_BLOCK: Final = 8
# Section 2: a permutation made of the digits of pi.
_PI: Final = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32"
    "bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a"
    "961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e"
    "c5f3db47e5a59c770aa62068fe7fc1ad"
)
_ROTATIONS: Final = (1, 2, 3, 5)
# Section 3.3: five rounds of mixing, a mash, six rounds, a mash, five rounds.
_MASHED_AFTER: Final = frozenset({4, 10})
_ROUNDS: Final = range(16)

_Words = list[int]


def encrypt_cbc(key: bytes, vector: bytes, data: bytes, effective_bits: int) -> bytes:
    """Encrypt whole blocks of 8 bytes; ValueError for others."""
    table, last, done = _expand(key, effective_bits), vector, b""
    for block in _blocks(data):
        last = _on_words(_encrypt, table, _xor(block, last))
        done += last
    return done


def decrypt_cbc(key: bytes, vector: bytes, data: bytes, effective_bits: int) -> bytes:
    """Decrypt whole blocks of 8 bytes; ValueError for others."""
    table, last, done = _expand(key, effective_bits), vector, []
    for block in _blocks(data):
        done.append(_xor(_on_words(_decrypt, table, block), last))
        last = block
    return b"".join(done)


def _expand(key: bytes, effective_bits: int) -> _Words:
    """Section 2: 64 words, which depend on the first `effective_bits` of the key alone."""
    spread = bytearray(key)
    for place in range(len(key), 128):
        spread.append(_PI[(spread[place - 1] + spread[place - len(key)]) & 0xFF])
    size = (effective_bits + 7) // 8
    spread[128 - size] = _PI[spread[128 - size] & (0xFF >> (8 * size - effective_bits))]
    for place in reversed(range(128 - size)):
        spread[place] = _PI[spread[place + 1] ^ spread[place + size]]
    return [int.from_bytes(spread[place : place + 2], "little") for place in range(0, 128, 2)]


def _encrypt(words: _Words, table: _Words) -> None:
    for turn in _ROUNDS:
        for i, rotation in enumerate(_ROTATIONS):
            one, two, three = words[i - 1], words[i - 2], words[i - 3]
            mixed = (words[i] + table[4 * turn + i] + (one & two) + (~one & three)) & 0xFFFF
            words[i] = (mixed << rotation | mixed >> (16 - rotation)) & 0xFFFF
        if turn in _MASHED_AFTER:
            for i in range(4):
                words[i] = (words[i] + table[words[i - 1] & 63]) & 0xFFFF


def _decrypt(words: _Words, table: _Words) -> None:
    for turn in reversed(_ROUNDS):
        if turn in _MASHED_AFTER:
            for i in reversed(range(4)):
                words[i] = (words[i] - table[words[i - 1] & 63]) & 0xFFFF
        for i, rotation in reversed(list(enumerate(_ROTATIONS))):
            one, two, three = words[i - 1], words[i - 2], words[i - 3]
            turned = (words[i] >> rotation | words[i] << (16 - rotation)) & 0xFFFF
            words[i] = (turned - table[4 * turn + i] - (one & two) - (~one & three)) & 0xFFFF


def _on_words(step: Callable[[_Words, _Words], None], table: _Words, block: bytes) -> bytes:
    words = [int.from_bytes(block[place : place + 2], "little") for place in range(0, _BLOCK, 2)]
    step(words, table)
    return b"".join(word.to_bytes(2, "little") for word in words)


def _blocks(data: bytes) -> list[bytes]:
    if len(data) % _BLOCK:
        raise ValueError("RC2 works on whole blocks")
    return [data[place : place + _BLOCK] for place in range(0, len(data), _BLOCK)]


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(_BLOCK, "big")
