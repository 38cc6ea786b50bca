"""Keys that sign for the bus, one of each family, made when first needed: its own, and those that should not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registries_mock.clock import Clock
from registries_mock.own_authority import FindAuthority

if TYPE_CHECKING:
    from signing.algorithms import Suite
    from signing.certificates import Certificate
    from signing.keys import SigningKey


@dataclass(frozen=True)
class Holder:
    """An organisation with an information system. Its BIN is invented, with a right check digit."""

    bin: str
    name: str


BUS: Final = Holder("990940000016", "Data Bus Mock")
SOMEBODY: Final = Holder("990940000026", "Another Company Mock")
"""Any company has such a key of the same authorities."""

KeyOf = Callable[[str], "SigningKey"]
"""Gives the key of a family; raises AuthorityBroken at that moment."""


@dataclass(frozen=True)
class _Lent:
    """The certificate of one key, and the signatures of another: what is signed so does not hold."""

    named: SigningKey
    signs: SigningKey

    @property
    def certificate(self) -> Certificate:
        return self.named.certificate

    @property
    def chain(self) -> tuple[Certificate, ...]:
        return self.named.chain

    @property
    def suite(self) -> Suite:
        return self.named.suite

    def sign(self, data: bytes) -> bytes:
        return self.signs.sign(data)


def lent_keys(named: KeyOf, signs: KeyOf) -> KeyOf:
    """Keys that bear the certificates of the first and are the second's."""
    return lambda family: _Lent(named(family), signs(family))


def system_keys(
    authority: FindAuthority,
    clock: Clock,
    *,
    holder: Holder = BUS,
    age: timedelta = timedelta(),
    is_revoked: bool = False,
) -> KeyOf:
    """The holder's keys, certified so long ago and maybe taken back."""
    lock = threading.Lock()
    keys: dict[str, SigningKey] = {}

    def key_of(family: str) -> SigningKey:
        from registries_mock.ca.key_pairs import make_once
        from registries_mock.ca.subjects import Subject

        with lock:
            if family not in keys:
                subject = Subject(bin=holder.bin, organisation=holder.name, system=holder.name)
                now, house = clock(), authority()
                pair = make_once(family, f"bus, {holder.bin}, {age}, {is_revoked}")
                key = house.certify("bus", subject, pair, at=now - age, algorithm=family)
                if is_revoked:
                    issuer = house.find_issuer(key.certificate)
                    house.revoke(key.certificate.serial_number, issuer=issuer, at=now, recorded=now)
                keys[family] = key
            return keys[family]

    return key_of
