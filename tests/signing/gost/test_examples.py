"""The worked examples of GOST R 34.10-2012 come out of the Python backend to the last digit."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from signing.gost.curves import Curve
from signing.gost.pure import PureBackend, gmpy2_backend, plain_backend
from signing.gost.signature import derive_public_key, sign, verify
from tests.signing.gost.material import always


@dataclass(frozen=True)
class Example:
    """A curve, a key d with its point, and the signature of e with k; hexadecimal, as printed."""

    curve: Curve
    d: str
    x: str
    y: str
    e: str
    k: str
    r: str
    s: str


# RFC 7091, 7.1; the numbers of the 2001 standard (RFC 5832, 7) are the same.
SMALL = Example(
    Curve(
        name="example of 256 bits",
        p=0x8000000000000000000000000000000000000000000000000000000000000431,
        a=7,
        b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
        q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
        x=2,
        y=0x8E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8,
        size=32,
    ),
    d="7a929ade789bb9be10ed359dd39a72c11b60961f49397eee1d19ce9891ec3b28",
    x="7f2b49e270db6d90d8595bec458b50c58585ba1d4e9b788f6689dbd8e56fd80b",
    y="26f1b489d6701dd185c8413a977b3cbbaf64d1c593d26627dffb101a87ff77da",
    e="2dfbc1b372d89a1188c09c52e0eec61fce52032ab1022e8e67ece6672b043ee5",
    k="77105c9b20bcd3122823c8cf6fcc7b956de33814e95b7fe64fed924594dceab3",
    r="41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493",
    s="01456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40",
)

# GOST R 34.10-2012, appendix A.2.
LARGE = Example(
    Curve(
        name="example of 512 bits",
        p=int(
            "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15d"
            "f1d852741af4704a0458047e80e4546d35b8336fac224dd81664bbf528be6373",
            16,
        ),
        a=7,
        b=int(
            "1cff0806a31116da29d8cfa54e57eb748bc5f377e49400fdd788b649eca1ac43"
            "61834013b2ad7322480a89ca58e0cf74bc9e540c2add6897fad0a3084f302adc",
            16,
        ),
        q=int(
            "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15d"
            "a82f2d7ecb1dbac719905c5eecc423f1d86e25edbe23c595d644aaf187e6e6df",
            16,
        ),
        x=int(
            "24d19cc64572ee30f396bf6ebbfd7a6c5213b3b3d7057cc825f91093a68cd762"
            "fd60611262cd838dc6b60aa7eee804e28bc849977fac33b4b530f1b120248a9a",
            16,
        ),
        y=int(
            "2bb312a43bd2ce6e0d020613c857acddcfbf061e91e5f2c3f32447c259f39b2c"
            "83ab156d77f1496bf7eb3351e1ee4e43dc1a18b91b24640b6dbb92cb1add371e",
            16,
        ),
        size=64,
    ),
    d="0ba6048aadae241ba40936d47756d7c93091a0e8514669700ee7508e508b1020"
    "72e8123b2200a0563322dad2827e2714a2636b7bfd18aadfc62967821fa18dd4",
    x="115dc5bc96760c7b48598d8ab9e740d4c4a85a65be33c1815b5c320c854621dd"
    "5a515856d13314af69bc5b924c8b4ddff75c45415c1d9dd9dd33612cd530efe1",
    y="37c7c90cd40b0f5621dc3ac1b751cfa0e2634fa0503b3d52639f5d7fb72afd61"
    "ea199441d943ffe7f0c70a2759a3cdb84c114e1f9339fdf27f35eca93677beec",
    e="3754f3cfacc9e0615c4f4a7c4d8dab531b09b6f9c170c533a71d147035b0c591"
    "7184ee536593f4414339976c647c5d5a407adedb1d560c4fc6777d2972075b8c",
    k="0359e7f4b1410feacc570456c6801496946312120b39d019d455986e364f3658"
    "86748ed7a44b3e794434006011842286212273a6d14cf70ea3af71bb1ae679f1",
    r="2f86fa60a081091a23dd795e1e3c689ee512a3c82ee0dcc2643c78eea8fcacd3"
    "5492558486b20f1c9ec197c90699850260c93bcbcd9c5c3317e19344e173ae36",
    s="1081b394696ffe8e6585e7a9362d26b6325f56778aadbc081c0bfbe933d52ff5"
    "823ce288e8c4f362526080df7f70ce406a6eeb1f56919cb92a9853bde73e5b4a",
)

BACKENDS = [backend for backend in (plain_backend(), gmpy2_backend()) if backend is not None]


def reverse(number: str) -> bytes:
    return bytes.fromhex(number)[::-1]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@pytest.mark.parametrize("example", [SMALL, LARGE], ids=lambda example: example.curve.name)
def test_the_worked_example_comes_out(example: Example, backend: PureBackend) -> None:
    d, k = int(example.d, 16), int(example.k, 16)
    key = derive_public_key(example.curve, d)
    assert (key.x, key.y) == (int(example.x, 16), int(example.y, 16))

    made = sign(example.curve, d, reverse(example.e), new_k=always(k), backend=backend, allow_pure=True)
    assert made == reverse(example.r) + reverse(example.s)

    assert verify(key, reverse(example.e), made, backend)
    assert not verify(key, reverse(example.e), made[:-1] + bytes([made[-1] ^ 1]), backend)
