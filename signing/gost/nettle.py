"""The backend that calls GNU nettle's libraries: quick, off Python's lock, and in constant time where it signs."""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref
from typing import Final

from signing.gost.curves import CRYPTO_PRO_A, TC26_512_A, Curve
from signing.gost.digests import Hash
from signing.gost.libraries import FillRandom, Libraries, Number, OnCurve, Pair

# Nettle's gosthash94 has the test S-box; the one of CryptoPro is gosthash94cp.
HASH_NAMES: Final = {
    Hash.GOST_94: "gosthash94",
    Hash.STREEBOG_256: "streebog256",
    Hash.STREEBOG_512: "streebog512",
}
# How GMP reads and writes numbers here: lowest word first, words of one byte, of this machine's order, all bits used.
LITTLE_ENDIAN: Final = (-1, 1, 0, 0)


class NettleBackend:
    """Nettle's two GOST curves and three hashes. Each call has memory of its own, so threads may share the backend.

    It refuses a right signature where both points that verification adds are the same (seen in 3.8). Nobody meets one
    by chance: it takes a signer who chose the key to fit that one document, so refusing harms nobody else.
    """

    def __init__(self, libraries: Libraries) -> None:
        self._c = libraries
        self._curves: dict[Curve, int] = {CRYPTO_PRO_A: libraries.gc256b, TC26_512_A: libraries.gc512a}
        self._hashes = {kind: libraries.find_hash(name) for kind, name in HASH_NAMES.items()}

    @property
    def name(self) -> str:
        return "nettle"

    def digest(self, kind: Hash, data: bytes) -> bytes:
        info = self._hashes[kind]
        context = ctypes.create_string_buffer(info.context_size)
        result = ctypes.create_string_buffer(info.digest_size)
        info.start(context)
        info.update(context, len(data), data)
        info.finish(context, info.digest_size, result)
        return result.raw

    def knows(self, curve: Curve) -> bool:
        return curve in self._curves

    def may_sign(self, curve: Curve) -> bool:
        return self.knows(curve)

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        with self._point(curve, x, y) as point, self._pair() as pair:
            self._write(pair.r, r, curve.size)
            self._write(pair.s, s, curve.size)
            return bool(self._c.verify(byref(point), curve.size, e.to_bytes(curve.size, "little"), byref(pair)))

    def sign(self, curve: Curve, d: int, e: int, k: int) -> tuple[int, int]:
        fills = 0

        def fill(_context: int | None, length: int, target: int) -> None:
            """Hand over k, highest byte first, as nettle reads it; see `ecc_mod_random` there."""
            nonlocal fills
            # Nettle asks again while r or s is 0, so the same k for ever would never end.
            number = secrets.randbelow(curve.q - 1) + 1 if fills else k
            ctypes.memmove(target, number.to_bytes(length, "big"), length)
            fills += 1

        with self._scalar(curve, d) as key, self._pair() as pair:
            # Named, so that the callback outlives the call.
            callback = FillRandom(fill)
            digest = e.to_bytes(curve.size, "little")
            self._c.sign(byref(key), None, callback, curve.size, digest, byref(pair))
            if fills != 1:
                # Not made with this k (or with one that was never handed over): of no use, as the protocol says.
                return 0, 0
            return self._read(pair.r, curve.size), self._read(pair.s, curve.size)

    def _write(self, number: Number, value: int, size: int) -> None:
        self._c.mpz_import(byref(number), size, *LITTLE_ENDIAN, value.to_bytes(size, "little"))

    def _read(self, number: Number, size: int) -> int:
        octets = ctypes.create_string_buffer(size)
        self._c.mpz_export(octets, None, *LITTLE_ENDIAN, byref(number))
        return int.from_bytes(octets.raw, "little")

    @contextmanager
    def _number(self, value: int, size: int) -> Iterator[Number]:
        number = Number()
        self._c.mpz_init(byref(number))
        try:
            self._write(number, value, size)
            yield number
        finally:
            # GMP frees memory as it is; this number may be a key.
            ctypes.memset(number.limbs, 0, number.allocated * self._c.limb_size)
            self._c.mpz_clear(byref(number))

    @contextmanager
    def _pair(self) -> Iterator[Pair]:
        pair = Pair()
        self._c.pair_init(byref(pair))
        try:
            yield pair
        finally:
            self._c.pair_clear(byref(pair))

    @contextmanager
    def _point(self, curve: Curve, x: int, y: int) -> Iterator[OnCurve]:
        point = OnCurve()
        self._c.point_init(byref(point), self._curves[curve])
        try:
            with self._number(x, curve.size) as first, self._number(y, curve.size) as second:
                if not self._c.point_set(byref(point), byref(first), byref(second)):
                    raise ValueError("the point is not on the curve")
            yield point
        finally:
            self._c.point_clear(byref(point))

    @contextmanager
    def _scalar(self, curve: Curve, value: int) -> Iterator[OnCurve]:
        scalar = OnCurve()
        self._c.scalar_init(byref(scalar), self._curves[curve])
        try:
            with self._number(value, curve.size) as number:
                if not self._c.scalar_set(byref(scalar), byref(number)):
                    raise ValueError("the key is out of range")
            yield scalar
        finally:
            ctypes.memset(scalar.limbs, 0, self._c.curve_limbs(scalar.curve) * self._c.limb_size)
            self._c.scalar_clear(byref(scalar))
