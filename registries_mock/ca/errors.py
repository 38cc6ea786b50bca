"""What can be wrong with an order to the certification centre, each with a stable code."""

from typing import ClassVar


class AuthorityError(Exception):
    """Root of the centre's errors; no text holds personal data or keys."""

    code: ClassVar[str] = "authority-error"


class AuthorityExists(AuthorityError):
    """The folder holds an authority already, and its keys are not overwritten."""

    code = "authority-exists"


class AuthorityMissing(AuthorityError):
    """The folder holds no readable authority."""

    code = "authority-missing"


class SubjectInvalid(AuthorityError):
    """The certificate cannot be issued to such a subject."""

    code = "subject-invalid"


class CertificateUnknown(AuthorityError):
    """The certificate is not one of this authority's, or no file with a certificate was given."""

    code = "certificate-unknown"


class JournalBroken(AuthorityError):
    """The folder's record of revocations cannot be understood, so nothing can be said about any certificate."""

    code = "journal-broken"
