"""The authority itself: a root and an issuing certificate, kept in a folder, that issues keys to invented people.

`DIR/trust` holds certificates alone and is what others are pointed at; `DIR/private` holds the keys.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from registries_mock.ca.certificate import Issuer, build_authority, build_leaf
from registries_mock.ca.errors import AuthorityExists, AuthorityMissing
from registries_mock.ca.profiles import BY_NAME
from registries_mock.ca.subjects import Subject
from signing.certificates import read_certificate
from signing.keys import SigningKey

_KEY_BITS: Final = 2048
# It begins well before it is made, so that certificates of the past ("expired") and virtual clocks find it in force.
_BEGINS: Final = timedelta(days=-5 * 365)
_LASTS: Final = timedelta(days=25 * 365)


@dataclass(frozen=True)
class Authority:
    """A root and the issuer below it; leaves are signed by the issuer alone."""

    root: Issuer = field(repr=False)
    issuing: Issuer = field(repr=False)

    @classmethod
    def create(cls, at: datetime) -> Authority:
        """Make new keys and certificates; two authorities made so have the same names and different keys."""
        begins, ends = at + _BEGINS, at + _BEGINS + _LASTS
        root_key, issuing_key = _new_key(), _new_key()
        root_name, issuing_name = _name("MOCK ROOT CA (RSA)"), _name("MOCK ISSUING CA (RSA)")
        root = build_authority(root_name, root_key, None, begins, ends, path_length=1)
        issuing = build_authority(issuing_name, issuing_key, root, begins, ends, path_length=0)
        return cls(root, issuing)

    @classmethod
    def load(cls, folder: Path) -> Authority:
        """Read what `save` wrote, or raise AuthorityMissing."""
        return cls(_load(folder, "root"), _load(folder, "issuing"))

    def save(self, folder: Path) -> None:
        """Write `trust/` and `private/` below the folder; raise AuthorityExists rather than overwrite a key."""
        trust, private = folder / "trust", folder / "private"
        if any((place / f"{name}.pem").exists() for place in (trust, private) for name in ("root", "issuing")):
            raise AuthorityExists(f"{folder} holds an authority already")
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        trust.mkdir(parents=True, exist_ok=True)
        for name, issuer in (("root", self.root), ("issuing", self.issuing)):
            write_secret(private / f"{name}.pem", _key_pem(issuer.key))
            (trust / f"{name}.pem").write_bytes(issuer.certificate.public_bytes(Encoding.PEM))

    def issue(self, profile: str, subject: Subject, *, at: datetime) -> SigningKey:
        """A new key with a certificate of the profile (a name of `profiles.PROFILES`), issued at `at`."""
        key = _new_key()
        leaf = build_leaf(BY_NAME[profile], subject, key, self.issuing, at)
        chain = (self.issuing.certificate, self.root.certificate)
        return SigningKey(
            key,
            read_certificate(leaf.public_bytes(Encoding.DER)),
            tuple(read_certificate(one.public_bytes(Encoding.DER)) for one in chain),
        )


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read; an existing file is an error, never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Registries Mock"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
        ]
    )


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _load(folder: Path, name: str) -> Issuer:
    try:
        key = load_pem_private_key((folder / "private" / f"{name}.pem").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / "trust" / f"{name}.pem").read_bytes())
    except (OSError, ValueError, TypeError) as failure:
        raise AuthorityMissing(f"{folder} holds no readable authority") from failure
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise AuthorityMissing(f"the {name} key in {folder} does not belong to its certificate")
    return Issuer(key, certificate)
