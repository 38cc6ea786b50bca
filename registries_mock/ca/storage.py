"""How an authority lies in its folder: `trust/` holds certificates alone, `private/` the keys; `address` and
`revoked.jsonl` say where it publishes and what it has taken back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from asn1crypto import pem

from registries_mock.ca.addresses import DEFAULT_BASE, Addresses
from registries_mock.ca.errors import AuthorityMissing
from registries_mock.ca.hierarchy import ISSUING, ROOT, Hierarchy
from registries_mock.ca.key_pairs import ALGORITHMS, Algorithm, wrap_private_key
from registries_mock.ca.parts import Issuer
from signing.certificates import read_certificate
from signing.errors import SigningError
from signing.private_keys import read_private_key

_ADDRESS: Final = "address"
_JOURNAL: Final = "revoked.jsonl"


def find_halves(folder: Path) -> list[Algorithm]:
    """The algorithms of which the folder has anything."""
    return [row for row in ALGORITHMS if any(path.exists() for path in _paths(folder, row))]


def load_hierarchy(folder: Path, row: Algorithm) -> Hierarchy:
    """What was saved, or AuthorityMissing where it is not whole."""
    addresses = Addresses(load_base(folder), ISSUING + row.suffix)
    return Hierarchy(_load_issuer(folder, ROOT, row), _load_issuer(folder, ISSUING, row), addresses)


def save_hierarchy(folder: Path, row: Algorithm, hierarchy: Hierarchy) -> None:
    """Keys and certificates, none of which may be there yet."""
    (folder / "private").mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "trust").mkdir(parents=True, exist_ok=True)
    for rank, issuer in ((ROOT, hierarchy.root), (ISSUING, hierarchy.issuing)):
        private, trusted = _pair_of_paths(folder, rank, row)
        write_secret(private, pem.armor("PRIVATE KEY", issuer.pair.private_key_info))
        trusted.write_bytes(pem.armor("CERTIFICATE", issuer.certificate.der))


def load_base(folder: Path) -> str:
    """Where the authority publishes; folders of older times say nothing."""
    try:
        return (folder / _ADDRESS).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return DEFAULT_BASE
    except (OSError, UnicodeDecodeError) as failure:
        raise AuthorityMissing(f"{folder / _ADDRESS} is not an address") from failure


def save_base(folder: Path, base: str) -> None:
    (folder / _ADDRESS).write_text(f"{base}\n", encoding="ascii")


def find_journal(folder: Path) -> Path:
    """Where the authority's revocations are kept."""
    return folder / _JOURNAL


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read; an existing file is an error, never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _paths(folder: Path, row: Algorithm) -> tuple[Path, ...]:
    return (*_pair_of_paths(folder, ROOT, row), *_pair_of_paths(folder, ISSUING, row))


def _pair_of_paths(folder: Path, rank: str, row: Algorithm) -> tuple[Path, Path]:
    """Of the key and of the certificate."""
    return folder / "private" / f"{rank}{row.suffix}.pem", folder / "trust" / f"{rank}{row.suffix}.pem"


def _load_issuer(folder: Path, rank: str, row: Algorithm) -> Issuer:
    private, trusted = _pair_of_paths(folder, rank, row)
    try:
        _, _, der = pem.unarmor(private.read_bytes())
        pair = wrap_private_key(read_private_key(der))
        certificate = read_certificate(trusted.read_bytes())
    except (OSError, ValueError, SigningError) as failure:
        raise AuthorityMissing(f"{folder} holds no readable authority") from failure
    if pair.public_key_info != certificate.public_key_info:
        raise AuthorityMissing(f"the key {private.name} in {folder} does not belong to its certificate")
    return Issuer(pair, certificate)
