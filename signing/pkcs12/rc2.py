"""The cipher RC2 (RFC 2268) in CBC mode: long broken, and what the certificates in key files of НУЦ РК lie under."""

from __future__ import annotations

import struct
from typing import Final

_LAYOUT: Final = struct.Struct("<4H")
# Section 2: a permutation made of the digits of pi.
_PI: Final = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32"
    "bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a"
    "961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e"
    "c5f3db47e5a59c770aa62068fe7fc1ad"
)
# Section 3.3: five rounds of mixing, a mash, six rounds, a mash, five rounds.
_MASHED_AFTER: Final = frozenset({4, 10})
_ROUNDS: Final = range(16)

_Words = list[int]
_Block = tuple[int, int, int, int]
"""Four words of 16 bits, the lower byte first. Each has a name of its own: a key file has a thousand blocks."""


def encrypt_cbc(key: bytes, vector: bytes, data: bytes, effective_bits: int) -> bytes:
    """Encrypt whole blocks of 8 bytes; ValueError for others."""
    table, (last,), done = _expand(key, effective_bits), _read_blocks(vector), []
    for block in _read_blocks(data):
        last = _encrypt(_xor(block, last), table)
        done.append(last)
    return _write_blocks(done)


def decrypt_cbc(key: bytes, vector: bytes, data: bytes, effective_bits: int) -> bytes:
    """Decrypt whole blocks of 8 bytes; ValueError for others."""
    table, (last,), done = _expand(key, effective_bits), _read_blocks(vector), []
    for block in _read_blocks(data):
        done.append(_xor(_decrypt(block, table), last))
        last = block
    return _write_blocks(done)


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


def _encrypt(block: _Block, table: _Words) -> _Block:
    a, b, c, d = block
    for turn in _ROUNDS:
        one, two, three, four = table[4 * turn : 4 * turn + 4]
        a = (a + one + (d & c) + (~d & b)) & 0xFFFF
        a = (a << 1 | a >> 15) & 0xFFFF
        b = (b + two + (a & d) + (~a & c)) & 0xFFFF
        b = (b << 2 | b >> 14) & 0xFFFF
        c = (c + three + (b & a) + (~b & d)) & 0xFFFF
        c = (c << 3 | c >> 13) & 0xFFFF
        d = (d + four + (c & b) + (~c & a)) & 0xFFFF
        d = (d << 5 | d >> 11) & 0xFFFF
        if turn in _MASHED_AFTER:
            a = (a + table[d & 63]) & 0xFFFF
            b = (b + table[a & 63]) & 0xFFFF
            c = (c + table[b & 63]) & 0xFFFF
            d = (d + table[c & 63]) & 0xFFFF
    return a, b, c, d


def _decrypt(block: _Block, table: _Words) -> _Block:
    a, b, c, d = block
    for turn in reversed(_ROUNDS):
        if turn in _MASHED_AFTER:
            d = (d - table[c & 63]) & 0xFFFF
            c = (c - table[b & 63]) & 0xFFFF
            b = (b - table[a & 63]) & 0xFFFF
            a = (a - table[d & 63]) & 0xFFFF
        one, two, three, four = table[4 * turn : 4 * turn + 4]
        d = ((d >> 5 | d << 11) - four - (c & b) - (~c & a)) & 0xFFFF
        c = ((c >> 3 | c << 13) - three - (b & a) - (~b & d)) & 0xFFFF
        b = ((b >> 2 | b << 14) - two - (a & d) - (~a & c)) & 0xFFFF
        a = ((a >> 1 | a << 15) - one - (d & c) - (~d & b)) & 0xFFFF
    return a, b, c, d


def _xor(left: _Block, right: _Block) -> _Block:
    return left[0] ^ right[0], left[1] ^ right[1], left[2] ^ right[2], left[3] ^ right[3]


def _read_blocks(data: bytes) -> list[_Block]:
    if len(data) % _LAYOUT.size:
        raise ValueError("RC2 works on whole blocks")
    return list(_LAYOUT.iter_unpack(data))


def _write_blocks(blocks: list[_Block]) -> bytes:
    return b"".join(_LAYOUT.pack(*block) for block in blocks)
