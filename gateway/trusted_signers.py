"""Whose signature counts on what comes from outside: a trusted system's, of the organisation that is expected."""

from __future__ import annotations

from contracts.errors import SignerUnconfirmed, UntrustedAnswer
from signing.certificates import Role
from signing.verdict import Stage, SubIndication, Verdict

_OUTAGES = frozenset({Stage.REVOCATION, Stage.TIMESTAMP})


def is_outage(verdict: Verdict) -> bool:
    """Whether all that hinders is that an authority could not be asked: nobody is at fault, another try may help."""
    return verdict.stage in _OUTAGES and verdict.sub_indication is SubIndication.TRY_LATER


def trust_content(verdict: Verdict, whose: str, *, expected_bin: str, pinned: bool = False) -> bytes:
    """The signed bytes; raises UntrustedAnswer, or SignerUnconfirmed where that may be known later.

    `whose` is a word for people. Citizens' and companies' keys come from the same authorities as those of the bus and
    the registries: without a pinned certificate the signer must be an information system, and of the organisation whose
    BIN is expected, where one is.
    """
    one = verdict.only_signer
    if verdict.content is None or one is None or one.signer is None:
        if is_outage(verdict):
            raise SignerUnconfirmed
        raise UntrustedAnswer(f"the signature of {whose} does not hold: {verdict.sub_indication}")
    if not pinned and Role.ORGANISATION_SYSTEM.label not in one.signer.roles:
        raise UntrustedAnswer(f"the signer for {whose} is no information system")
    if expected_bin and one.signer.bin != expected_bin:
        raise UntrustedAnswer(f"the signer for {whose} is another organisation than is set")
    return verdict.content
