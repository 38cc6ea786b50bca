"""The errors of signing: its own small tree, with stable codes; the gateway translates it where it enters."""

from __future__ import annotations

from typing import ClassVar

from signing.verdict import Stage, SubIndication


class SigningError(Exception):
    """Root of every error that signing raises on purpose. No text holds personal data or keys."""

    code: ClassVar[str] = "signing-error"


class KeyUnusable(SigningError):
    """The signing key cannot be opened or is not fit for use."""

    code = "key-unusable"


class TrustStoreUnusable(SigningError):
    """The folder of trusted certificates is missing, empty, or holds what cannot be read."""

    code = "trust-store-unusable"


class CertificateStoreUnusable(SigningError):
    """The folder of other systems' certificates is missing, empty, or holds what cannot be read."""

    code = "certificate-store-unusable"


class CertificateUnreadable(SigningError):
    """The bytes are not one well-formed X.509 certificate."""

    code = "certificate-unreadable"


class DocumentUnsignable(SigningError):
    """The document cannot be given a signature as it is."""

    code = "document-unsignable"


class DocumentUnrecognised(SigningError):
    """The bytes are no signed document of a known format, or what was given does not belong together."""

    code = "document-unrecognised"


class RevocationUnavailable(SigningError):
    """An authority's service gave no usable answer in time."""

    code = "revocation-unavailable"


class RevocationUnreadable(SigningError):
    """The bytes are no list of revoked certificates, or no answer about one, that can be understood in full."""

    code = "revocation-unreadable"


class RevocationSourcesUnusable(SigningError):
    """What is configured to tell of revocations cannot be used: a file, a folder or an address."""

    code = "revocation-sources-unusable"


class SignatureRefused(SigningError):
    """A check failed: which stage, why in the words of the standard, and why in a plain sentence."""

    code = "signature-refused"

    def __init__(self, stage: Stage, sub_indication: SubIndication, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage
        self.sub_indication = sub_indication
        self.reason = reason
