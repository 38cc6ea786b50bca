"""Whom to believe: the configured authorities, and the chain from a certificate to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from signing import algorithms
from signing.certificates import (
    BASIC_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    MAX_CERTIFICATE_FILE_BYTES,
    Certificate,
    read_certificate,
)
from signing.errors import CertificateUnreadable, SignatureRefused, TrustStoreUnusable
from signing.files import read_bounded
from signing.verdict import Stage, SubIndication

MAX_CHAIN: Final = 5
MAX_SIGNATURE_CHECKS: Final = 32
_SUFFIXES: Final = frozenset({".cer", ".crt", ".pem"})
_CERTIFICATE_POLICIES: Final = "2.5.29.32"
# An extension that is critical and not understood refuses the certificate (RFC 5280, 4.2).
_UNDERSTOOD: Final = frozenset({BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, _CERTIFICATE_POLICIES})

Chain = tuple[Certificate, ...]
"""Leaf first, anchor last."""


@dataclass(frozen=True)
class TrustStore:
    """Anchors are believed as they are; intermediates only lead to them. Certificates inside documents are neither."""

    anchors: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...] = ()

    @classmethod
    def from_folder(cls, folder: Path) -> TrustStore:
        """Read every .cer, .crt and .pem of the folder, all of them certificates of authorities.

        Self-signed certificates are anchors, and so are those whose issuer does not lie in the folder: who puts an
        issuing authority there alone believes it. The others are intermediates. Raises TrustStoreUnusable when the
        folder is missing or empty, or a file cannot be read or is no authority's. Files with other endings (a README)
        are not certificates and are left alone.
        """
        if not folder.is_dir():
            raise TrustStoreUnusable(f"the trust folder {folder} does not exist")
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        authorities = tuple(_read_authority(path) for path in files)
        if not authorities:
            raise TrustStoreUnusable(f"the trust folder {folder} holds no certificate")
        anchors = tuple(one for one in authorities if _is_anchor(one, authorities))
        if not anchors:
            raise TrustStoreUnusable(f"the authorities in the trust folder {folder} only vouch for each other")
        return cls(anchors, tuple(one for one in authorities if one not in anchors))

    def find_chain(self, leaf: Certificate, at: datetime) -> Chain:
        """The chain from the leaf to an anchor: one in force at `at` where there is any, else one that is not.

        Issuers are found by full name, key identifier and signature together: different roots of the national
        authority share their common name. Raises SignatureRefused with the reason where there is no chain at all.
        """
        return _Search(self, at).find(leaf)


def why_out_of_force(chain: Chain, at: datetime) -> str | None:
    """A sentence on the first certificate of the chain that is not valid at `at`; None where all are."""
    for one in chain:
        if not one.not_before <= at <= one.not_after:
            whose = "The signer's certificate" if one is chain[0] else "A certificate of the authority"
            return f"{whose} {'is not valid yet' if at < one.not_before else 'has expired'}."
    return None


class _Search:
    """One search, bounded: names and key identifiers are the signer's to choose, so a store could be made to loop."""

    def __init__(self, store: TrustStore, at: datetime) -> None:
        self._anchors = frozenset(store.anchors)
        self._authorities = (*store.anchors, *store.intermediates)
        self._at = at
        self._checks_left = MAX_SIGNATURE_CHECKS
        self._out_of_force: Chain | None = None

    def find(self, leaf: Certificate) -> Chain:
        try:
            return self._climb((leaf,))
        except SignatureRefused:
            if self._out_of_force is None:
                raise
            return self._out_of_force

    def _climb(self, chain: Chain) -> Chain:
        child = chain[-1]
        refusal: SignatureRefused | None = None
        for issuer in self._authorities:
            if not names_issuer(child, issuer) or issuer in chain:
                continue
            try:
                return self._step(chain, issuer)
            except SignatureRefused as failure:
                refusal = failure
        if refusal is not None:
            raise refusal
        raise _no_chain("No trusted authority issued the certificate.")

    def _step(self, chain: Chain, issuer: Certificate) -> Chain:
        if len(chain) >= MAX_CHAIN or self._checks_left <= 0:
            raise _broken_rule("The chain of certificates is too long.")
        self._checks_left -= 1
        check_issued(chain[-1], issuer)
        _check_authority(issuer, below=sum(not one.is_self_issued for one in chain[1:]))
        longer = (*chain, issuer)
        if issuer not in self._anchors:
            return self._climb(longer)
        if why_out_of_force(longer, self._at) is not None:
            self._out_of_force = self._out_of_force or longer
            raise _no_chain("The chain is not in force.")
        return longer


def names_issuer(child: Certificate, issuer: Certificate) -> bool:
    """Whether the child says that this authority issued it: by full name and key identifier."""
    return (
        child.issuer_name == issuer.subject_name
        and child.authority_key_id is not None
        and child.authority_key_id == issuer.subject_key_id
    )


def check_issued(child: Certificate, issuer: Certificate) -> None:
    """Refuse unless the issuer's key signed the child, and every critical extension of the child is understood."""
    try:
        _check_once(child, issuer)
    except SignatureRefused as failure:
        if failure.sub_indication is not SubIndication.SIG_CRYPTO_FAILURE:
            raise
        raise _no_chain("The certificate names a trusted authority that did not sign it.") from failure
    if not child.critical_extensions <= _UNDERSTOOD:
        raise _broken_rule("A certificate of the chain has a critical extension that is not understood.")


# The same signers come again and again under the same few authorities: that one signed the other depends on the bytes
# of both alone, and is worked out once. Refusals are not kept; term, use and revocation are asked about each time.
@lru_cache(maxsize=1024)
def _check_once(child: Certificate, issuer: Certificate) -> None:
    suite = algorithms.suite_of_signature(child.signature_oid, Stage.CHAIN)
    algorithms.check_signature(suite, issuer.public_key_info, child.signed_part, child.signature, Stage.CHAIN)


def _check_authority(issuer: Certificate, below: int) -> None:
    if not issuer.is_authority:
        raise _broken_rule("The issuer's certificate is not an authority's.")
    if "key_cert_sign" not in issuer.key_usage:
        raise _broken_rule("The issuer's key may not sign certificates.")
    if issuer.path_length is not None and below > issuer.path_length:
        raise _broken_rule("The chain is longer than an authority in it allows.")


def _is_anchor(certificate: Certificate, authorities: tuple[Certificate, ...]) -> bool:
    # By names and key identifiers: the operator's folder vouches for an anchor, its own signature proves nothing.
    own_key = certificate.authority_key_id in (None, certificate.subject_key_id)
    if certificate.is_self_issued and own_key:
        return True
    return not any(names_issuer(certificate, other) for other in authorities)


def _no_chain(reason: str) -> SignatureRefused:
    return SignatureRefused(Stage.CHAIN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, reason)


def _broken_rule(reason: str) -> SignatureRefused:
    return SignatureRefused(Stage.CHAIN, SubIndication.CHAIN_CONSTRAINTS_FAILURE, reason)


def _read_authority(path: Path) -> Certificate:
    try:
        certificate = read_certificate(read_bounded(path, MAX_CERTIFICATE_FILE_BYTES))
    except (OSError, CertificateUnreadable) as failure:
        raise TrustStoreUnusable(f"{path} cannot be read as a certificate") from failure
    if not certificate.is_authority:
        raise TrustStoreUnusable(f"{path} is not the certificate of an authority")
    return certificate
