"""The keys of the centre's own services, made when first needed and anew when their certificates have ended."""

from __future__ import annotations

import threading
from typing import Final

from registries_mock.ca.authority import Authority
from registries_mock.ca.key_pairs import ALGORITHMS
from registries_mock.ca.parts import Issuer
from registries_mock.ca.subjects import Subject
from registries_mock.clock import Clock

RESPONDER: Final = "ocsp-responder"
STAMPER: Final = "timestamping"
_TITLES: Final = {RESPONDER: "OCSP RESPONDER", STAMPER: "СЕРВИС МЕТКИ ВРЕМЕНИ"}
_MAKERS: Final = {row.name: row.make for row in ALGORITHMS}


class ServiceKeys:
    """One key for each service (a role of `profiles.PROFILES`) and algorithm. Safe to share among threads."""

    def __init__(self, authority: Authority, clock: Clock) -> None:
        self._authority = authority
        self._clock = clock
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Issuer] = {}

    def find(self, role: str, algorithm: str) -> Issuer:
        """The key of the role; AuthorityMissing where the authority has no such half."""
        now = self._clock()
        with self._lock:
            found = self._made.get((role, algorithm))
            if found is None or not found.certificate.not_before <= now < found.certificate.not_after:
                found = make_service_key(self._authority, role, algorithm, self._clock)
                self._made[role, algorithm] = found
        return found


def make_service_key(authority: Authority, role: str, algorithm: str, clock: Clock) -> Issuer:
    """A new key with a certificate of the role by this authority."""
    pair = _MAKERS[algorithm]()
    subject = Subject(system=_TITLES[role])
    return Issuer(pair, authority.certify(role, subject, pair, at=clock(), algorithm=algorithm).certificate)
