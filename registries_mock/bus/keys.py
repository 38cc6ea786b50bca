"""Keys that bear the bus's name, one of each family, made when first needed by whatever authority is given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registries_mock.clock import Clock
from registries_mock.own_authority import FindAuthority

if TYPE_CHECKING:
    from signing.keys import SigningKey

_BIN: Final = "990940000016"
"""Invented, with a right check digit."""
_NAME: Final = "Data Bus Mock"


def bus_keys(
    authority: FindAuthority, clock: Clock, *, age: timedelta = timedelta(), is_revoked: bool = False
) -> Callable[[str], SigningKey]:
    """Gives the key of a family, certified so long ago and maybe taken back; raises AuthorityBroken at that moment."""
    lock = threading.Lock()
    keys: dict[str, SigningKey] = {}

    def key_of(family: str) -> SigningKey:
        from registries_mock.ca.key_pairs import make_once
        from registries_mock.ca.subjects import Subject

        with lock:
            if family not in keys:
                subject = Subject(bin=_BIN, organisation=_NAME, system=_NAME)
                now, house = clock(), authority()
                pair = make_once(family, f"bus, {age}, {is_revoked}")
                key = house.certify("bus", subject, pair, at=now - age, algorithm=family)
                if is_revoked:
                    issuer = house.find_issuer(key.certificate)
                    house.revoke(key.certificate.serial_number, issuer=issuer, at=now, recorded=now)
                keys[family] = key
            return keys[family]

    return key_of
