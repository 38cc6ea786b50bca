"""The authority itself, one hierarchy for each algorithm, kept in a folder: it issues keys to invented people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from registries_mock.ca import storage
from registries_mock.ca.addresses import DEFAULT_BASE
from registries_mock.ca.errors import AuthorityExists, AuthorityMissing, CertificateUnknown
from registries_mock.ca.hierarchy import FOREIGN, ISSUING, OWN, ROOT, Hierarchy, create_hierarchy
from registries_mock.ca.journal import Journal, Revocation
from registries_mock.ca.key_pairs import ALGORITHMS, RSA, KeyPair
from registries_mock.ca.parts import Issuer
from registries_mock.ca.profiles import BY_NAME, By
from registries_mock.ca.revocation_lists import Revoked, build_list
from registries_mock.ca.subjects import Subject
from signing.certificates import Certificate
from signing.keys import GostKey, RsaKey

_DAY: Final = timedelta(days=1)
_BY_NAME: Final = {row.name: row for row in ALGORITHMS}


@dataclass(frozen=True)
class Authority:
    """Hierarchies by their algorithm, "rsa" and "gost2015"; a folder of older times holds the first alone."""

    hierarchies: Mapping[str, Hierarchy] = field(repr=False)
    base: str = DEFAULT_BASE
    """Where it publishes, as its certificates say."""
    journal: Journal = field(default_factory=Journal, repr=False, compare=False)

    @classmethod
    def create(cls, at: datetime, base: str = DEFAULT_BASE) -> Authority:
        """Make all hierarchies anew."""
        house = replace(OWN, base=base)
        return cls({row.name: create_hierarchy(row, at, house) for row in ALGORITHMS}, base)

    @classmethod
    def load(cls, folder: Path) -> Authority:
        """Read what `save` wrote, or raise AuthorityMissing."""
        present = storage.find_halves(folder)
        if not present:
            raise AuthorityMissing(f"{folder} holds no readable authority")
        hierarchies = {row.name: storage.load_hierarchy(folder, row) for row in present}
        return cls(hierarchies, storage.load_base(folder), Journal(storage.find_journal(folder)))

    @classmethod
    def complete(cls, folder: Path, at: datetime, base: str = DEFAULT_BASE) -> None:
        """Make the hierarchies that the folder has nothing of, and keep the others as they are, and their address."""
        present = storage.find_halves(folder)
        house = replace(OWN, base=cls.load(folder).base if present else base)
        missing = [row for row in ALGORITHMS if row not in present]
        cls({row.name: create_hierarchy(row, at, house) for row in missing}, house.base).save(folder)

    def save(self, folder: Path) -> None:
        """Write `trust/` and `private/` below the folder; raise AuthorityExists rather than overwrite a key."""
        rows = [_BY_NAME[name] for name in self.hierarchies]
        if set(rows) & set(storage.find_halves(folder)):
            raise AuthorityExists(f"{folder} holds an authority already")
        for row in rows:
            storage.save_hierarchy(folder, row, self.hierarchies[row.name])
        if rows:
            storage.save_base(folder, self.base)

    def issue(self, profile: str, subject: Subject, *, at: datetime, algorithm: str = RSA.name) -> RsaKey | GostKey:
        """A new key with a certificate of the profile (a name of `profiles.PROFILES`), issued at `at`."""
        return self.certify(profile, subject, _BY_NAME[algorithm].make(), at=at, algorithm=algorithm)

    def certify(
        self, profile: str, subject: Subject, pair: KeyPair, *, at: datetime, algorithm: str = RSA.name
    ) -> RsaKey | GostKey:
        """A certificate for a key that is there already; the algorithm is the authority's."""
        row = BY_NAME[profile]
        match row.by:
            case By.CENTRE:
                hierarchy = self.hierarchy(algorithm)
            case By.IMPOSTORS:
                hierarchy = create_hierarchy(_BY_NAME[algorithm], at, replace(OWN, base=self.base))
            case By.FOREIGNERS:
                hierarchy = create_hierarchy(_BY_NAME[algorithm], at, FOREIGN)
        return hierarchy.certify(row, subject, pair, at)

    def revoke(
        self, serial_number: int, *, issuer: str, at: datetime, recorded: datetime, reason: str = "unspecified"
    ) -> bool:
        """Take a certificate back that the authority called `issuer` has given; says whether it was not yet.

        CertificateUnknown where no authority is called so.
        """
        if issuer not in self.issuers():
            raise CertificateUnknown(f"no authority here is called {issuer}")
        return self.journal.add(Revocation(issuer, serial_number, at, recorded, reason))

    def issuers(self) -> dict[str, Issuer]:
        """All that sign certificates, by their name in the centre: `root`, `issuing`, `root_gost`, `issuing_gost`."""
        found: dict[str, Issuer] = {}
        for name, hierarchy in self.hierarchies.items():
            suffix = _BY_NAME[name].suffix
            found |= {ROOT + suffix: hierarchy.root, ISSUING + suffix: hierarchy.issuing}
        return found

    def find_issuer(self, certificate: Certificate) -> str:
        """The name of whoever issued it, or CertificateUnknown."""
        for name, issuer in self.issuers().items():
            own = issuer.certificate
            named = (certificate.issuer_name, certificate.authority_key_id)
            if named == (own.subject_name, own.subject_key_id):
                return name
        raise CertificateUnknown("the certificate is not one that this authority has issued")

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
