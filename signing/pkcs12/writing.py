"""Writing a PKCS#12 file laid out as those of НУЦ РК: BER of indefinite length, 3DES, RC2-40, an HMAC with SHA-1.

All of it is weak today. It is how real key files are, so it is for keys that stand in for them, never for new secrets.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from asn1crypto import core, pkcs12

from signing.pkcs12.derivation import Purpose, derive, encode_password
from signing.pkcs12.encryption import RC2_40, TRIPLE_DES, encrypt

_ITERATIONS: Final = 1024
_DATA: Final = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()
_ENCRYPTED_DATA: Final = core.ObjectIdentifier("1.2.840.113549.1.7.6").dump()
_SHROUDED_KEY_BAG: Final = core.ObjectIdentifier("1.2.840.113549.1.12.10.1.2").dump()
_CERTIFICATE_BAG: Final = core.ObjectIdentifier("1.2.840.113549.1.12.10.1.3").dump()
_X509: Final = core.ObjectIdentifier("1.2.840.113549.1.9.22.1").dump()
_VERSION_0: Final = core.Integer(0).dump()
_VERSION_3: Final = core.Integer(3).dump()
_SEQUENCE: Final = 0x30
_OCTET_STRING: Final = 0x24
_EXPLICIT_0: Final = 0xA0
_CHUNK: Final = 1000


def write_p12(private_key: bytes, certificates: Sequence[bytes], password: str) -> bytes:
    """The file with one PKCS#8 key and certificates in DER, the key's own first."""
    own_id = hashlib.sha1(certificates[0], usedforsecurity=False).digest()
    bags = [_certificate_bag(certificates[0], own_id), *(_certificate_bag(one) for one in certificates[1:])]
    safe = _indefinite(
        _SEQUENCE,
        _content_info(_DATA, _octets(_indefinite(_SEQUENCE, _key_bag(private_key, own_id, password)))),
        _content_info(_ENCRYPTED_DATA, _encrypted_data(_indefinite(_SEQUENCE, *bags), password)),
    )
    pfx = _content_info(_DATA, _octets(safe))
    return _indefinite(_SEQUENCE, _VERSION_3, pfx, _mac(safe, password))


def _key_bag(private_key: bytes, own_id: bytes, password: str) -> bytes:
    algorithm, hidden = encrypt(TRIPLE_DES, private_key, password, _ITERATIONS)
    key = _indefinite(_SEQUENCE, algorithm.dump(), core.OctetString(hidden).dump())
    return _indefinite(_SEQUENCE, _SHROUDED_KEY_BAG, _indefinite(_EXPLICIT_0, key), _attributes(own_id))


def _certificate_bag(certificate: bytes, own_id: bytes | None = None) -> bytes:
    held = _indefinite(_EXPLICIT_0, core.OctetString(certificate).dump())
    value = _indefinite(_EXPLICIT_0, _indefinite(_SEQUENCE, _X509, held))
    return _indefinite(_SEQUENCE, _CERTIFICATE_BAG, value, b"" if own_id is None else _attributes(own_id))


def _attributes(own_id: bytes) -> bytes:
    """By the same number key and certificate find each other; Java's readers need it, and a name."""
    name = pkcs12.Attribute({"type": "friendly_name", "values": [core.BMPString(own_id.hex())]})
    number = pkcs12.Attribute({"type": "local_key_id", "values": [core.OctetString(own_id)]})
    attributes: bytes = pkcs12.Attributes([name, number]).dump()
    return attributes


def _encrypted_data(bags: bytes, password: str) -> bytes:
    algorithm, hidden = encrypt(RC2_40, bags, password, _ITERATIONS)
    content = _indefinite(_EXPLICIT_0, *_chunks(hidden))
    return _indefinite(_SEQUENCE, _VERSION_0, _indefinite(_SEQUENCE, _DATA, algorithm.dump(), content))


def _mac(safe: bytes, password: str) -> bytes:
    salt = secrets.token_bytes(20)
    key = derive(Purpose.MAC, encode_password(password), salt, _ITERATIONS, 20, "sha1")
    info = {"digest_algorithm": {"algorithm": "sha1"}, "digest": hmac.digest(key, safe, "sha1")}
    mac: bytes = pkcs12.MacData({"mac": info, "mac_salt": salt, "iterations": _ITERATIONS}).dump()
    return mac


def _content_info(kind: bytes, content: bytes) -> bytes:
    return _indefinite(_SEQUENCE, kind, _indefinite(_EXPLICIT_0, content))


def _octets(data: bytes) -> bytes:
    return _indefinite(_OCTET_STRING, *_chunks(data))


def _chunks(data: bytes) -> list[bytes]:
    return [core.OctetString(data[place : place + _CHUNK]).dump() for place in range(0, len(data), _CHUNK)]


def _indefinite(tag: int, *parts: bytes) -> bytes:
    """X.690, 8.1.3.6: no length, and two zero bytes as the end."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\x00\x00"
