"""Whose keys NCALayer finds on this machine: those of a persona, issued when needed, or the one of a key file."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from registries_mock.clock import Clock
from registries_mock.ncalayer.errors import KeyFileUnusable, KeyIsReal, PersonaMissing
from registries_mock.own_authority import FindAuthority
from registries_mock.ports import People
from signing.certificates import read_certificate
from signing.errors import KeyUnusable
from signing.files import read_bounded
from signing.keys import SigningKey, load_p12
from signing.pkcs12.reading import MAX_BYTES
from signing.trust_stores import PRODUCTION, find_trust_folder

_LISTED: Final = ("individual", "auth-only")
"""What a person is given by НУЦ РК: a key that signs, and one that logs in."""


class Holder(Protocol):
    """Somebody with keys."""

    def list_keys(self) -> Sequence[SigningKey]:
        """Those that the dialogue shows, in its order."""
        ...

    def find_key(self, profile: str) -> SigningKey | None:
        """The holder's key of that kind, whether the dialogue shows it or not."""
        ...


class PersonaHolder:
    """A documented invented person, certified by the mock's authority at the moment when a key is first used."""

    def __init__(self, people: People, name: str, authority: FindAuthority, clock: Clock, algorithm: str) -> None:
        """Raises PersonaMissing where nobody is called so."""
        try:
            applicant = people.describe_application(name)["applicant"]
        except LookupError as failure:
            raise PersonaMissing("nobody is called so; `registries-mock people` lists the names") from failure
        self._subject = Subject(
            iin=applicant["iin"],
            surname=applicant["surname"],
            name=applicant["name"],
            patronymic=applicant.get("patronymic") or "",
        )
        self._authority, self._clock, self._algorithm = authority, clock, algorithm
        self._keys: dict[str, SigningKey] = {}
        self._lock = threading.Lock()

    def list_keys(self) -> Sequence[SigningKey]:
        return [self.find_key(profile) for profile in _LISTED]

    def find_key(self, profile: str) -> SigningKey:
        with self._lock:
            if profile not in self._keys:
                authority: Authority = self._authority()
                self._keys[profile] = authority.issue(
                    profile, self._subject, at=self._clock(), algorithm=self._algorithm
                )
            return self._keys[profile]


class FileHolder:
    """Whoever the key file is of; no other keys can be made for them."""

    def __init__(self, key: SigningKey) -> None:
        """Raises KeyIsReal for a key that НУЦ РК certified: what signs unasked must not have one."""
        if key.certificate.issuer_name in _real_authorities():
            raise KeyIsReal("the key is a real one, and whatever a page asks for would be signed with it unasked")
        self._key = key

    def list_keys(self) -> Sequence[SigningKey]:
        return [self._key]

    def find_key(self, profile: str) -> SigningKey | None:
        return None


def open_key_file(path: Path, password: str) -> FileHolder:
    """The holder of a PKCS#12 file; raises KeyFileUnusable or KeyIsReal."""
    try:
        return FileHolder(load_p12(read_bounded(path, MAX_BYTES), password, allow_pure=True))
    except KeyUnusable as failure:
        raise KeyFileUnusable(str(failure)) from failure
    except OSError as failure:
        raise KeyFileUnusable(f"{path}: {failure.strerror}") from failure


def _real_authorities() -> frozenset[bytes]:
    """Names of the shipped authorities of the Republic of Kazakhstan."""
    files = find_trust_folder(PRODUCTION).glob("*.cer")
    return frozenset(read_certificate(file.read_bytes()).subject_name for file in files)
