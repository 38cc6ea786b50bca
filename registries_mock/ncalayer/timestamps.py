"""The timestamp authority that NCALayer would ask over the network: the mock's own, in this process."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import Final

from registries_mock.ca.errors import AuthorityError
from registries_mock.ca.key_pairs import GOST_2015, RSA
from registries_mock.ca.subjects import Subject
from registries_mock.clock import Clock
from registries_mock.errors import AuthorityBroken
from registries_mock.ncalayer.errors import Impossible
from registries_mock.own_authority import FindAuthority
from signing.cms.making import Stamp
from signing.keys import SigningKey
from signing.timestamps.making import make_token

POLICY: Final = "1.2.398.3.3.2.6.4"
UNREACHABLE: Final = "java.net.ConnectException: Connection refused"
_SERIAL_BITS: Final = 63

FindStamp = Callable[[SigningKey], Stamp]
"""From the key that signs to what stamps its signatures; raises Impossible."""


def refuse_stamps(_key: SigningKey) -> Stamp:
    """No authority is reached."""
    raise Impossible(UNREACHABLE)


class Timestamps:
    """One key for each algorithm, certified when it is first used; a token is of the same family as the signature."""

    def __init__(self, authority: FindAuthority, clock: Clock) -> None:
        self._authority, self._clock = authority, clock
        self._keys: dict[str, SigningKey] = {}
        self._lock = threading.Lock()

    def find_stamp(self, signer: SigningKey) -> Stamp:
        """What stamps this key's signatures; raises Impossible where the authority has no such half."""
        family = (RSA if signer.suite.gost is None else GOST_2015).name
        return lambda signature: make_token(
            signature,
            self._key_of(family),
            self._clock(),
            policy_oid=POLICY,
            serial_number=secrets.randbits(_SERIAL_BITS),
        )

    def _key_of(self, family: str) -> SigningKey:
        with self._lock:
            if family not in self._keys:
                try:
                    self._keys[family] = self._authority().issue(
                        "timestamping", Subject(system="TSA"), at=self._clock(), algorithm=family
                    )
                except (AuthorityError, AuthorityBroken) as failure:
                    raise Impossible(UNREACHABLE) from failure
            return self._keys[family]
