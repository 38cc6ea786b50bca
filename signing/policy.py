"""By what a signature is judged: whom to believe, at which moment, with which answers about revocation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing.revocation.judging import NOT_LOOKED_AT, RevocationPolicy
from signing.trust import TrustStore
from signing.verdict import Signer

TIMESTAMP_POLICIES: Final = frozenset({"1.2.398.3.3.2.6.1", "1.2.398.3.3.2.6.4"})
"""Policies of НУЦ РК's timestamping: GOST-2004 (tokens until 2025), and GOST-2015."""

# RFC 5280 names the second bit contentCommitment, the decoder by its older name.
DOCUMENT_USAGE: Final = frozenset({"digital_signature", "non_repudiation"})
"""Of a key that signs documents."""
MESSAGE_USAGE: Final = frozenset({"digital_signature"})
"""Of a key that vouches for messages between systems."""


SignerRule = Callable[[Signer], str | None]


def accept_anybody(_: Signer) -> None:
    """Whoever the authorities vouch for: the caller decides what to make of the signer."""


@dataclass(frozen=True)
class Policy:
    """One check's rules. `at` is the moment of the check by the program's clock, with its zone (else ValueError)."""

    trust: TrustStore
    at: datetime
    revocation: RevocationPolicy = NOT_LOOKED_AT
    timestamp_policies: frozenset[str] = TIMESTAMP_POLICIES
    key_usage: frozenset[str] = DOCUMENT_USAGE
    """Bits that the signer's key must have."""
    signer_rule: SignerRule = accept_anybody
    """Who may sign here: a sentence against a signer, None for one who may."""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the moment of the check needs a time zone")
