"""Who may sign an application: the applicant, or the representative whom it declares; and whose phone gets a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.application import Application
from contracts.errors import InvalidInput, Problem

APPLICANT, REPRESENTATIVE = "applicant", "representative"


@dataclass(frozen=True)
class CodeSigner:
    """The one who signs by a code: it goes to that person's own phone."""

    role: str
    iin: str = field(repr=False)
    phone: str = field(repr=False)

    @property
    def pointer(self) -> str:
        return f"/application/{self.role}/phone"


def list_signers(application: Application) -> Mapping[str, str]:
    """Role by IIN of everybody who may sign."""
    signers = {application.applicant.iin: APPLICANT}
    if application.representative is not None:
        signers[application.representative.iin] = REPRESENTATIVE
    return signers


def find_code_signer(application: Application) -> CodeSigner:
    """Where a representative is declared, the applicant does not sign: the representative does, by the own phone.

    Raises InvalidInput where the application does not tell that phone.
    """
    representative = application.representative
    if representative is None:
        if application.applicant.phone is None:
            detail = "a code goes to the applicant's phone, and the application names none"
            raise InvalidInput(problems=(Problem("phone-missing", "/application/applicant/phone", detail),))
        return CodeSigner(APPLICANT, application.applicant.iin, application.applicant.phone)
    if representative.phone is None:
        detail = "a representative signs by code with a phone of the representative's own"
        problem = Problem("representative-phone-missing", "/application/representative/phone", detail)
        raise InvalidInput(problems=(problem,))
    return CodeSigner(REPRESENTATIVE, representative.iin, representative.phone)
