"""A key with its certificate and chain as a PKCS#12 file."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from signing.keys import SigningKey


def export_p12(key: SigningKey, password: str) -> bytes:
    """The bytes of the file, encrypted with the password."""
    return pkcs12.serialize_key_and_certificates(
        name=None,
        key=key.private_key,
        cert=x509.load_der_x509_certificate(key.certificate.der),
        cas=[x509.load_der_x509_certificate(one.der) for one in key.chain],
        encryption_algorithm=BestAvailableEncryption(password.encode()),
    )
