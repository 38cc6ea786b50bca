"""How the certificates are laid out: usage, roles and key identifiers, as НУЦ РК lays them out."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from asn1crypto import core, x509

from registries_mock.ca.address_extensions import write_addresses
from registries_mock.ca.addresses import Addresses
from registries_mock.ca.key_pairs import KeyPair
from registries_mock.ca.names import name_subject
from registries_mock.ca.parts import (
    Issuer,
    name_algorithm,
    name_issuer_key,
    sign_part,
    write_extension,
    write_moment,
)
from registries_mock.ca.profiles import By, Profile
from registries_mock.ca.subjects import Subject
from signing.certificates import BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, KEY_USAGE, Certificate, read_certificate

_POLICY: Final = "1.2.398.3.3.2"
_CERTIFICATE_POLICIES: Final = "2.5.29.32"
_KEY_STORAGE: Final = "1.2.398.3.3.5"
"""НУЦ РК's own extension: what the key is kept in."""
_IN_A_FILE: Final = "1.2.398.3.3.5.1.1"
_SUBJECT_KEY_ID: Final = "2.5.29.14"
_OCSP_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
_SERIAL_BITS: Final = 159

_Extensions = list[dict[str, object]]


def build_authority(
    name: x509.Name,
    pair: KeyPair,
    issuer: Issuer | None,
    validity: Sequence[datetime],
    *,
    path_length: int,
    addresses: Addresses | None = None,
) -> Issuer:
    """The certificate of an authority, valid from and until; without an issuer it signs itself, and the addresses are
    the issuer's."""
    constraints = x509.BasicConstraints({"ca": True, "path_len_constraint": path_length})
    extensions = [
        write_extension(BASIC_CONSTRAINTS, constraints, critical=True),
        write_extension(KEY_USAGE, x509.KeyUsage({"key_cert_sign", "crl_sign"}), critical=True),
        *(write_addresses(addresses, with_responder=False) if addresses is not None else ()),
    ]
    return Issuer(pair, _build(name, pair, issuer, validity, extensions))


def build_leaf(
    profile: Profile, subject: Subject, pair: KeyPair, issuer: Issuer, at: datetime, *, addresses: Addresses
) -> Certificate:
    """The certificate of a person, organisation or system, issued at `at`; SubjectInvalid where a number is wrong."""
    usage = profile.key_usage if pair.suite.gost is None else profile.gost_key_usage()
    roles = x509.ExtKeyUsageSyntax(list(profile.roles))
    extensions = [
        write_extension(KEY_USAGE, x509.KeyUsage(set(usage)), critical=True),
        write_extension(EXTENDED_KEY_USAGE, roles, critical=profile.roles_critical),
        *(() if profile.never_revoked else write_addresses(addresses)),
        *(() if profile.by is By.FOREIGNERS else _write_customs(profile)),
    ]
    if profile.never_revoked:
        extensions.append(write_extension(_OCSP_NO_CHECK, core.Null()))
    begins = at + profile.begins
    return _build(name_subject(profile, subject), pair, issuer, (begins, begins + profile.lasts), extensions)


def _write_customs(profile: Profile) -> _Extensions:
    """What the certificates of НУЦ РК alone have, or have in a way of their own."""
    storage = core.SequenceOf([core.ObjectIdentifier(_IN_A_FILE)], spec=core.ObjectIdentifier)
    extensions = [write_extension(_KEY_STORAGE, storage)]
    if profile.has_policy:
        policies = x509.CertificatePolicies([{"policy_identifier": _POLICY}])
        extensions.append(write_extension(_CERTIFICATE_POLICIES, policies))
    return extensions


def _build(
    name: x509.Name,
    pair: KeyPair,
    issuer: Issuer | None,
    validity: Sequence[datetime],
    extensions: _Extensions,
) -> Certificate:
    own_id = _identify_key(pair)
    issuer_name = name if issuer is None else x509.Name.load(issuer.certificate.subject_name)
    issuer_id = own_id if issuer is None else issuer.certificate.subject_key_id
    signer = pair if issuer is None else issuer.pair
    begins, ends = (write_moment(moment) for moment in validity)
    part = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": _draw_serial_number(),
            "signature": name_algorithm(signer),
            "issuer": issuer_name,
            "validity": {"not_before": begins, "not_after": ends},
            "subject": name,
            "subject_public_key_info": _load_public_key(pair),
            "extensions": [
                write_extension(_SUBJECT_KEY_ID, core.OctetString(own_id)),
                name_issuer_key(issuer_id),
                *extensions,
            ],
        }
    )
    signed = {"tbs_certificate": part, "signature_algorithm": name_algorithm(signer)}
    return read_certificate(x509.Certificate(signed | {"signature_value": sign_part(part, signer)}).dump())


def _draw_serial_number() -> int:
    """Positive, and 20 octets long like those of НУЦ РК."""
    return 1 << (_SERIAL_BITS - 1) | secrets.randbits(_SERIAL_BITS - 1)


def _load_public_key(pair: KeyPair) -> Any:
    return x509.PublicKeyInfo.load(pair.public_key_info)


def _identify_key(pair: KeyPair) -> bytes:
    """RFC 5280, 4.2.1.2, method (1): SHA-1 of the bits of the key."""
    info = core.SequenceOf.load(pair.public_key_info, spec=core.Any)
    bits = core.OctetBitString.load(info[1].dump()).native
    return hashlib.sha1(bits, usedforsecurity=False).digest()
