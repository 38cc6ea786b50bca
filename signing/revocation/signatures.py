"""Whether a certificate's key has signed a list or an answer."""

from __future__ import annotations

from signing import algorithms
from signing.certificates import Certificate
from signing.errors import SignatureRefused
from signing.verdict import Stage


def has_signed(signer: Certificate, signature_oid: str, signed_part: bytes, signature: bytes) -> bool:
    """Whether the signature holds over the part, by an algorithm that is accepted."""
    try:
        suite = algorithms.suite_of_signature(signature_oid, Stage.REVOCATION)
        algorithms.check_signature(suite, signer.public_key_info, signed_part, signature, Stage.REVOCATION)
    except SignatureRefused:
        return False
    return True
