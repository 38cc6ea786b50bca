"""How these tests ask a source, and the certificates they ask about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from signing.certificates import Certificate
from signing.revocation.status import CertificateStatus, StatusSource
from tests.signing.pki import AT, gost_issuing, gost_person, issuing, person
from tests.signing.revocation.making import Made

PEOPLE: dict[str, tuple[Callable[[], Made], Callable[[], Made]]] = {
    "rsa": (person, issuing),
    "gost": (gost_person, gost_issuing),
}


def ask(
    source: StatusSource,
    certificate: Certificate | None = None,
    issuer: Certificate | None = None,
    *,
    now: datetime = AT,
    reference: datetime | None = None,
) -> CertificateStatus:
    """About the RSA person where nothing else is said, as of now."""
    return source.find_status(
        certificate or person().certificate,
        issuer or issuing().certificate,
        now=now,
        reference=reference or now,
    )


def with_serial(certificate: Certificate, serial_number: int) -> Certificate:
    """The same certificate under another number: sources look at the number, never at its signature."""
    return replace(certificate, serial_number=serial_number)


def serial_of(made: Made) -> int:
    return made.certificate.serial_number
