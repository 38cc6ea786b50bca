"""How Streebog digests, in plain Python: GOST R 34.11-2012, RFC 6986; Kazakhstan's 34.310-2015 uses it unmodified."""

from __future__ import annotations

from functools import cache, reduce
from operator import xor
from struct import Struct
from typing import Final

from signing.gost.streebog_constants import ITERATION_CONSTANTS, LINEAR_ROWS, SUBSTITUTION

BLOCK: Final = 64
MODULUS: Final = 1 << 512
WORDS: Final = Struct("<8Q")

Tables = tuple[list[int], ...]


def digest_streebog_512(data: bytes) -> bytes:
    """The 64 bytes of Streebog-512, in the order of the standard's octet strings: lowest first."""
    return _digest(0, data).to_bytes(64, "little")


def digest_streebog_256(data: bytes) -> bytes:
    """The 32 bytes of Streebog-256: the upper half of a run that starts from ones."""
    return _digest(int.from_bytes(b"\x01" * BLOCK, "little"), data).to_bytes(64, "little")[32:]


def _digest(start: int, data: bytes) -> int:
    state, length, total = start, 0, 0
    whole = len(data) - len(data) % BLOCK
    for at in range(0, whole, BLOCK):
        block = int.from_bytes(data[at : at + BLOCK], "little")
        state = _compress(state, length, block)
        length += 8 * BLOCK
        total = (total + block) % MODULUS
    tail = data[whole:]
    block = int.from_bytes(tail + b"\x01", "little")
    state = _compress(state, length, block)
    length += 8 * len(tail)
    total = (total + block) % MODULUS
    return _compress(_compress(state, 0, length), 0, total)


def _compress(state: int, length: int, block: int) -> int:
    """The function g: twelve rounds on the block, whose keys come from the state and the number of bits before."""
    tables = _tables()
    key = _transform(tables, state ^ length)
    mixed = block
    for constant in _constants():
        mixed = _transform(tables, mixed ^ key)
        key = _transform(tables, key ^ constant)
    return mixed ^ key ^ state ^ block


def _transform(tables: Tables, value: int) -> int:
    """The transformations S, P and L at one go. P transposes 8 by 8 bytes, so a word takes every eighth byte."""
    t0, t1, t2, t3, t4, t5, t6, t7 = tables
    o = value.to_bytes(BLOCK, "little")
    words = [
        t0[o[at]]
        ^ t1[o[at + 8]]
        ^ t2[o[at + 16]]
        ^ t3[o[at + 24]]
        ^ t4[o[at + 32]]
        ^ t5[o[at + 40]]
        ^ t6[o[at + 48]]
        ^ t7[o[at + 56]]
        for at in range(8)
    ]
    return int.from_bytes(WORDS.pack(*words), "little")


@cache
def _tables() -> Tables:
    """For each of the eight bytes of a word, lowest first: what substitution and matrix make of its 256 values."""
    rows = [int(LINEAR_ROWS[at : at + 16], 16) for at in range(0, len(LINEAR_ROWS), 16)][::-1]
    substitution = bytes.fromhex(SUBSTITUTION)
    return tuple([_combine(rows[8 * place : 8 * place + 8], octet) for octet in substitution] for place in range(8))


def _combine(rows: list[int], octet: int) -> int:
    return reduce(xor, (row for bit, row in enumerate(rows) if octet >> bit & 1), 0)


@cache
def _constants() -> tuple[int, ...]:
    size = 2 * BLOCK
    return tuple(int(ITERATION_CONSTANTS[at : at + size], 16) for at in range(0, len(ITERATION_CONSTANTS), size))
