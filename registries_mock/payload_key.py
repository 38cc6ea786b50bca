"""The registries' own key for the signature inside payloads (shep-protocol.md 3.3): made when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from registries_mock.clock import Clock
from registries_mock.own_authority import FindAuthority

_BIN: Final = "990940000006"
"""Invented, with a right check digit."""
_NAME: Final = "Registries Mock"


def payload_signer(authority: FindAuthority, clock: Clock) -> Callable[[bytes], bytes]:
    """Signs documents with a key of the role `registry`, which the authority certifies."""
    lock = threading.Lock()
    made: list[Callable[[bytes], bytes]] = []

    def sign(document: bytes) -> bytes:
        with lock:
            if not made:
                made.append(_make(authority, clock))
        return made[0](document)

    return sign


def _make(authority: FindAuthority, clock: Clock) -> Callable[[bytes], bytes]:
    from registries_mock.ca.key_pairs import RSA, make_once
    from registries_mock.ca.subjects import Subject
    from signing.xmldsig.signing import sign_enveloped

    subject, pair = Subject(bin=_BIN, organisation=_NAME, system=_NAME), make_once(RSA.name, "registry")
    key = authority().certify("registry", subject, pair, at=clock())
    return lambda document: sign_enveloped(document, key)
