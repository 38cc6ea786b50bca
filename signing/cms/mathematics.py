"""The mathematics of one CMS signer, of a document as of a timestamp: digest, signature, and the certificate meant."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from signing import algorithms
from signing.certificates import Certificate
from signing.cms.attributes import SignedAttributes
from signing.cms.hashes import hash_certificate
from signing.cms.reading import MessageSigner
from signing.errors import SignatureRefused
from signing.verdict import Stage, SubIndication

Digest = Callable[[algorithms.Suite, bytes], bytes]
"""Like `algorithms.digest`, which a document of several signers remembers, as its content is the same for all."""


def check_signer(signer: MessageSigner, content: bytes, digest: Digest = algorithms.digest) -> None:
    """Refuse unless the signer's key signed `content`. Whether the certificate is worth anything is asked elsewhere."""
    if signer.certificate is None:
        reason = "The message does not hold exactly one certificate of the signer."
        raise SignatureRefused(Stage.SIGNATURE, SubIndication.NO_SIGNING_CERTIFICATE_FOUND, reason)
    suite = algorithms.suite_of_cms(signer.digest_oid, signer.signature_oid)
    if not hmac.compare_digest(signer.attributes.message_digest, digest(suite, content)):
        reason = "The content is not the one that was signed."
        raise SignatureRefused(Stage.SIGNATURE, SubIndication.HASH_FAILURE, reason)
    key = signer.certificate.public_key_info
    algorithms.check_signature(suite, key, signer.attributes.encoded, signer.signature, Stage.SIGNATURE)
    _check_named_certificate(signer.attributes, signer.certificate)


def name_algorithm(signer: MessageSigner) -> str:
    """The suite's name, or the identifiers of what is none."""
    try:
        return algorithms.suite_of_cms(signer.digest_oid, signer.signature_oid).name
    except SignatureRefused:
        return f"{signer.signature_oid} with digest {signer.digest_oid}"


def _check_named_certificate(attributes: SignedAttributes, certificate: Certificate) -> None:
    for named in attributes.certificate_hashes:
        if hash_certificate(named.hash_oid, certificate.der) != named.value:
            reason = "The signed attributes name another certificate."
            raise SignatureRefused(Stage.SIGNATURE, SubIndication.SIG_CONSTRAINTS_FAILURE, reason)
