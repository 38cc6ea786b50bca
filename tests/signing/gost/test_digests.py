"""Digests are those of the standards, on both backends alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from signing.gost.backend import Backend
from signing.gost.digests import Hash
from signing.gost.pure import plain_backend
from tests.signing.gost.material import BOTH, Numbers, nettle

M1 = b"012345678901234567890123456789012345678901234567890123456789012"
M2 = "Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы".encode("cp1251")

# RFC 6986, section 10, in the order of octets; the empty message is of the reference implementation.
STREEBOG_512 = {
    M1: "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
    "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    M2: "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
    "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
    b"": "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7"
    "362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
}
STREEBOG_256 = {
    M1: "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
    M2: "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
    b"": "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
}
# RFC 5831, section 7.3, lowest byte first; the short ones are widely published for the same parameters.
GOST_94 = {
    b"This is message, length=32 bytes": "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa",
    b"Suppose the original message has length = 50 bytes": (
        "471aba57a60a770d3a76130635c1fbea4ef14de51f78b4ae57dd893b62f55208"
    ),
    b"": "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d",
    b"a": "d42c539e367c66e9c88a801f6649349c21871b4344c6a573f849fdce62f314dd",
}
PUBLISHED = {Hash.STREEBOG_512: STREEBOG_512, Hash.STREEBOG_256: STREEBOG_256, Hash.GOST_94: GOST_94}

# Sums of blocks that carry through all their words, and lengths around the blocks of 32 and 64 bytes.
CARRIES = [b"\xff" * count for count in (31, 32, 33, 63, 64, 65, 96, 127, 128, 129, 192, 256)]
CARRIES += [
    b"\x01" + b"\0" * 63 + b"\xff" * 64,
    b"\xff" * 64 + b"\x01" + b"\0" * 63,
    b"\xff" * 32 + b"\x01" + b"\0" * 31,
]


@pytest.mark.parametrize("kind", Hash)
@pytest.mark.parametrize("backend", BOTH)
def test_published_messages_have_their_published_digests(backend: Callable[[], Backend], kind: Hash) -> None:
    found = {message: backend().digest(kind, message).hex() for message in PUBLISHED[kind]}
    assert found == PUBLISHED[kind]


@pytest.mark.needs_nettle
@pytest.mark.parametrize("kind", Hash)
def test_both_backends_digest_alike_at_every_length(kind: Hash) -> None:
    numbers = Numbers("digests")
    for message in [*(numbers.octets(length) for length in range(301)), *CARRIES, numbers.octets(3001)]:
        assert plain_backend().digest(kind, message) == nettle().digest(kind, message), message.hex()
