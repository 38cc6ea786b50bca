"""The certificates of other systems that are known beforehand: a message may name one without carrying it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signing.certificates import MAX_CERTIFICATE_FILE_BYTES, Certificate, read_certificate
from signing.errors import CertificateStoreUnusable, CertificateUnreadable
from signing.files import read_bounded
from signing.wsse.issuer_names import make_comparable, read_name

_SUFFIXES: Final = frozenset({".cer", ".crt", ".pem"})


@dataclass(frozen=True)
class CertificateStore:
    """Several certificates of one system may be valid at once: the old and the new one while it changes keys.

    To be in the store proves nothing yet: the chain is judged as that of any signer.
    """

    certificates: tuple[Certificate, ...] = ()

    @classmethod
    def from_folder(cls, folder: Path) -> CertificateStore:
        """Read every .cer, .crt and .pem of the folder, none of them an authority's; files with other endings stay.

        Raises CertificateStoreUnusable when the folder is missing or empty, or a file cannot be read.
        """
        if not folder.is_dir():
            raise CertificateStoreUnusable(f"the folder of certificates {folder} does not exist")
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        if not files:
            raise CertificateStoreUnusable(f"the folder of certificates {folder} holds none")
        return cls(tuple(_read(path) for path in files))

    def find(self, issuer: str, serial_number: int) -> tuple[Certificate, ...]:
        """Those with this issuer (text of RFC 4514, see issuer_names) and serial number."""
        wanted = read_name(issuer)
        return tuple(
            one
            for one in self.certificates
            if one.serial_number == serial_number and make_comparable(one.issuer) == wanted
        )

    def holds(self, certificate: Certificate) -> bool:
        """Whether exactly this certificate is in the store."""
        return any(one.der == certificate.der for one in self.certificates)


NO_CERTIFICATES: Final = CertificateStore()


def _read(path: Path) -> Certificate:
    try:
        certificate = read_certificate(read_bounded(path, MAX_CERTIFICATE_FILE_BYTES))
    except (OSError, CertificateUnreadable) as failure:
        raise CertificateStoreUnusable(f"{path} cannot be read as a certificate") from failure
    if certificate.is_authority:
        raise CertificateStoreUnusable(f"{path} is the certificate of an authority, which signs no messages")
    return certificate
