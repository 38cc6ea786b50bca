"""A key that signs: what signing needs of one, and opening those that lie in files (PKCS#12, PEM).

A key in hardware or on another machine has the shape of `SigningKey`, and needs no word here.
"""

from __future__ import annotations

from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from signing.algorithms import Suite
from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable, KeyUnusable
from signing.gost_key import GostKey
from signing.pkcs12.reading import read_p12
from signing.private_keys import GostScalar, read_private_key
from signing.rsa_key import RsaKey

__all__ = ["GostKey", "RsaKey", "SigningKey", "load_p12", "load_pem"]


class SigningKey(Protocol):
    """A private key wherever it is, its certificate, and the authorities above it as far as they are known."""

    @property
    def certificate(self) -> Certificate: ...

    @property
    def chain(self) -> tuple[Certificate, ...]: ...

    @property
    def suite(self) -> Suite: ...

    def sign(self, data: bytes) -> bytes:
        """The raw signature of the suite over `data`."""
        ...


def load_p12(data: bytes, password: str, *, allow_pure: bool = False) -> SigningKey:
    """Open a PKCS#12 file, or raise KeyUnusable; the text never says more about the file than what is wrong.

    `allow_pure` has a GOST key sign with code that is not constant-time: for keys of invented people only.
    """
    contents = read_p12(data, password)
    if len(contents.private_keys) != 1:
        raise KeyUnusable("the PKCS#12 file does not hold exactly one private key")
    key = read_private_key(contents.private_keys[0])
    own, *others = _own_first(_public_key_info(key), contents.certificates)
    if isinstance(key, GostScalar):
        return GostKey(key.suite, key.scalar, own, tuple(others), allow_pure)
    return RsaKey(key, own, tuple(others))


def load_pem(private_key: bytes, certificate: bytes, password: str | None = None) -> SigningKey:
    """An RSA key and its certificate from two PEM texts, or KeyUnusable."""
    try:
        key = load_pem_private_key(private_key, None if password is None else password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as failure:
        raise KeyUnusable("the PEM key cannot be opened: wrong password, damaged, or unsupported") from failure
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyUnusable("the key is not an RSA key")
    return RsaKey(key, _read(certificate))


def _own_first(public_key_info: bytes, certificates: tuple[bytes, ...]) -> list[Certificate]:
    """The key's own certificate, then the others in the order of the file."""
    read = [_read(one) for one in certificates]
    own = next((one for one in read if one.public_key_info == public_key_info), None)
    if own is None:
        raise KeyUnusable("the PKCS#12 file does not hold the certificate of its key")
    return [own, *(one for one in read if one is not own)]


def _public_key_info(key: rsa.RSAPrivateKey | GostScalar) -> bytes:
    if isinstance(key, GostScalar):
        return key.public_key_info
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _read(certificate: bytes) -> Certificate:
    try:
        return read_certificate(certificate)
    except CertificateUnreadable as failure:
        raise KeyUnusable("a certificate beside the key cannot be read") from failure
