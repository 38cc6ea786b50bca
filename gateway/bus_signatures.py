"""WS-Security on the bus: our key for what we send, and whose signature counts on what comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.ports import Opened, Wrap, unlooked
from contracts.errors import ContractBroken, SettingInvalid
from gateway.clock import Clock
from gateway.own_keys import load_key, sign_with
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy
from gateway.trusted_signers import expect_organisation, expect_system, trust_content
from signing.errors import SigningError
from signing.keys import SigningKey
from signing.revocation.judging import NOT_LOOKED_AT
from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.wsse.opening import open_message
from signing.wsse.reading import as_envelope
from signing.wsse.signing import sign_envelope


def load_bus_key(settings: Settings) -> SigningKey | None:
    """None where the settings say that nothing is signed; raises SettingInvalid."""
    if settings.shep_key_file is None:
        return None
    password = settings.shep_key_password
    return load_key(settings.shep_key_file, password, "ASP_SHEP_KEY_FILE", production=settings.is_production)


def make_wrap(key: SigningKey) -> Wrap:
    """Signs what we send; raises SigningFailed where the key does not."""
    return sign_with(key, sign_envelope, "what was to be sent")


def load_certificates(settings: Settings) -> CertificateStore | None:
    """The bus's certificates where they are pinned; raises SettingInvalid."""
    if settings.shep_certificates is None:
        return None
    try:
        return CertificateStore.from_folder(settings.shep_certificates)
    except SigningError as error:
        raise SettingInvalid(f"ASP_SHEP_CERTIFICATES: {error}") from error


@dataclass(frozen=True)
class Opener:
    """Looks at the signature of what comes: `open` is the adapters' port `Unwrap`."""

    policy: MakePolicy
    """For messages; of the pinned certificates of the bus the operator's folder says which are revoked."""
    certificates: CertificateStore | None
    bus_bin: str
    registry_bins: Mapping[str, str]
    clock: Clock

    def open(self, message: bytes, registry: str) -> Opened:
        """The signed bytes of a signed envelope, or the message as it is; raises UntrustedAnswer, ContractBroken."""
        try:
            opened = open_message(message)
        except SigningError as error:
            raise ContractBroken("the message cannot be read as an envelope") from error
        if not opened.is_signed:
            return unlooked(message, registry)
        pinned = self.certificates is not None and not registry
        expected = self.registry_bins.get(registry, "") if registry else self.bus_bin
        policy = replace(self.policy(self.clock()), signer_rule=expect_system(expected))
        if pinned:
            policy = replace(policy, revocation=NOT_LOOKED_AT, signer_rule=expect_organisation(expected))
        verdict = opened.judge(policy, self.certificates or NO_CERTIFICATES, only_known=pinned)
        whose = f"the registry {registry}" if registry else "the bus"
        return Opened(as_envelope(trust_content(verdict, whose)), signed=True)
