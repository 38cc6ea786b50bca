"""How the certificates are laid out: subject, usage, roles and key identifiers, as НУЦ РК lays them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from registries_mock.ca.errors import SubjectInvalid
from registries_mock.ca.profiles import Profile
from registries_mock.ca.subjects import Subject, check_bin, check_iin

_POLICY: Final = "1.2.398.3.3.2"


@dataclass(frozen=True)
class Issuer:
    """A certificate with the key that signs for it."""

    key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate


def build_authority(
    name: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer: Issuer | None,
    begins: datetime,
    ends: datetime,
    *,
    path_length: int,
) -> Issuer:
    """The certificate of an authority; without an issuer it signs itself."""
    builder = _builder(name, key, issuer, begins, ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    builder = builder.add_extension(_key_usage(frozenset({"key_cert_sign", "crl_sign"})), critical=True)
    return Issuer(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


def build_leaf(
    profile: Profile, subject: Subject, key: rsa.RSAPrivateKey, issuer: Issuer, at: datetime
) -> x509.Certificate:
    """The certificate of a person, organisation or system, issued at `at`; SubjectInvalid where a number is wrong."""
    begins = at + profile.begins
    builder = _builder(_subject_name(profile, subject), key, issuer, begins, begins + profile.lasts)
    builder = builder.add_extension(_key_usage(profile.key_usage), critical=True)
    roles = x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in profile.roles])
    builder = builder.add_extension(roles, critical=False)
    policy = x509.PolicyInformation(x509.ObjectIdentifier(_POLICY), None)
    builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def _builder(
    name: x509.Name, key: rsa.RSAPrivateKey, issuer: Issuer | None, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    own_id = x509.SubjectKeyIdentifier.from_public_key(public)
    issuer_id = own_id
    if issuer is not None:
        issuer_id = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer is None else issuer.certificate.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(own_id, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id), critical=False)
    )


def _subject_name(profile: Profile, subject: Subject) -> x509.Name:
    """In the order of real certificates; the patronymic stands in the attribute for given names."""
    attributes: list[tuple[x509.ObjectIdentifier, str]] = []
    if profile.names_person:
        if subject.iin is None:
            raise SubjectInvalid("a certificate of this kind needs an IIN")
        check_iin(subject.iin)
        attributes += [
            (NameOID.COMMON_NAME, f"{subject.surname} {subject.name}"),
            (NameOID.SURNAME, subject.surname),
            (NameOID.SERIAL_NUMBER, f"IIN{subject.iin}"),
        ]
        if subject.patronymic:
            attributes.append((NameOID.GIVEN_NAME, subject.patronymic))
    else:
        attributes.append((NameOID.COMMON_NAME, subject.system))
    attributes.append((NameOID.COUNTRY_NAME, "KZ"))
    if profile.names_organisation:
        if subject.bin is None:
            raise SubjectInvalid("a certificate of this kind needs a BIN")
        check_bin(subject.bin)
        attributes += [
            (NameOID.ORGANIZATION_NAME, subject.organisation),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, f"BIN{subject.bin}"),
        ]
    try:
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])
    except ValueError as failure:
        raise SubjectInvalid("a name of the subject is empty or too long") from failure


def _key_usage(bits: frozenset[str]) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature="digital_signature" in bits,
        content_commitment="content_commitment" in bits,
        key_encipherment="key_encipherment" in bits,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign="key_cert_sign" in bits,
        crl_sign="crl_sign" in bits,
        encipher_only=False,
        decipher_only=False,
    )
