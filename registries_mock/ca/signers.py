"""Who signs what the centre's services say: the right one, or on demand one whom nobody should believe."""

from __future__ import annotations

import threading
from typing import Final

from registries_mock.ca.authority import Authority
from registries_mock.ca.key_pairs import ALGORITHMS, GOST_2015, RSA
from registries_mock.ca.parts import Issuer
from registries_mock.ca.subjects import Subject
from registries_mock.clock import Clock

RESPONDER: Final = "ocsp-responder"
STAMPER: Final = "timestamping"
_TITLES: Final = {RESPONDER: "OCSP RESPONDER", STAMPER: "СЕРВИС МЕТКИ ВРЕМЕНИ"}
_OTHERS: Final = {RESPONDER: STAMPER, STAMPER: RESPONDER}
_MAKERS: Final = {row.name: row.make for row in ALGORITHMS}


class ServiceKeys:
    """Keys of the services (roles of `profiles.PROFILES`), made when first needed and anew when their certificates have
    ended. Safe to share among threads."""

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
                pair, subject = _MAKERS[algorithm](), Subject(system=_TITLES[role])
                key = self._authority.certify(role, subject, pair, at=now, algorithm=algorithm)
                found = self._made[role, algorithm] = Issuer(pair, key.certificate)
        return found


class Signers:
    """Those of one authority, each in the variants of `wrong_signer`; no variant is the right one."""

    def __init__(self, authority: Authority, clock: Clock) -> None:
        self._authority = authority
        self._clock = clock
        self._lock = threading.Lock()
        self._own = ServiceKeys(authority, clock)
        self._strangers: tuple[Authority, ServiceKeys] | None = None

    def of_service(self, role: str, algorithm: str, variant: str = "") -> Issuer:
        match variant:
            case "wrong-role":
                return self._own.find(_OTHERS[role], algorithm)
            case "untrusted-key":
                return self._find_strangers()[1].find(role, algorithm)
            case "other-key":
                return _lend_key(self._own.find(role, algorithm))
            case _:
                return self._own.find(role, algorithm)

    def of_list(self, name: str, variant: str = "") -> Issuer:
        """Of the lists of the authority of this name; KeyError where there is none."""
        own = self._authority.issuers()[name]
        match variant:
            case "untrusted-key":
                return self._find_strangers()[0].issuers()[name]
            case "other-key":
                return _lend_key(own)
            case _:
                return own

    def _find_strangers(self) -> tuple[Authority, ServiceKeys]:
        """An authority of the same names that nobody believes, and its services: made once, which takes a while."""
        with self._lock:
            if self._strangers is None:
                authority = Authority.create(self._clock(), self._authority.base)
                self._strangers = authority, ServiceKeys(authority, self._clock)
            return self._strangers


def _lend_key(owner: Issuer) -> Issuer:
    """The owner's certificate with the key of somebody else: what is signed so does not hold."""
    algorithm = RSA if owner.pair.suite.gost is None else GOST_2015
    return Issuer(algorithm.make(), owner.certificate)
