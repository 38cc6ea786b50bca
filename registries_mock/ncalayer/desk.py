"""What one request works with: keys to choose from, the clock, timestamps, and how the user behaves this time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from registries_mock.clock import Clock
from registries_mock.ncalayer import words
from registries_mock.ncalayer.behaviours import Behaviour, Behaviours
from registries_mock.ncalayer.errors import DialogueClosed, SocketDropped
from registries_mock.ncalayer.holders import Holder
from registries_mock.ncalayer.timestamps import FindStamp, refuse_stamps
from signing.cms.making import Stamp
from signing.keys import SigningKey

EMAIL_PROTECTION: Final = "1.3.6.1.5.5.7.3.4"
CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"

Fits = Callable[[SigningKey], bool]
Wait = Callable[[float], object]


@dataclass(frozen=True)
class Desk:
    """`wait` passes the seconds of a slow user, and ends earlier where the program does."""

    holder: Holder
    storage: str
    """The one storage that there is."""
    clock: Clock
    find_stamp: FindStamp
    behaviours: Behaviours
    wait: Wait

    @cached_property
    def behaviour(self) -> Behaviour:
        """That of this request, counted once, when the user or the network is asked for the first time."""
        return self.behaviours.take(of_connections=False)

    def open_dialogue(self, fits: Fits) -> SigningKey:
        """The first key of the list that fits; raises DialogueClosed where none does, for then there is no choice."""
        if self.behaviour.seconds:
            self.wait(self.behaviour.seconds)
        if self.behaviour.drops:
            raise SocketDropped
        if self.behaviour.cancels:
            raise DialogueClosed
        if self.behaviour.profile:
            chosen = self.holder.find_key(self.behaviour.profile)
        else:
            chosen = next((key for key in self.holder.list_keys() if fits(key)), None)
        if chosen is None:
            raise DialogueClosed
        return chosen

    def stamp_for(self, key: SigningKey) -> Stamp:
        """What stamps the signatures of the key."""
        return (refuse_stamps if self.behaviour.without_timestamps else self.find_stamp)(key)


def fits_type(key: SigningKey, wanted: str) -> bool:
    """Whether a key is of the type that commonUtils names; any other word than the two lets the user choose.

    A GOST key of today does both, so that it need not say that it logs in.
    """
    roles = key.certificate.extended_key_usage
    if wanted == words.SIGNATURE:
        return EMAIL_PROTECTION in roles
    if wanted == words.AUTHENTICATION:
        return CLIENT_AUTH in roles or (key.suite.gost is not None and EMAIL_PROTECTION in roles)
    return True
