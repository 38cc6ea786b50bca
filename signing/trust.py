"""Whom to believe: the configured authorities, and the chain from a certificate to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from signing import algorithms
from signing.certificates import BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, KEY_USAGE, Certificate, read_certificate
from signing.errors import CertificateUnreadable, SignatureRefused, TrustStoreUnusable
from signing.verdict import Stage, SubIndication

MAX_CHAIN: Final = 5
MAX_SIGNATURE_CHECKS: Final = 32
_SUFFIXES: Final = frozenset({".cer", ".crt", ".pem"})
_CERTIFICATE_POLICIES: Final = "2.5.29.32"
# An extension that is critical and not understood refuses the certificate (RFC 5280, 4.2).
_UNDERSTOOD: Final = frozenset({BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, _CERTIFICATE_POLICIES})

Chain = tuple[Certificate, ...]


@dataclass(frozen=True)
class TrustStore:
    """Anchors are believed as they are; intermediates only lead to them. Certificates inside documents are neither."""

    anchors: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...] = ()

    @classmethod
    def from_folder(cls, folder: Path) -> TrustStore:
        """Read every .cer, .crt and .pem of the folder: self-signed certificates are anchors, others intermediates.

        Raises TrustStoreUnusable when the folder is missing, a file cannot be read or is no authority's, or no anchor
        is there. Files with other endings (a README) are not certificates and are left alone.
        """
        if not folder.is_dir():
            raise TrustStoreUnusable(f"the trust folder {folder} does not exist")
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        authorities = [_read_authority(path) for path in files]
        anchors = tuple(one for one in authorities if _is_self_signed(one))
        if not anchors:
            raise TrustStoreUnusable(f"the trust folder {folder} holds no self-signed certificate")
        return cls(anchors, tuple(one for one in authorities if not _is_self_signed(one)))

    def build_chain(self, leaf: Certificate, at: datetime) -> Chain:
        """The chain from the leaf to an anchor, leaf first, every certificate of it valid at `at`.

        Issuers are found by full name, key identifier and signature together: different roots of the national
        authority share their common name. Raises SignatureRefused with the reason.
        """
        return _Search(self, at).climb((leaf,))


class _Search:
    """One search, bounded: names and key identifiers are the signer's to choose, so a store could be made to loop."""

    def __init__(self, store: TrustStore, at: datetime) -> None:
        self._anchors = store.anchors
        self._authorities = (*store.anchors, *store.intermediates)
        self._at = at
        self._checks_left = MAX_SIGNATURE_CHECKS

    def climb(self, chain: Chain) -> Chain:
        child = chain[-1]
        refusal: SignatureRefused | None = None
        for issuer in self._authorities:
            if issuer in chain or not _names_issuer(child, issuer):
                continue
            try:
                return self._step(chain, issuer)
            except SignatureRefused as failure:
                refusal = failure
        if refusal is not None:
            raise refusal
        reason = "No trusted authority issued the certificate."
        raise SignatureRefused(Stage.CHAIN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, reason)

    def _step(self, chain: Chain, issuer: Certificate) -> Chain:
        if len(chain) >= MAX_CHAIN or self._checks_left <= 0:
            raise _broken_rule("The chain of certificates is too long.")
        self._checks_left -= 1
        _check_issued(chain[-1], issuer)
        _check_authority(issuer, below=sum(not one.is_self_issued for one in chain[1:]))
        longer = (*chain, issuer)
        if issuer not in self._anchors:
            return self.climb(longer)
        for one in longer:
            _check_in_force(one, self._at, is_leaf=one is chain[0])
        return longer


def _names_issuer(child: Certificate, issuer: Certificate) -> bool:
    return (
        child.issuer_name == issuer.subject_name
        and child.authority_key_id is not None
        and child.authority_key_id == issuer.subject_key_id
    )


def _check_issued(child: Certificate, issuer: Certificate) -> None:
    suite = algorithms.suite_of_certificate(child.signature_oid)
    try:
        algorithms.check_signature(suite, issuer.public_key_info, child.signed_part, child.signature, Stage.CHAIN)
    except SignatureRefused as failure:
        if failure.sub_indication is not SubIndication.SIG_CRYPTO_FAILURE:
            raise
        reason = "The certificate names a trusted authority that did not sign it."
        raise SignatureRefused(Stage.CHAIN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, reason) from failure
    if not child.critical_extensions <= _UNDERSTOOD:
        raise _broken_rule("A certificate of the chain has a critical extension that is not understood.")


def _check_authority(issuer: Certificate, below: int) -> None:
    if not issuer.is_authority:
        raise _broken_rule("The issuer's certificate is not an authority's.")
    if "key_cert_sign" not in issuer.key_usage:
        raise _broken_rule("The issuer's key may not sign certificates.")
    if issuer.path_length is not None and below > issuer.path_length:
        raise _broken_rule("The chain is longer than an authority in it allows.")


def _check_in_force(certificate: Certificate, at: datetime, *, is_leaf: bool) -> None:
    if certificate.not_before <= at <= certificate.not_after:
        return
    whose = "The signer's certificate" if is_leaf else "A certificate of the authority"
    when = "is not valid yet" if at < certificate.not_before else "has expired"
    raise SignatureRefused(Stage.VALIDITY, SubIndication.OUT_OF_BOUNDS_NO_POE, f"{whose} {when}.")


def _is_self_signed(certificate: Certificate) -> bool:
    # By names and key identifiers: the operator's folder vouches for an anchor, its own signature proves nothing.
    own_key = certificate.authority_key_id in (None, certificate.subject_key_id)
    return certificate.is_self_issued and own_key


def _broken_rule(reason: str) -> SignatureRefused:
    return SignatureRefused(Stage.CHAIN, SubIndication.CHAIN_CONSTRAINTS_FAILURE, reason)


def _read_authority(path: Path) -> Certificate:
    try:
        certificate = read_certificate(path.read_bytes())
    except (OSError, CertificateUnreadable) as failure:
        raise TrustStoreUnusable(f"{path} cannot be read as a certificate") from failure
    if not certificate.is_authority:
        raise TrustStoreUnusable(f"{path} is not the certificate of an authority")
    return certificate
