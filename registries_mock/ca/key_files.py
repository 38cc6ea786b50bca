"""The certificate of a file that somebody has: a PKCS#12 of `ca issue`, or the certificate alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registries_mock.ca.errors import CertificateUnknown
from signing.certificates import Certificate, read_certificate
from signing.errors import SigningError
from signing.files import read_bounded
from signing.keys import load_p12

_MOST_BYTES: Final = 1_000_000


def read_certificate_of(path: Path, password: str | None) -> Certificate:
    """Of the file's key; CertificateUnknown where there is none, or another password opens it."""
    data = read_bounded(path, _MOST_BYTES)
    try:
        return read_certificate(data)
    except SigningError as failure:
        if password is None:
            raise CertificateUnknown("the file is no certificate; a PKCS#12 file needs its password") from failure
    try:
        return load_p12(data, password, allow_pure=True).certificate
    except SigningError as failure:
        raise CertificateUnknown("the file holds no certificate that can be read with this password") from failure
