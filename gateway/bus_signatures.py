"""WS-Security on the bus: our key for what we send, and whose signature counts on what comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.wsse.reading import as_envelope, is_signed
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope

from adapters.ports import Opened, Wrap, unlooked
from contracts.errors import ContractBroken, SettingInvalid, UntrustedAnswer
from gateway.clock import Clock
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy
from signing.certificates import Role
from signing.errors import SigningError
from signing.keys import SigningKey, load_p12
from signing.verdict import Verdict


def load_key(file: Path, password: str, variable: str, *, production: bool) -> SigningKey:
    """The key of a PKCS#12 file; raises SettingInvalid, naming the variable.

    In production a GOST key is used only where the fast library signs with it: pure Python is not constant-time.
    """
    if not file.is_file():
        raise SettingInvalid(f"{variable} does not name a file")
    try:
        return load_p12(file.read_bytes(), password, allow_pure=not production)
    except SigningError as error:
        raise SettingInvalid(f"{variable}: {error}") from error
    except OSError as error:
        raise SettingInvalid(f"{variable}: the file cannot be read: {error.strerror}") from error


def load_bus_key(settings: Settings) -> SigningKey | None:
    """None where the settings say that nothing is signed; raises SettingInvalid."""
    if settings.shep_key_file is None:
        return None
    password = settings.shep_key_password
    return load_key(settings.shep_key_file, password, "ASP_SHEP_KEY_FILE", production=settings.is_production)


def make_wrap(key: SigningKey) -> Wrap:
    """Signs what we send."""
    return lambda envelope: sign_envelope(envelope, key)


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
    certificates: CertificateStore | None
    bus_bin: str
    registry_bins: Mapping[str, str]
    clock: Clock

    def open(self, message: bytes, registry: str) -> Opened:
        """The signed bytes of a signed envelope, or the message as it is; raises UntrustedAnswer, ContractBroken."""
        try:
            if not is_signed(message):
                return unlooked(message, registry)
        except SigningError as error:
            raise ContractBroken("the message cannot be read as an envelope") from error
        verdict = verify_envelope(
            message,
            self.policy(self.clock()),
            self.certificates or NO_CERTIFICATES,
            only_known=self.certificates is not None and not registry,
        )
        return Opened(as_envelope(self._read(verdict, registry)), signed=True)

    def _read(self, verdict: Verdict, registry: str) -> bytes:
        whose = "registry" if registry else "bus"
        one = verdict.only_signer
        if verdict.content is None or one is None or one.signer is None:
            raise UntrustedAnswer(f"the {whose}'s signature does not hold: {verdict.sub_indication}")
        pinned = self.certificates is not None and not registry
        if not pinned and Role.ORGANISATION_SYSTEM.label not in one.signer.roles:
            # Citizens' keys come from the same authorities, and none of them is the bus.
            raise UntrustedAnswer(f"the signer of the {whose}'s message is no information system")
        expected = self.registry_bins.get(registry, "") if registry else self.bus_bin
        if expected and one.signer.bin != expected:
            raise UntrustedAnswer(f"the signer of the {whose}'s message is another organisation than is set")
        return verdict.content
