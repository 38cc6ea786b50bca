"""Whether a backend can be trusted: it must give the known answers, and refuse those that were tampered with."""

from __future__ import annotations

from signing.gost.backend import Backend
from signing.gost.digests import Hash
from signing.gost.known_answers import KNOWN_ANSWERS, ROOT_2015, STREEBOG_256_DIGEST, KnownAnswer
from signing.gost.layout import reduce_digest, split_pair


def is_sound(backend: Backend) -> bool:
    """Whether every answer of the backend is the known one; an exception is a wrong answer too."""
    try:
        return (
            all(_digests(backend, row) and _verifies(backend, row) and _signs(backend, row) for row in KNOWN_ANSWERS)
            and backend.digest(Hash.STREEBOG_256, bytes.fromhex(ROOT_2015.signed_part)).hex() == STREEBOG_256_DIGEST
        )
    except Exception:
        # A foreign library may fail in any way, and each of them means: do not use it.
        return False


def _digests(backend: Backend, row: KnownAnswer) -> bool:
    return backend.digest(row.hash, bytes.fromhex(row.signed_part)).hex() == row.digest


def _verifies(backend: Backend, row: KnownAnswer) -> bool:
    curve = row.curve
    x, y = split_pair(curve, bytes.fromhex(row.public_key))
    r, s = split_pair(curve, bytes.fromhex(row.signature))
    e = reduce_digest(curve, bytes.fromhex(row.digest))
    tampered = [
        (x, y, e ^ 1, r, s),
        (x, y, e, r ^ 1, s),
        (x, y, e, r, s ^ 1),
        (x, y, e, s, r),
        (x, curve.p - y, e, r, s),
        (curve.x, curve.y, e, r, s),
    ]
    return (
        backend.knows(curve)
        and backend.verify(curve, x, y, e, r, s) is True
        and not any(backend.verify(curve, *numbers) for numbers in tampered)
    )


def _signs(backend: Backend, row: KnownAnswer) -> bool:
    """A signature with numbers known to all: the digest's number serves as k, what it lacks to q as the key."""
    curve = row.curve
    if not backend.may_sign(curve):
        return True
    k = e = reduce_digest(curve, bytes.fromhex(row.digest))
    d = curve.q - e
    r = int.from_bytes(bytes.fromhex(row.commitment), "little")
    return backend.sign(curve, d, e, k) == (r, (r * d + k * e) % curve.q)
