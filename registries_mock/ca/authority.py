"""The authority itself, one hierarchy for each algorithm, kept in a folder: it issues keys to invented people.

`DIR/trust` holds certificates alone and is what others are pointed at; `DIR/private` holds the keys.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from asn1crypto import pem

from registries_mock.ca.errors import AuthorityExists, AuthorityMissing
from registries_mock.ca.hierarchy import Hierarchy, create_hierarchy
from registries_mock.ca.key_pairs import ALGORITHMS, RSA, Algorithm, KeyPair, wrap_private_key
from registries_mock.ca.parts import Issuer
from registries_mock.ca.profiles import BY_NAME
from registries_mock.ca.revocation_lists import Revoked, build_list
from registries_mock.ca.subjects import Subject
from signing.certificates import read_certificate
from signing.errors import SigningError
from signing.keys import GostKey, RsaKey
from signing.private_keys import read_private_key

_DAY: Final = timedelta(days=1)
_BY_NAME: Final = {row.name: row for row in ALGORITHMS}


@dataclass(frozen=True)
class Authority:
    """Hierarchies by their algorithm, "rsa" and "gost2015"; a folder of older times holds the first alone."""

    hierarchies: Mapping[str, Hierarchy] = field(repr=False)

    @classmethod
    def create(cls, at: datetime) -> Authority:
        """Make all hierarchies anew."""
        return cls({row.name: create_hierarchy(row, at) for row in ALGORITHMS})

    @classmethod
    def load(cls, folder: Path) -> Authority:
        """Read what `save` wrote, or raise AuthorityMissing."""
        present = [row for row in ALGORITHMS if any(path.exists() for path in _paths(folder, row))]
        if not present:
            raise AuthorityMissing(f"{folder} holds no readable authority")
        return cls({row.name: _load(folder, row) for row in present})

    @classmethod
    def complete(cls, folder: Path, at: datetime) -> None:
        """Make the hierarchies that the folder has nothing of, and keep the others as they are."""
        missing = [row for row in ALGORITHMS if not any(path.exists() for path in _paths(folder, row))]
        if len(missing) < len(ALGORITHMS):
            cls.load(folder)
        cls({row.name: create_hierarchy(row, at) for row in missing}).save(folder)

    def save(self, folder: Path) -> None:
        """Write `trust/` and `private/` below the folder; raise AuthorityExists rather than overwrite a key."""
        rows = [_BY_NAME[name] for name in self.hierarchies]
        if any(path.exists() for row in rows for path in _paths(folder, row)):
            raise AuthorityExists(f"{folder} holds an authority already")
        (folder / "private").mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "trust").mkdir(parents=True, exist_ok=True)
        for row in rows:
            hierarchy = self.hierarchies[row.name]
            for rank, issuer in (("root", hierarchy.root), ("issuing", hierarchy.issuing)):
                private, trusted = _pair_of_paths(folder, rank, row)
                write_secret(private, pem.armor("PRIVATE KEY", issuer.pair.private_key_info))
                trusted.write_bytes(pem.armor("CERTIFICATE", issuer.certificate.der))

    def issue(self, profile: str, subject: Subject, *, at: datetime, algorithm: str = RSA.name) -> RsaKey | GostKey:
        """A new key with a certificate of the profile (a name of `profiles.PROFILES`), issued at `at`."""
        return self.certify(profile, subject, _BY_NAME[algorithm].make(), at=at, algorithm=algorithm)

    def certify(
        self, profile: str, subject: Subject, pair: KeyPair, *, at: datetime, algorithm: str = RSA.name
    ) -> RsaKey | GostKey:
        """A certificate for a key that is there already; the algorithm is the authority's."""
        return self.hierarchy(algorithm).certify(BY_NAME[profile], subject, pair, at)

    def crl(
        self,
        at: datetime,
        revoked: Sequence[Revoked] = (),
        *,
        algorithm: str = RSA.name,
        next_update: datetime | None = None,
        number: int | None = None,
        delta_of: int | None = None,
        by_root: bool = False,
    ) -> bytes:
        """The DER of a revocation list of the issuing authority, or of the root, in force for a day from `at`.

        Its number is the second of `at` where none is given; `delta_of` is the number of the full list that a delta
        list adds to.
        """
        hierarchy = self.hierarchy(algorithm)
        return build_list(
            hierarchy.root if by_root else hierarchy.issuing,
            revoked,
            number=int(at.timestamp()) if number is None else number,
            this_update=at,
            next_update=at + _DAY if next_update is None else next_update,
            delta_of=delta_of,
        )

    def hierarchy(self, algorithm: str) -> Hierarchy:
        """The hierarchy of the algorithm, or AuthorityMissing."""
        if algorithm not in self.hierarchies:
            raise AuthorityMissing(f"the authority has no {algorithm} half: `ca init --if-missing` adds it")
        return self.hierarchies[algorithm]


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read; an existing file is an error, never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _paths(folder: Path, row: Algorithm) -> tuple[Path, ...]:
    return (*_pair_of_paths(folder, "root", row), *_pair_of_paths(folder, "issuing", row))


def _pair_of_paths(folder: Path, rank: str, row: Algorithm) -> tuple[Path, Path]:
    """Of the key and of the certificate."""
    return folder / "private" / f"{rank}{row.suffix}.pem", folder / "trust" / f"{rank}{row.suffix}.pem"


def _load(folder: Path, row: Algorithm) -> Hierarchy:
    return Hierarchy(_load_issuer(folder, "root", row), _load_issuer(folder, "issuing", row))


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
