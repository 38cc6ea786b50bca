"""Key files of any shape for tests, in DER and in the clear where nothing else is said, with a MAC that fits."""

from __future__ import annotations

import hashlib
import hmac

from asn1crypto import core, pkcs12

from signing.pkcs12.derivation import Purpose, derive, encode_password
from signing.private_keys import GostScalar, write_private_key
from tests.signing.pki import gost_person

PASSWORD = "пароль"
DATA = "1.2.840.113549.1.7.1"
KEY_BAG = "1.2.840.113549.1.12.10.1.1"
SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2"
CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3"


def seal(
    *contents: bytes,
    hash_name: str = "sha1",
    safe: bytes | None = None,
    bmp_password: bytes = encode_password(PASSWORD),
) -> bytes:
    """A file with these ContentInfo, or with `safe` in their place."""
    inner = sequence(*contents) if safe is None else safe
    salt = b"saltsalt"
    size = hashlib.new(hash_name).digest_size
    key = derive(Purpose.MAC, bmp_password, salt, 1, size, hash_name)
    digest = {"digest_algorithm": {"algorithm": hash_name}, "digest": hmac.digest(key, inner, hash_name)}
    mac = pkcs12.MacData({"mac": digest, "mac_salt": salt, "iterations": 1})
    return sequence(core.Integer(3).dump(), content_info(octets(inner)), mac.dump())


def content_info(content: bytes, kind: str = DATA) -> bytes:
    return sequence(oid(kind), explicit(content))


def plain(*bags: bytes) -> bytes:
    """A ContentInfo that holds bags in the clear."""
    return content_info(octets(sequence(*bags)))


def key_bag(private_key: bytes | None = None) -> bytes:
    return sequence(oid(KEY_BAG), explicit(gost_private_key() if private_key is None else private_key))


def certificate_bag(certificate: bytes) -> bytes:
    held = sequence(oid("1.2.840.113549.1.9.22.1"), explicit(octets(certificate)))
    return sequence(oid(CERTIFICATE_BAG), explicit(held))


def gost_private_key() -> bytes:
    return write_private_key(GostScalar(gost_person().suite, gost_person().scalar))


def sequence(*parts: bytes) -> bytes:
    encoded: bytes = core.Sequence(contents=b"".join(parts)).dump()
    return encoded


def explicit(content: bytes) -> bytes:
    encoded: bytes = core.Asn1Value(class_=2, tag=0, method=1, contents=content).dump()
    return encoded


def octets(data: bytes) -> bytes:
    encoded: bytes = core.OctetString(data).dump()
    return encoded


def oid(dotted: str) -> bytes:
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded
