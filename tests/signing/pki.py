"""Certificates of any shape for tests, right or wrong in one place at a time; independent of the mock's authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.certificates import Certificate, read_certificate
from signing.keys import RsaKey
from signing.trust import TrustStore
from tests.signing.gost_certificates import GostMade, gost_scalar, make_gost

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
IIN = "900101350122"
DOCUMENTS = frozenset({"digital_signature", "content_commitment"})
AUTHORITY = frozenset({"key_cert_sign", "crl_sign"})
PERSON = (
    (NameOID.COMMON_NAME, "ТЕСТОВ ТЕСТ"),
    (NameOID.SERIAL_NUMBER, f"IIN{IIN}"),
    (NameOID.COUNTRY_NAME, "KZ"),
)
ROOT_NAME = ((NameOID.COMMON_NAME, "TEST ROOT"),)
ISSUING_NAME = ((NameOID.COMMON_NAME, "TEST ISSUING"),)

Attributes = tuple[tuple[x509.ObjectIdentifier, str], ...]


@cache
def rsa_key(label: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key a label in each run: making keys is what these tests spend their time on."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True)
class Made:
    """A certificate and its key."""

    key: rsa.RSAPrivateKey
    x509: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.x509.public_bytes(Encoding.DER)

    @property
    def certificate(self) -> Certificate:
        return read_certificate(self.der)

    @property
    def signing_key(self) -> RsaKey:
        return RsaKey(self.key, self.certificate)


def make(
    subject: Attributes,
    key: rsa.RSAPrivateKey,
    issuer: Made | None,
    *,
    authority: bool = False,
    path_length: int | None = None,
    key_usage: frozenset[str] | None = DOCUMENTS,
    usage_critical: bool = True,
    authority_key_id: bytes | None = None,
    without_authority_key_id: bool = False,
    begins: datetime = AT - YEAR,
    ends: datetime = AT + YEAR,
    roles: tuple[str, ...] = (),
    extension: x509.UnrecognizedExtension | None = None,
    digest: hashes.SHA256 | hashes.SHA512 | None = None,
) -> Made:
    """A certificate that is in order but for what the caller says; without an issuer it signs itself."""
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    signer = issuer.key if issuer else key
    issuer_id = authority_key_id or x509.SubjectKeyIdentifier.from_public_key(signer.public_key()).digest
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.x509.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not without_authority_key_id:
        builder = builder.add_extension(x509.AuthorityKeyIdentifier(issuer_id, None, None), critical=False)
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    if key_usage is not None:
        builder = builder.add_extension(_usage(key_usage), critical=usage_critical)
    if roles:
        oids = [x509.ObjectIdentifier(role) for role in roles]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    return Made(key, builder.sign(signer, digest or hashes.SHA256()))


@cache
def root() -> Made:
    """The root authority."""
    return make(ROOT_NAME, rsa_key("root"), None, authority=True, key_usage=AUTHORITY)


@cache
def issuing() -> Made:
    """The issuing authority, below the root."""
    return make(ISSUING_NAME, rsa_key("issuing"), root(), authority=True, path_length=0, key_usage=AUTHORITY)


@cache
def person() -> Made:
    """A person's certificate for documents, in order in all respects."""
    return make(PERSON, rsa_key("person"), issuing(), roles=("1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.1"))


@cache
def namesake() -> Made:
    """A certificate in the person's name for the key of another."""
    return make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("other"), issuing())


@cache
def trust() -> TrustStore:
    """The roots as anchors, the issuing authorities as intermediates, of both algorithms."""
    return TrustStore(
        (root().certificate, gost_root().certificate), (issuing().certificate, gost_issuing().certificate)
    )


@cache
def gost_root() -> GostMade:
    """The root's twin with a GOST-2015 key."""
    return _make_gost_authority("TEST ROOT (GOST)", "root", None, path_length=1)


@cache
def gost_issuing() -> GostMade:
    """The twin of the issuing authority."""
    return _make_gost_authority("TEST ISSUING (GOST)", "issuing", gost_root(), path_length=0)


@cache
def gost_person() -> GostMade:
    """The same person with a GOST-2015 key, which is for key agreement too."""
    return make_gost(
        [(oid.dotted_string, text) for oid, text in PERSON],
        gost_scalar("person"),
        gost_issuing(),
        begins=AT - YEAR,
        ends=AT + YEAR,
        key_usage=frozenset({"digital_signature", "non_repudiation", "key_agreement"}),
        roles=("1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.1"),
    )


def _make_gost_authority(name: str, label: str, issuer: GostMade | None, *, path_length: int) -> GostMade:
    return make_gost(
        [(NameOID.COMMON_NAME.dotted_string, name)],
        gost_scalar(label),
        issuer,
        begins=AT - YEAR,
        ends=AT + YEAR,
        key_usage=AUTHORITY,
        authority=True,
        path_length=path_length,
    )


def _usage(bits: frozenset[str]) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in bits for name in names})
