"""A SubjectPublicKeyInfo taken apart without a table of algorithms: which key it says it is, and the raw key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from asn1crypto import core

from signing.asn1_bounds import check_identifiers
from signing.identifiers import Algorithm, Oids

_NULL: Final = b"\x05\x00"
# A key with parameters of its own has some fifteen, the kinds in use here at most seven.
_MAX_ELEMENTS: Final = 32


class _Info(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [("algorithm", Algorithm), ("public_key", core.OctetBitString)]


@dataclass(frozen=True)
class PublicKeyInfo:
    """`key` is the content of the OCTET STRING that a GOST key is wrapped in; for RSA it is the DER of the key."""

    key_oid: str
    parameters: tuple[str, ...]
    """Object identifiers that the key names, in order: curve and digest of a GOST key."""
    key: bytes = field(repr=False)


def read_public_key_info(der: bytes) -> PublicKeyInfo:
    """Read the DER, or raise ValueError."""
    try:
        check_identifiers(der, max_elements=_MAX_ELEMENTS)
        return _read(_Info.load(der, strict=True))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as failure:
        raise ValueError("the public key is not well-formed") from failure


def write_public_key_info(key_oid: str, parameters: tuple[str, ...], key: bytes) -> bytes:
    """The DER of a GOST key: x and y in an OCTET STRING inside the BIT STRING (signatures of НУЦ РК, observed)."""
    algorithm = Algorithm({"algorithm": key_oid, "parameters": core.Any(Oids(list(parameters)))})
    wrapped = core.OctetString(key).dump()
    bits = core.OctetBitString(wrapped)
    encoded: bytes = _Info({"algorithm": algorithm, "public_key": bits}).dump()
    return encoded


def _read(info: Any) -> PublicKeyInfo:
    algorithm = info["algorithm"]
    parameters = algorithm["parameters"].dump()
    raw = bytes(info["public_key"].native)
    if parameters in (b"", _NULL):
        return PublicKeyInfo(algorithm["algorithm"].dotted, (), raw)
    oids = tuple(one.dotted for one in Oids.load(parameters, strict=True))
    return PublicKeyInfo(algorithm["algorithm"].dotted, oids, core.OctetString.load(raw, strict=True).native)
