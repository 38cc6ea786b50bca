"""The hashes that messages and timestamps name by identifier, apart from those that signatures are made with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from signing import algorithms

SHA256: Final = algorithms.RSA_SHA256.digest_oid
SHA384: Final = "2.16.840.1.101.3.4.2.2"
SHA512: Final = "2.16.840.1.101.3.4.2.3"
SHA1: Final = "1.3.14.3.2.26"

HASHES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    **{row.digest_oid: partial(algorithms.digest, row) for row in algorithms.SUITES},
    SHA384: lambda data: hashlib.sha384(data).digest(),
    SHA512: lambda data: hashlib.sha512(data).digest(),
}
"""Those that may prove what was signed or stamped. SHA-1 is none of them: documents with one SHA-1 can be made."""


def hash_certificate(oid: str, der: bytes) -> bytes | None:
    """The hash that names a certificate, or None for an unknown one.

    SHA-1 is allowed here, since RFC 2634 knows no other: the key that verifies the signature is the certificate's own,
    so another certificate of the same hash would need the same key and a trusted authority's signature.
    """
    if oid == SHA1:
        return hashlib.sha1(der, usedforsecurity=False).digest()
    compute = HASHES.get(oid)
    return None if compute is None else compute(der)
