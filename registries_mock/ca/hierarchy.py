"""A root and the issuing authority below it, both of one algorithm."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from registries_mock.ca.addresses import DEFAULT_BASE, Addresses
from registries_mock.ca.certificate import build_authority, build_leaf
from registries_mock.ca.key_pairs import Algorithm, KeyPair
from registries_mock.ca.names import FOREIGN_COUNTRY, name_authority
from registries_mock.ca.parts import Issuer
from registries_mock.ca.profiles import Profile
from registries_mock.ca.subjects import Subject
from signing.keys import GostKey, RsaKey

# It begins well before it is made, so that certificates of the past ("expired") and virtual clocks find it in force.
_BEGINS: Final = timedelta(days=-5 * 365)
_LASTS: Final = timedelta(days=25 * 365)
ROOT: Final = "root"
ISSUING: Final = "issuing"


@dataclass(frozen=True)
class Hierarchy:
    """Leaves are signed by the issuing authority alone."""

    root: Issuer = field(repr=False)
    issuing: Issuer = field(repr=False)
    addresses: Addresses
    """Of the issuing authority, which its certificates name."""

    def certify(self, profile: Profile, subject: Subject, pair: KeyPair, at: datetime) -> RsaKey | GostKey:
        """The pair with a certificate of the profile, issued at `at`."""
        leaf = build_leaf(profile, subject, pair, self.issuing, at, addresses=self.addresses)
        return pair.certify(leaf, (self.issuing.certificate, self.root.certificate))


@dataclass(frozen=True)
class House:
    """How a centre calls its authorities, and where it publishes."""

    root: str = "MOCK ROOT CA"
    issuing: str = "MOCK ISSUING CA"
    country: str = "KZ"
    base: str = DEFAULT_BASE


OWN: Final = House()
FOREIGN: Final = House("FOREIGN ROOT CA", "FOREIGN ISSUING CA", FOREIGN_COUNTRY, "http://ca.invalid")


def create_hierarchy(algorithm: Algorithm, at: datetime, house: House = OWN) -> Hierarchy:
    """New keys and certificates; two hierarchies made so have the same names and different keys."""
    validity = at + _BEGINS, at + _BEGINS + _LASTS
    root_name, issuing_name = (
        name_authority(f"{rank} ({algorithm.title})", house.country) for rank in (house.root, house.issuing)
    )
    root_addresses = Addresses(house.base, ROOT + algorithm.suffix)
    root = build_authority(root_name, algorithm.make(), None, validity, path_length=1)
    issuing = build_authority(issuing_name, algorithm.make(), root, validity, path_length=0, addresses=root_addresses)
    return Hierarchy(root, issuing, Addresses(house.base, ISSUING + algorithm.suffix))
