"""A stranger agrees: the package gostcrypto, written from the standards by others, verifies ours and signs for us."""

from __future__ import annotations

import pytest
from gostcrypto import gosthash, gostsignature

from signing.gost.curves import CRYPTO_PRO_A, TC26_256_A, TC26_512_A, Curve
from signing.gost.digests import Hash
from signing.gost.signature import compute_digest, derive_public_key, sign, verify
from tests.signing.gost.material import Numbers, always

# Its names of curves and hashes; CryptoPro-A goes there by its newer name.
CURVE_NAMES = {
    CRYPTO_PRO_A: "id-tc26-gost-3410-2012-256-paramSetB",
    TC26_256_A: "id-tc26-gost-3410-2012-256-paramSetA",
    TC26_512_A: "id-tc26-gost-3410-12-512-paramSetA",
}
HASH_NAMES = {Hash.STREEBOG_256: "streebog256", Hash.STREEBOG_512: "streebog512"}


class Stranger:
    """The other implementation on one curve. It reads and writes all numbers highest byte first."""

    def __init__(self, curve: Curve) -> None:
        mode = gostsignature.MODE_256 if curve.size == 32 else gostsignature.MODE_512
        self._signature = gostsignature.new(mode, gostsignature.CURVES_R_1323565_1_024_2019[CURVE_NAMES[curve]])
        self._curve = curve

    def sign(self, d: int, digest: bytes, k: int) -> bytes:
        made = self._signature.sign(self._number(d), bytearray(digest[::-1]), self._number(k))
        return self._turn(bytes(made))

    def verify(self, key: bytes, digest: bytes, signature: bytes) -> bool:
        octets = [bytearray(self._turn(key)), bytearray(digest[::-1]), bytearray(self._turn(signature))]
        return bool(self._signature.verify(*octets))

    def derive(self, d: int) -> bytes:
        return self._turn(bytes(self._signature.public_key_generate(self._number(d))))

    def _number(self, number: int) -> bytearray:
        return bytearray(number.to_bytes(self._curve.size, "big"))

    def _turn(self, pair: bytes) -> bytes:
        """Both numbers of a pair with their bytes in the opposite order."""
        return pair[: self._curve.size][::-1] + pair[self._curve.size :][::-1]


@pytest.mark.parametrize("curve", CURVE_NAMES, ids=lambda curve: curve.name)
def test_the_stranger_and_we_accept_each_others_signatures(curve: Curve) -> None:
    stranger, numbers = Stranger(curve), Numbers(f"stranger {curve.name}")
    d, k, digest = numbers.secret(curve), numbers.secret(curve), numbers.octets(curve.size)
    key = derive_public_key(curve, d)
    octets = key.x.to_bytes(curve.size, "little") + key.y.to_bytes(curve.size, "little")
    assert stranger.derive(d) == octets

    ours = sign(curve, d, digest, new_k=always(k), allow_pure=True)
    assert stranger.sign(d, digest, k) == ours
    assert stranger.verify(octets, digest, ours)
    assert not stranger.verify(octets, digest, ours[:-2] + bytes([ours[-2] ^ 1]) + ours[-1:])

    theirs = stranger.sign(d, digest, numbers.secret(curve))
    assert theirs != ours
    assert verify(key, digest, theirs)


@pytest.mark.parametrize("kind", HASH_NAMES)
def test_the_stranger_and_we_digest_alike(kind: Hash) -> None:
    numbers = Numbers("stranger's digests")
    for length in (0, 1, 31, 32, 63, 64, 65, 127, 128, 200):
        message = numbers.octets(length)
        theirs = bytes(gosthash.new(HASH_NAMES[kind], data=bytearray(message)).digest())
        assert compute_digest(kind, message) == theirs, length
