"""How GOST 34.311-95 digests, in plain Python: GOST R 34.11-94, RFC 5831, with the test S-box and a zero start."""

from __future__ import annotations

from functools import cache
from struct import Struct
from typing import Final

BLOCK: Final = 32
MODULUS: Final = 1 << 256
LOW_32: Final = 0xFFFFFFFF
LOW_64: Final = (1 << 64) - 1
KEY_WORDS: Final = Struct("<8I")
HALF_WORDS: Final = Struct("<16H")

# id-GostR3411-94-TestParamSet (RFC 4357, 11.2), one row for each of the eight nibbles of a word, lowest first.
S_BOX: Final = (
    "4a92d80e6b1c7f53",
    "eb4c6dfa23810759",
    "581da342efc7609b",
    "7da1089fe46cb253",
    "6c715fd84a9e03b2",
    "4ba0721d36859cfe",
    "db413f590ae7682c",
    "1fd057a4923e6b8c",
)

# RFC 5831, 5.1: the constant C3, in the order of its 256 bits; C2 and C4 are zero.
C3: Final = 0xFF00FFFF000000FFFF0000FF00FFFF0000FF00FF00FF00FFFF00FF00FF00FF00


def digest_gost_94(data: bytes) -> bytes:
    """The 32 bytes of the digest, lowest first."""
    state, total = 0, 0
    for at in range(0, len(data), BLOCK):
        block = int.from_bytes(data[at : at + BLOCK], "little")
        state = _step(state, block)
        total = (total + block) % MODULUS
    state = _step(state, 8 * len(data) % MODULUS)
    return _step(state, total).to_bytes(BLOCK, "little")


def _step(state: int, block: int) -> int:
    """The step function: four keys, four encryptions of the state's quarters, one mixing."""
    encrypted = 0
    for quarter, key in enumerate(_keys(state, block)):
        encrypted |= _encrypt(key, state >> 64 * quarter & LOW_64) << 64 * quarter
    return _mix(encrypted, block, state)


def _keys(state: int, block: int) -> list[int]:
    u, v = state, block
    keys = [_permute(u ^ v)]
    for constant in (0, C3, 0):
        u = _advance(u) ^ constant
        v = _advance(_advance(v))
        keys.append(_permute(u ^ v))
    return keys


def _advance(value: int) -> int:
    """The transformation A: the quarters move down, and the sum of the lowest two comes on top."""
    return value >> 64 | ((value ^ value >> 64) & LOW_64) << 192


def _permute(value: int) -> int:
    """The transformation P: bytes as a matrix of 4 by 8, transposed."""
    octets = value.to_bytes(BLOCK, "little")
    return int.from_bytes(b"".join(octets[column::8] for column in range(8)), "little")


def _encrypt(key: int, value: int) -> int:
    """GOST 28147-89 on one block of 64 bits: the eight words of the key three times forward, once backward."""
    t0, t1, t2, t3 = _tables()
    words = KEY_WORDS.unpack(key.to_bytes(BLOCK, "little"))
    order = words * 3 + words[::-1]
    a, b = value & LOW_32, value >> 32
    for even, odd in zip(order[::2], order[1::2], strict=True):
        mixed = a + even
        b ^= t0[mixed & 255] ^ t1[mixed >> 8 & 255] ^ t2[mixed >> 16 & 255] ^ t3[mixed >> 24 & 255]
        mixed = b + odd
        a ^= t0[mixed & 255] ^ t1[mixed >> 8 & 255] ^ t2[mixed >> 16 & 255] ^ t3[mixed >> 24 & 255]
    return a << 32 | b


def _mix(encrypted: int, block: int, state: int) -> int:
    """The mixing: a shift register over words of 16 bits, 12 steps, the block, one step, the state, 61 steps."""
    return _shift(_shift(_shift(encrypted, 12) ^ block, 1) ^ state, 61)


def _shift(value: int, steps: int) -> int:
    words = list(HALF_WORDS.unpack(value.to_bytes(BLOCK, "little")))
    for at in range(steps):
        words.append(words[at] ^ words[at + 1] ^ words[at + 2] ^ words[at + 3] ^ words[at + 12] ^ words[at + 15])
    return int.from_bytes(HALF_WORDS.pack(*words[steps:]), "little")


@cache
def _tables() -> tuple[list[int], ...]:
    """For each of the four bytes of a word, lowest first: its substitution, already rotated by 11 bits."""
    return tuple(_table(place) for place in range(4))


def _table(place: int) -> list[int]:
    low, high = ([int(digit, 16) for digit in row] for row in S_BOX[2 * place : 2 * place + 2])
    return [_rotate((high[octet >> 4] << 4 | low[octet & 15]) << 8 * place) for octet in range(256)]


def _rotate(word: int) -> int:
    return (word << 11 | word >> 21) & LOW_32
