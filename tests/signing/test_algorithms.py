"""A key is used for the algorithm that it names, and for no other."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.algorithms import RSA_SHA256, check_signature
from signing.errors import SignatureRefused
from signing.verdict import Stage, SubIndication
from tests.signing.pki import person

# RFC 4055, 1.2 and 3.1: identifier and parameters of a key for any use, and of one for PSS, which has none.
ANY_USE = bytes.fromhex("30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00")
PSS_ALONE = bytes.fromhex("30 0b 06 09 2a 86 48 86 f7 0d 01 01 0a")


def kept_for_pss(info: bytes) -> bytes:
    """The same SubjectPublicKeyInfo (of 256 to 65535 bytes) under the other identifier."""
    contents = info[4:].replace(ANY_USE, PSS_ALONE)
    return b"\x30\x82" + len(contents).to_bytes(2, "big") + contents


def test_a_key_that_is_kept_for_pss_verifies_no_other_signature() -> None:
    info = person().certificate.public_key_info
    signature = person().signing_key.sign(b"data")
    check_signature(RSA_SHA256, info, b"data", signature, Stage.SIGNATURE)
    other = kept_for_pss(info)
    assert isinstance(load_der_public_key(other), rsa.RSAPublicKey)
    with pytest.raises(SignatureRefused) as caught:
        check_signature(RSA_SHA256, other, b"data", signature, Stage.SIGNATURE)
    assert caught.value.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
