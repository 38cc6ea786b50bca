"""A key with its certificate and chain as a PKCS#12 file, laid out as НУЦ РК gives it to its holder."""

from __future__ import annotations

from signing.keys import GostKey, RsaKey
from signing.pkcs12.writing import write_p12
from signing.private_keys import GostScalar, write_private_key


def export_p12(key: RsaKey | GostKey, password: str) -> bytes:
    """The bytes of the file; the password alone protects them, by ciphers that are weak today."""
    secret = GostScalar(key.suite, key.scalar) if isinstance(key, GostKey) else key.private_key
    certificates = [one.der for one in (key.certificate, *key.chain)]
    return write_p12(write_private_key(secret), certificates, password)
