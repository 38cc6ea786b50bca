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


class CertificateUnreadable(SigningError):
    """The bytes are not one well-formed X.509 certificate."""

    code = "certificate-unreadable"


class DocumentUnsignable(SigningError):
    """The document cannot be given a signature as it is."""

    code = "document-unsignable"


class SignatureRefused(SigningError):
    """A check failed: which stage, why in the words of the standard, and why in a plain sentence."""

    code = "signature-refused"

    def __init__(self, stage: Stage, sub_indication: SubIndication, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage
        self.sub_indication = sub_indication
        self.reason = reason
