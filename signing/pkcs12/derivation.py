"""How PKCS#12 makes keys out of a password (RFC 7292, appendix B), with a bound on the work of one file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from signing.errors import KeyUnusable

MAX_ITERATIONS: Final = 1_000_000
MAX_ITERATIONS_OF_A_FILE: Final = 2_000_000


class Purpose(IntEnum):
    """What the derived bytes are for (appendix B.3)."""

    KEY = 1
    VECTOR = 2
    MAC = 3


@dataclass
class Effort:
    """What a file may still cost: the iterations are the file's to choose, so a file could be made to last for ever."""

    left: int = MAX_ITERATIONS_OF_A_FILE

    def spend(self, iterations: int) -> int:
        """The same number, or KeyUnusable where one derivation or the whole file would take too long."""
        if not 1 <= iterations <= min(MAX_ITERATIONS, self.left):
            raise KeyUnusable("the PKCS#12 file wants too many iterations")
        self.left -= iterations
        return iterations


def encode_password(password: str) -> bytes:
    """As BMPString with its final zero (appendix B.1); signs beyond 16 bits as two, like openssl."""
    return password.encode("utf-16-be") + b"\x00\x00"


def derive(purpose: Purpose, password: bytes, salt: bytes, iterations: int, size: int, hash_name: str) -> bytes:
    """`size` bytes for the purpose; `password` is as `encode_password` gives it, or empty for no password at all."""
    block = hashlib.new(hash_name).block_size
    diversifier = bytes([purpose]) * block
    state = _repeat(salt, block) + _repeat(password, block)
    derived = b""
    while len(derived) < size:
        part = hashlib.new(hash_name, diversifier + state).digest()
        for _ in range(iterations - 1):
            part = hashlib.new(hash_name, part).digest()
        derived += part
        state = _add_to_blocks(state, _repeat(part, block)[:block], block)
    return derived[:size]


def _repeat(data: bytes, block: int) -> bytes:
    """To a whole number of blocks; nothing stays nothing."""
    if not data:
        return b""
    size = -(-len(data) // block) * block
    return (data * (size // len(data) + 1))[:size]


def _add_to_blocks(state: bytes, part: bytes, block: int) -> bytes:
    """Each block of the state plus the part plus one, the carry beyond the block lost (B.2, step 6.C)."""
    addend = int.from_bytes(part, "big") + 1
    modulus = 1 << (8 * block)
    places = range(0, len(state), block)
    sums = ((int.from_bytes(state[place : place + block], "big") + addend) % modulus for place in places)
    return b"".join(one.to_bytes(block, "big") for one in sums)
