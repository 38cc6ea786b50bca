"""Two backends that share no line of arithmetic come to the same verdicts and the same signatures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from signing.gost.backend import Backend
from signing.gost.choosing import choose_pure
from signing.gost.curves import CRYPTO_PRO_A, TC26_512_A, Curve
from signing.gost.layout import join_pair
from signing.gost.pure import plain_backend
from signing.gost.signature import PublicKey, derive_public_key, sign, verify
from tests.signing.gost.material import CURVES, NETTLE_CURVES, Numbers, always, nettle, pure

Case = tuple[PublicKey, bytes, bytes]

# Keys and good signatures on each curve; each signature comes with its kin from `cases`.
SIGNATURES = {CRYPTO_PRO_A: 60, TC26_512_A: 24}


def by_name(curve: Curve) -> str:
    return curve.name


def cases(curve: Curve, signer: Backend, count: int) -> Iterator[Case]:
    """Good signatures, and what a forger, a bug or a bad line makes of them."""
    numbers = Numbers(f"cases {curve.name}")
    q, size = curve.q, curve.size
    for _ in range(count):
        d = numbers.secret(curve)
        key, digest = derive_public_key(curve, d), numbers.octets(size)
        good = sign(curve, d, digest, new_k=always(numbers.secret(curve)), backend=signer, allow_pure=True)
        r, s = int.from_bytes(good[:size], "little"), int.from_bytes(good[size:], "little")
        yield key, digest, good
        for message in (digest, good):
            flipped = bytearray(message)
            flipped[numbers.below(len(message))] ^= 1 << numbers.below(8)
            yield (key, bytes(flipped), good) if message is digest else (key, digest, bytes(flipped))
        yield key, digest, join_pair(curve, s, r)
        yield key, digest, join_pair(curve, q - r, s)
        yield key, digest, join_pair(curve, r, q - s)
        yield key, digest, join_pair(curve, q - r, q - s)
        yield key, digest, numbers.octets(2 * size)
        yield derive_public_key(curve, numbers.secret(curve)), digest, good
        yield PublicKey(curve, key.x, curve.p - key.y), digest, good
        # With e = 1 the multipliers are small, or small and negative.
        yield key, bytes(size), join_pair(curve, 1 + numbers.below(3), 1 + numbers.below(3))
        for edge in (0, 1, q - 1, q, q + 1, (1 << 8 * size) - 1):
            yield key, digest, join_pair(curve, edge, s)
            yield key, digest, join_pair(curve, r, edge)
        # e = 0 stands for 1, whether the digest is 0 or q.
        for zero in (bytes(size), q.to_bytes(size, "little")):
            yield key, zero, sign(curve, d, zero, new_k=always(d), backend=signer, allow_pure=True)
            yield key, zero, good


@pytest.mark.needs_nettle
def test_thousands_of_verdicts_are_the_same() -> None:
    verdicts: Counter[bool] = Counter()
    for curve, count in SIGNATURES.items():
        for key, digest, signature in cases(curve, nettle(), count):
            verdict = verify(key, digest, signature, nettle())
            assert verdict is verify(key, digest, signature, pure()), (key, digest.hex(), signature.hex())
            verdicts[verdict] += 1
    assert verdicts.total() > 2000
    # The first of each kin, and the two over a zero.
    assert verdicts[True] == 3 * sum(SIGNATURES.values())


def test_python_comes_to_the_same_verdicts_with_and_without_gmpy2() -> None:
    for curve in CURVES:
        for key, digest, signature in cases(curve, pure(), 3):
            assert verify(key, digest, signature, plain_backend()) is verify(key, digest, signature, pure())


@pytest.mark.needs_nettle
@pytest.mark.parametrize("curve", NETTLE_CURVES, ids=by_name)
def test_the_same_secret_numbers_give_the_same_signature(curve: Curve) -> None:
    numbers = Numbers(f"same k {curve.name}")
    drawn = [(numbers.secret(curve), numbers.octets(curve.size), numbers.secret(curve)) for _ in range(60)]
    edges = [1, 2, 255, 256, curve.q - 1, curve.q - 2]
    drawn += [(edge, numbers.octets(curve.size), numbers.secret(curve)) for edge in edges]
    drawn += [(numbers.secret(curve), numbers.octets(curve.size), edge) for edge in edges]
    drawn += [(numbers.secret(curve), bytes(curve.size), numbers.secret(curve))]
    for d, digest, k in drawn:
        made = sign(curve, d, digest, new_k=always(k), backend=nettle())
        assert made == sign(curve, d, digest, new_k=always(k), backend=pure(), allow_pure=True)


@pytest.mark.needs_nettle
@pytest.mark.parametrize("curve", NETTLE_CURVES, ids=by_name)
@pytest.mark.parametrize("d", [1, 2, 3, 12345])
def test_small_multiples_are_judged_alike(curve: Curve, d: int) -> None:
    """Signatures made backwards from z1 and z2: the points that are added lie close together, or on each other."""
    key = derive_public_key(curve, d)
    for z1, z2 in [(1, 1), (1, 2), (2, 1), (3, 5), (1, -2), (-1, -1), (1, -1), (d, 1), (2 * d, 1), (-d, 1), (d, 2)]:
        total = (z1 + z2 * d) % curve.q
        r = choose_pure().multiply_base(curve, total)[0] % curve.q if total else 1
        e = -r * pow(z2, -1, curve.q) % curve.q
        s = z1 * e % curve.q
        digest, signature = e.to_bytes(curve.size, "little"), join_pair(curve, r, s)
        assert verify(key, digest, signature, pure()) is bool(total)
        if z1 == z2 * d:
            # Both points are the same. Nettle may refuse this one: see NettleBackend.
            continue
        assert verify(key, digest, signature, nettle()) is bool(total), (z1, z2)


@pytest.mark.needs_nettle
def test_threads_share_the_backend() -> None:
    chosen = [case for curve in NETTLE_CURVES for case in cases(curve, nettle(), 4)]
    alone = [verify(*case, nettle()) for case in chosen]
    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(lambda: [verify(*case, nettle()) for case in chosen]) for _ in range(8)]
        assert all(run.result() == alone for run in runs)
    assert True in alone and False in alone
