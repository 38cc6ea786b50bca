"""The checks of signatures that intake and API are handed: signing's verdicts by this deployment's rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.api.parts import CheckSignature
from gateway.clock import Clock
from gateway.intake.attestation import VerifyStatement
from gateway.intake.envelope import Envelope
from gateway.intake.signature import Verify
from gateway.signature_policy import MakePolicy
from gateway.trusted_signers import expect_system
from signing.checking import check_document
from signing.cms.verifying import verify_cms
from signing.reports import report
from signing.verdict import Verdict
from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.xmldsig.verifying import verify_enveloped


def make_verify(policy: MakePolicy) -> Verify:
    """Of an application's signature, in the format that the envelope says."""

    def verify(envelope: Envelope, at: datetime) -> Verdict:
        if envelope.format == "xmldsig":
            return verify_enveloped(envelope.signature, policy(at))
        return verify_cms(envelope.signature, policy(at), envelope.content)

    return verify


def make_verify_statement(policy: MakePolicy) -> VerifyStatement:
    """Of a portal's statement, with its content inside: by an information system of the organisation."""

    def verify(cms: bytes, bin_: str, at: datetime) -> Verdict:
        return verify_cms(cms, replace(policy(at), signer_rule=expect_system(bin_)))

    return verify


def make_check_signature(policy: MakePolicy, peers: CertificateStore | None, clock: Clock) -> CheckSignature:
    """Of any document; `peers` are certificates that messages name without carrying them."""

    def check(document: bytes, content: bytes | None, certificate: bytes | None) -> dict[str, Any]:
        known = peers or NO_CERTIFICATES
        return report(check_document(document, policy(clock()), content=content, certificate=certificate, peers=known))

    return check
