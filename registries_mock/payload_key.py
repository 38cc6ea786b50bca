"""The registries' own key for the signature inside payloads (shep-protocol.md 3.3): made when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from registries_mock.clock import Clock

_BIN: Final = "990940000006"
"""Invented, with a right check digit."""
_NAME: Final = "Registries Mock"


def payload_signer(authority: Path | None, clock: Clock) -> Callable[[bytes], bytes]:
    """Signs documents with a key of the role `registry`, by the authority of the folder, or by one made in memory."""
    lock = threading.Lock()
    made: list[Callable[[bytes], bytes]] = []

    def sign(document: bytes) -> bytes:
        with lock:
            if not made:
                made.append(_make(authority, clock))
        return made[0](document)

    return sign


def _make(folder: Path | None, clock: Clock) -> Callable[[bytes], bytes]:
    # Here, because making keys and loading the libraries for it takes longer than the suite's start.
    from registries_mock.ca.authority import Authority
    from registries_mock.ca.subjects import Subject
    from signing.xmldsig import sign_enveloped

    authority = Authority.load(folder) if folder else Authority.create(clock())
    key = authority.issue("registry", Subject(bin=_BIN, organisation=_NAME, system=_NAME), at=clock())
    return lambda document: sign_enveloped(document, key)
