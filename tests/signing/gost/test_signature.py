"""Keys and signatures are read strictly, and secrets are used only where their time tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from signing.gost.backend import Backend
from signing.gost.choosing import choose_pure
from signing.gost.curves import TC26_256_A, Curve
from signing.gost.digests import Hash
from signing.gost.errors import PureSigningRefused
from signing.gost.layout import join_pair
from signing.gost.points import Field
from signing.gost.signature import (
    PublicKey,
    compute_digest,
    derive_public_key,
    draw_k,
    read_public_key,
    sign,
    verify,
    write_public_key,
)
from tests.signing.gost.liars import AcceptsAll
from tests.signing.gost.material import BOTH, CURVES, NETTLE_CURVES, Numbers, always, nettle, pure


class AcceptsAllCurves(AcceptsAll):
    def knows(self, curve: Curve) -> bool:
        return True


def by_name(curve: Curve) -> str:
    return curve.name


@pytest.mark.parametrize("curve", CURVES, ids=by_name)
def test_a_curve_is_what_its_standard_says(curve: Curve) -> None:
    assert curve.holds(curve.x, curve.y)
    assert choose_pure().has_order_q(curve, curve.x, curve.y)
    # Fermat's test, good enough against a slip of the pen.
    assert pow(2, curve.p - 1, curve.p) == 1 and pow(2, curve.q - 1, curve.q) == 1
    assert (curve.p.bit_length() + 7) // 8 == curve.size
    assert curve.has_other_orders is (curve is TC26_256_A)


@pytest.mark.parametrize("curve", CURVES, ids=by_name)
def test_a_key_is_written_as_it_was_read(curve: Curve) -> None:
    key = derive_public_key(curve, Numbers("keys").secret(curve))
    octets = write_public_key(key)
    assert octets == key.x.to_bytes(curve.size, "little") + key.y.to_bytes(curve.size, "little")
    assert read_public_key(curve, octets) == key


@pytest.mark.parametrize("curve", CURVES, ids=by_name)
def test_octets_that_are_no_key_are_refused(curve: Curve) -> None:
    key = derive_public_key(curve, 12345)
    size = curve.size
    good = write_public_key(key)
    bad = [b"", good[:-1], good + b"\0", b"\x04" + good, bytes(2 * size), b"\xff" * 2 * size]
    bad += [join_pair(curve, key.x, key.y ^ 1), join_pair(curve, key.y, key.x), join_pair(curve, curve.p, key.y)]
    # The base point with p added to its x, where that still fits into the octets.
    bad += [join_pair(curve, x, curve.y) for x in (curve.x + curve.p,) if x < 1 << 8 * size]
    for octets in bad:
        with pytest.raises(ValueError):
            read_public_key(curve, octets)
    assert read_public_key(curve, good) == key


def test_a_point_outside_the_group_is_refused() -> None:
    curve = TC26_256_A
    # The point of order two, from the curve's Edwards form (RFC 7836, 5.2): x = (e + d) / 6, with e = 1.
    d = 0x605F6B7C183FA81578BC39CFAD518132B9DF62897009AF7E522C32D6DC7BFFB
    x = (1 + d) * pow(6, -1, curve.p) % curve.p
    assert curve.holds(x, 0)
    field = Field(curve.p, curve.a)
    [beside] = field.to_affine([field.add((curve.x, curve.y, 1), (x, 0))])
    assert curve.holds(*beside)
    for point in ((x, 0), beside):
        with pytest.raises(ValueError, match="outside the group"):
            PublicKey(curve, *point)


@pytest.mark.parametrize("curve", CURVES, ids=by_name)
def test_a_secret_out_of_range_is_refused_and_not_told(curve: Curve) -> None:
    digest = bytes(curve.size)
    for number in (0, -1, curve.q, curve.q + 12345):
        attempts: list[Callable[[], object]] = [
            partial(derive_public_key, curve, number),
            partial(sign, curve, number, digest, allow_pure=True),
            partial(sign, curve, 1, digest, new_k=always(number), allow_pure=True),
        ]
        for attempt in attempts:
            with pytest.raises(ValueError) as failure:
                attempt()
            assert str(failure.value) == f"a secret number is out of range for {curve.name}"


@pytest.mark.parametrize("curve", CURVES, ids=by_name)
@pytest.mark.parametrize("backend", BOTH)
def test_hostile_bytes_are_a_false_signature_and_no_error(backend: Callable[[], Backend], curve: Curve) -> None:
    key, size = derive_public_key(curve, 12345), curve.size
    digest = Numbers("hostile").octets(size)
    good = sign(curve, 12345, digest, backend=pure(), allow_pure=True)
    assert verify(key, digest, good, backend())
    hostile = [b"", b"\0", good[:-1], good + b"\0", good[:size], good * 2, bytes(2 * size), b"\xff" * 2 * size]
    for edge in (0, curve.q):
        hostile += [join_pair(curve, edge, 1), join_pair(curve, 1, edge), join_pair(curve, edge, edge)]
    assert not any(verify(key, digest, signature, backend()) for signature in hostile)
    # A digest of another length is a mistake of the caller, and must not pass for the number 1 or the like.
    assert not any(verify(key, other, good, backend()) for other in (b"", digest[:-1], digest + b"\0"))
    with pytest.raises(ValueError):
        sign(curve, 12345, digest + b"\0", backend=backend(), allow_pure=True)


@pytest.mark.parametrize("curve", CURVES, ids=by_name)
def test_numbers_out_of_range_never_reach_a_backend(curve: Curve) -> None:
    key, digest, top = derive_public_key(curve, 12345), bytes(curve.size), (1 << 8 * curve.size) - 1
    for r, s in [(1, 1), (curve.q - 1, 1), (1, curve.q - 1)]:
        assert verify(key, digest, join_pair(curve, r, s), AcceptsAllCurves())
    for edge in (0, curve.q, curve.q + 1, top):
        assert not verify(key, digest, join_pair(curve, edge, 1), AcceptsAllCurves())
        assert not verify(key, digest, join_pair(curve, 1, edge), AcceptsAllCurves())


@pytest.mark.parametrize("curve", CURVES, ids=by_name)
def test_python_does_not_sign_unless_allowed(curve: Curve) -> None:
    digest = bytes(curve.size)
    with pytest.raises(PureSigningRefused, match="constant time"):
        sign(curve, 12345, digest, backend=pure())
    made = sign(curve, 12345, digest, backend=pure(), allow_pure=True)
    assert verify(derive_public_key(curve, 12345), digest, made)


@pytest.mark.needs_nettle
@pytest.mark.parametrize("curve", NETTLE_CURVES, ids=by_name)
def test_nettle_signs_unasked_on_its_curves(curve: Curve) -> None:
    digest = Numbers("unasked").octets(curve.size)
    key = derive_public_key(curve, 12345)
    first, second = (sign(curve, 12345, digest, backend=nettle()) for _ in range(2))
    assert verify(key, digest, first, pure()) and verify(key, digest, second, pure())
    assert first != second


@pytest.mark.needs_nettle
def test_a_curve_that_nettle_does_not_know_is_left_to_python() -> None:
    digest = bytes(TC26_256_A.size)
    key = derive_public_key(TC26_256_A, 12345)
    with pytest.raises(PureSigningRefused):
        sign(TC26_256_A, 12345, digest, backend=nettle())
    made = sign(TC26_256_A, 12345, digest, backend=nettle(), allow_pure=True)
    assert verify(key, digest, made, nettle())
    assert not verify(key, digest, made[:-1] + bytes([made[-1] ^ 1]), nettle())


@pytest.mark.parametrize("curve", NETTLE_CURVES, ids=by_name)
@pytest.mark.parametrize("backend", BOTH)
def test_a_k_that_gives_zero_is_replaced(backend: Callable[[], Backend], curve: Curve) -> None:
    numbers = Numbers("zero")
    d, unfit, fit = (numbers.secret(curve) for _ in range(3))
    r = choose_pure().multiply_base(curve, unfit)[0] % curve.q
    # For this e the first k makes s = r d + k e zero.
    digest = (-r * d * pow(unfit, -1, curve.q) % curve.q).to_bytes(curve.size, "little")
    assert 0 in backend().sign(curve, d, int.from_bytes(digest, "little"), unfit)

    drawn = iter([unfit, fit])
    made = sign(curve, d, digest, new_k=lambda _: next(drawn), backend=backend(), allow_pure=True)
    assert made == sign(curve, d, digest, new_k=always(fit), backend=backend(), allow_pure=True)
    with pytest.raises(ValueError, match="none of the numbers k"):
        sign(curve, d, digest, new_k=always(unfit), backend=backend(), allow_pure=True)


def test_k_is_drawn_from_its_whole_range_and_never_outside() -> None:
    assert {draw_k(4) for _ in range(200)} == {1, 2, 3}


@pytest.mark.parametrize("kind", Hash)
def test_the_chosen_backend_digests(kind: Hash) -> None:
    assert compute_digest(kind, b"x") == choose_pure().digest(kind, b"x") == compute_digest(kind, b"x", pure())
    assert len(compute_digest(kind, b"")) == (64 if kind is Hash.STREEBOG_512 else 32)
