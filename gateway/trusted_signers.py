"""Whose signature counts on what comes from outside: a trusted system's, of the organisation that is expected."""

from __future__ import annotations

from contracts.errors import SignerUnconfirmed, UntrustedAnswer
from signing.certificates import Role
from signing.policy import SignerRule
from signing.verdict import Signer, Stage, SubIndication, Verdict

_OUTAGES = frozenset({Stage.REVOCATION, Stage.TIMESTAMP})


def is_outage(verdict: Verdict) -> bool:
    """Whether all that hinders is that an authority could not be asked: nobody is at fault, another try may help."""
    return verdict.stage in _OUTAGES and verdict.sub_indication is SubIndication.TRY_LATER


def expect_system(bin_: str = "") -> SignerRule:
    """An information system, and of the organisation with this BIN where one is given.

    Citizens' and companies' keys come from the same authorities as those of the bus and the registries.
    """

    def judge(signer: Signer) -> str | None:
        if Role.ORGANISATION_SYSTEM.label not in signer.roles:
            return "The signer is no information system."
        return _of_organisation(signer, bin_)

    return judge


def expect_organisation(bin_: str = "") -> SignerRule:
    """For signers whose certificates are known one by one: their role does not matter."""
    return lambda signer: _of_organisation(signer, bin_)


def trust_content(verdict: Verdict, whose: str) -> bytes:
    """The signed bytes; raises UntrustedAnswer, or SignerUnconfirmed where that may be known later.

    `whose` is a word for people.
    """
    if verdict.content is not None and verdict.only_signer is not None:
        return verdict.content
    if is_outage(verdict):
        raise SignerUnconfirmed
    raise UntrustedAnswer(f"the signature of {whose} does not hold ({verdict.sub_indication}): {verdict.reason}")


def _of_organisation(signer: Signer, bin_: str) -> str | None:
    return "The signer is of another organisation than is set." if bin_ and signer.bin != bin_ else None
