"""How numbers lie in the bytes of keys, signatures and digests: each little-endian, pairs one after the other.

That is the layout of Kazakhstan's certificates, CMS, XML, OCSP, CRL and time stamps alike. A signature is the exact
reverse of the bytes that RFC 4491 writes.
"""

from __future__ import annotations

from signing.gost.curves import Curve


def split_pair(curve: Curve, data: bytes) -> tuple[int, int]:
    """The two numbers of a key (x, y) or a signature (r, s); ValueError for a wrong length."""
    if len(data) != 2 * curve.size:
        raise ValueError(f"{len(data)} bytes are not two numbers of {curve.size} bytes")
    return int.from_bytes(data[: curve.size], "little"), int.from_bytes(data[curve.size :], "little")


def join_pair(curve: Curve, first: int, second: int) -> bytes:
    """The bytes of a key or a signature."""
    return first.to_bytes(curve.size, "little") + second.to_bytes(curve.size, "little")


def reduce_digest(curve: Curve, digest: bytes) -> int:
    """The number e that is signed for a digest; ValueError for a digest of another length than the curve's numbers."""
    if len(digest) != curve.size:
        raise ValueError(f"a digest of {len(digest)} bytes does not go with {curve.name}")
    return int.from_bytes(digest, "little") % curve.q or 1
