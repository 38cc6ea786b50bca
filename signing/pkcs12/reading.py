"""Opening a PKCS#12 file (RFC 7292): its MAC is checked first, and then it gives private keys and certificates."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from asn1crypto import core

from signing.cms.der import to_der
from signing.errors import KeyUnusable
from signing.pkcs12.derivation import Effort, Purpose, derive, encode_password
from signing.pkcs12.encryption import decrypt, unsupported
from signing.pkcs12.structures import AuthenticatedSafe, Bags, CertificateBag, EncryptedData, EncryptedKey, Pfx

MAX_BYTES: Final = 256 * 1024
MAX_BAGS: Final = 64
# Java writes strings in pieces of 1000 bytes, of which the largest file has some 260.
_MAX_ELEMENTS: Final = 5000
_DATA: Final = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA: Final = "1.2.840.113549.1.7.6"
_KEY_BAG: Final = "1.2.840.113549.1.12.10.1.1"
_SHROUDED_KEY_BAG: Final = "1.2.840.113549.1.12.10.1.2"
_CERTIFICATE_BAG: Final = "1.2.840.113549.1.12.10.1.3"
_X509: Final = "1.2.840.113549.1.9.22.1"
_MAC_HASHES: Final = frozenset({"sha1", "sha224", "sha256", "sha384", "sha512"})


@dataclass(frozen=True)
class Contents:
    """What the file holds, in its order: private keys as PKCS#8 in the clear, certificates in DER."""

    private_keys: tuple[bytes, ...] = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)


def read_p12(data: bytes, password: str) -> Contents:
    """Open the file, or raise KeyUnusable; the text never says more about the file than what is wrong.

    A file without a MAC is refused: nothing would tell a damaged certificate from the owner's.
    """
    if len(data) > MAX_BYTES:
        raise KeyUnusable("the PKCS#12 file is too large")
    # The decoder meets hostile bytes with many kinds of exceptions; each of them means the same here.
    try:
        return _Opening(password).open(Pfx.load(_bounded(data), strict=True))
    except KeyUnusable:
        raise
    except Exception as failure:
        raise KeyUnusable("the PKCS#12 file is not well-formed") from failure


class _Opening:
    """One file being opened: the password in its two forms, and how much work is left."""

    def __init__(self, password: str) -> None:
        self._password = password
        self._bmp_password = encode_password(password)
        self._effort = Effort()
        self._bags_left = MAX_BAGS

    def open(self, pfx: Any) -> Contents:
        if pfx["auth_safe"]["content_type"].dotted != _DATA:
            raise unsupported()
        safe = _octets(pfx["auth_safe"])
        self._check_mac(pfx["mac_data"], safe)
        keys: list[bytes] = []
        certificates: list[bytes] = []
        for bag in self._bags(AuthenticatedSafe.load(_bounded(safe), strict=True)):
            kind = bag["bag_id"].dotted
            if kind == _CERTIFICATE_BAG:
                held = bag["value"].parse(CertificateBag)
                if held["kind"].dotted == _X509:
                    certificates.append(held["value"].native)
            elif kind == _SHROUDED_KEY_BAG:
                hidden = bag["value"].parse(EncryptedKey)
                keys.append(self._decrypt(hidden["algorithm"], hidden["data"].native))
            elif kind == _KEY_BAG:
                keys.append(bag["value"].parse(core.Sequence).untag().dump())
        return Contents(tuple(keys), tuple(certificates))

    def _check_mac(self, mac: Any, safe: bytes) -> None:
        """Also settles what an empty password is: openssl tries none at all first, then one of no letters."""
        if mac.native is None:
            raise KeyUnusable("the PKCS#12 file has no MAC")
        hash_name = mac["mac"]["digest_algorithm"]["algorithm"].native
        if hash_name not in _MAC_HASHES:
            raise unsupported()
        expected, size = mac["mac"]["digest"].native, hashlib.new(hash_name).digest_size
        if len(expected) != size:
            raise ValueError("a MAC is as long as its hash")
        for form in (self._bmp_password,) if self._password else (b"", self._bmp_password):
            iterations = self._effort.spend(mac["iterations"].native)
            key = derive(Purpose.MAC, form, mac["mac_salt"].native, iterations, size, hash_name)
            if hmac.compare_digest(hmac.digest(key, safe, hash_name), expected):
                self._bmp_password = form
                return
        raise KeyUnusable("the PKCS#12 file cannot be opened: wrong password or damaged")

    def _bags(self, safe: Any) -> Iterator[Any]:
        for info in safe:
            kind = info["content_type"].dotted
            if kind == _DATA:
                content = _octets(info)
            elif kind == _ENCRYPTED_DATA:
                encrypted = info["content"].parse(EncryptedData)["info"]
                content = self._decrypt(encrypted["algorithm"], encrypted["content"].native)
            else:
                raise unsupported()
            for bag in Bags.load(_bounded(content), strict=True):
                self._bags_left -= 1
                if self._bags_left < 0:
                    raise KeyUnusable("the PKCS#12 file holds too much")
                yield bag

    def _decrypt(self, algorithm: Any, data: bytes) -> bytes:
        return decrypt(algorithm, data, self._password, self._bmp_password, self._effort)


def _bounded(ber: bytes) -> bytes:
    """The same bytes, once nothing in them costs the decoder much; else ValueError.

    They stay BER: under the tag [0] nothing tells the pieces of a string from the parts of a sequence.
    """
    to_der(ber, max_elements=_MAX_ELEMENTS)
    return ber


def _octets(info: Any) -> bytes:
    content: bytes = info["content"].parse(core.OctetString).native
    return content
