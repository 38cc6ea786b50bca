"""TLS: a certificate for this machine, made anew at every start by the mock's RSA authority, or one of files."""

from __future__ import annotations

import ssl
import tempfile
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from registries_mock.ca.authority import Authority
from registries_mock.ca.errors import AuthorityMissing
from registries_mock.ca.key_pairs import RSA
from registries_mock.errors import TlsUnusable

_BITS: Final = 2048
_BEFORE: Final = timedelta(days=1)
# Browsers refuse certificates of servers that last longer than 398 days.
_LASTS: Final = timedelta(days=397)
_HOST: Final = "127.0.0.1"


def create_tls(authority: Authority, at: datetime, host: str = _HOST) -> ssl.SSLContext:
    """The context of a server at 127.0.0.1, localhost and `host`, for whoever trusts the authority's root.

    Raises AuthorityMissing.
    """
    issuer = authority.hierarchy(RSA.name).issuing
    signer = load_der_private_key(issuer.pair.private_key_info, None)
    if not isinstance(signer, rsa.RSAPrivateKey):
        raise AuthorityMissing("the authority's RSA half is of another kind")
    key = rsa.generate_private_key(65537, _BITS)
    above = x509.load_der_x509_certificate(issuer.certificate.der)
    names = list(dict.fromkeys([x509.IPAddress(ip_address(_HOST)), x509.DNSName("localhost"), _name(host)]))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _HOST)]))
        .issuer_name(above.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BEFORE)
        .not_valid_after(at - _BEFORE + _LASTS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(issuer.certificate.subject_key_id, None, None), critical=False)
        .sign(signer, SHA256())
    )
    context = _create_context()
    # The library takes keys from files alone; this one lives as long as the call.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        file.touch(mode=0o600)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(secret + certificate.public_bytes(Encoding.PEM) + above.public_bytes(Encoding.PEM))
        context.load_cert_chain(file)
    return context


def load_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """The context of a server with that certificate (and those above it) and that key, both PEM; TlsUnusable."""
    context = _create_context()
    try:
        # An empty password, or a locked key would have the terminal asked for one.
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as failure:
        told = failure.strerror or str(failure) if isinstance(failure, OSError) else str(failure)
        raise TlsUnusable(f"{certificate} and {key} are no certificate with its unlocked key ({told})") from failure
    return context


def _create_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode())


def create_trusting_nobody() -> ssl.SSLContext:
    """The context of a client that talks to this machine alone, and checks nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
